"""Putting pictures into aids, and taking them out again."""

import hashlib
from datetime import datetime
from typing import IO

from django.db import transaction

from whoknows.aids.actions.states import must_answer_for
from whoknows.aids.actions.writing import LONGEST_LINE
from whoknows.aids.models import Aid, Picture
from whoknows.base import audit
from whoknows.base.errors import BadInput, NotFound
from whoknows.engine.pictures import BadPicture, Clean, clean, code_of, looked_at
from whoknows.engine.text.sentences import Sentence
from whoknows.people.models import Person

MOST_PICTURES = 40


def add_picture(
    *, aid: Aid, file: IO[bytes], size: int, alt: str, by: Person | None, now: datetime
) -> Picture:
    """Return the picture in ``file``, cleaned, as one of ``aid``; texts may name it by its code.

    The same picture added again is the one that is there, with the new ``alt`` and put in by who
    added it last. Nothing but what one sees is kept: see :func:`whoknows.engine.pictures.clean`.

    Args:
        size: Of the file in bytes; what is too large is not read.
        by: None for an import.
    Raises:
        NotAllowed: Somebody other than the owner tries.
        BadInput: It is too large, broken or no picture, the words are missing, or there are too
            many pictures already.
    Cost: that of cleaning, seconds for the largest pictures, before any row is locked.
    """
    _must_own(aid, by, now)
    words = _words(alt)
    try:
        made = clean(file, size=size)
    except BadPicture as problem:
        raise BadInput(problem.sentence) from problem
    return _keep(aid, made, words, by=by, now=now)


def take_in_picture(*, aid: Aid, data: bytes, alt: str, now: datetime) -> Picture:
    """Return a picture that was exported, and brought to ``aid`` by an import.

    It was cleaned when it first came in, and is kept byte for byte, so that its code is the same.

    Raises:
        BadInput: It is broken or larger than any that is exported.
    """
    words = _words(alt)
    try:
        made = looked_at(data)
    except BadPicture as problem:
        raise BadInput(problem.sentence) from problem
    return _keep(aid, made, words, by=None, now=now)


@transaction.atomic
def remove_picture(*, aid: Aid, code: str, by: Person, now: datetime) -> None:
    """Delete a picture for good; texts that name it, old versions too, show its words instead.

    Raises:
        NotAllowed: Somebody other than the owner tries.
        NotFound: The aid has no such picture.
    """
    _must_own(aid, by, now)
    gone, _rows = Picture.objects.filter(aid=aid, code=code.replace("\x00", "")).delete()
    if not gone:
        raise NotFound("This aid has no such picture any more.")
    _audit("remove_picture", aid, by=by, now=now)


@transaction.atomic
def _keep(aid: Aid, made: Clean, alt: str, *, by: Person | None, now: datetime) -> Picture:
    # Two uploads at once must not get past the limit together.
    aid = Aid.objects.select_for_update(of=["self"]).get(pk=aid.pk)
    digest = hashlib.sha256(made.data).hexdigest()
    code = code_of(digest)
    others = Picture.objects.filter(aid=aid).exclude(code=code)
    if others.count() >= MOST_PICTURES:
        raise BadInput("An aid has at most {most} pictures. Remove one first.", most=MOST_PICTURES)
    picture, is_new = Picture.objects.update_or_create(
        aid=aid,
        code=code,
        # An import may bring what somebody here put in: it stays theirs to see.
        defaults={"alt": alt} if by is None else {"alt": alt, "added_by": by},
        create_defaults={
            "alt": alt,
            "data": made.data,
            "digest": digest,
            "media": made.media,
            "width": made.width,
            "height": made.height,
            "added_at": now,
            "added_by": by,
        },
    )
    _audit("add_picture", aid, by=by, now=now, bytes=len(made.data), is_new=is_new)
    return picture


def _must_own(aid: Aid, by: Person | None, now: datetime) -> None:
    must_answer_for(aid, by=by, doing=Sentence("change the pictures of this aid"), now=now)


def _words(alt: str) -> str:
    words = " ".join(alt.split())
    if not words:
        raise BadInput("Say what the picture shows, for whoever cannot see it.")
    if len(words) > LONGEST_LINE:
        raise BadInput("Say what it shows in at most {most} characters.", most=LONGEST_LINE)
    return words


def _audit(action: str, aid: Aid, *, by: Person | None, now: datetime, **detail: int) -> None:
    audit.record(
        action, f"aid:{aid.pk}", by=by, now=now, organisation_id=aid.organisation_id, **detail
    )
