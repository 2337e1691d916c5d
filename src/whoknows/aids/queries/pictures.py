"""The pictures of aids, and where their texts show them."""

from collections.abc import Mapping

from django.db.models import QuerySet

from whoknows.aids.models import Aid, AidVersion, Picture
from whoknows.aids.queries.aids import aid_visible_to
from whoknows.base.errors import NotFound
from whoknows.engine.aids import Content, named_pictures, with_pictures, with_texts
from whoknows.people.models import Reach

_NAMES_ONE = "](picture:"


def picture_visible_to(reach: Reach, *, code: str, picture: str) -> Picture:
    """Return one picture, with its bytes, of the aid whose code is given.

    Raises:
        NotFound: There is none, or this reader may not see the aid.
    """
    aid = aid_visible_to(reach, code=code)
    found = Picture.objects.filter(aid=aid, code=picture.upper()).first()
    if found is None:
        raise NotFound("This aid has no such picture. Open the aid again.")
    return found


def pictures_of(aid: Aid) -> QuerySet[Picture]:
    """Return the pictures of an aid that its reader may see, without their bytes."""
    return Picture.objects.filter(aid=aid).defer("data").select_related("aid")


def shown_parts(aid: Aid) -> Content:
    """Return what ``aid`` says, with an address for each picture that its texts name.

    No query when they name none.
    """
    return _with_pictures(aid, aid.parts()) if _NAMES_ONE in aid.body else aid.parts()


def shown_version(aid: Aid, version: AidVersion) -> Content:
    """Return what ``version`` of ``aid`` says, with an address for each picture that is left."""
    return _with_pictures(aid, version.parts())


def _with_pictures(aid: Aid, content: Content) -> Content:
    known = _known(aid)
    return with_texts(content, lambda text: _shown(text, known))


def pictures_in(aid: Aid) -> dict[str, Picture]:
    """Return the pictures that the texts of ``aid`` name, by their codes, with their bytes.

    No query when they name none.
    """
    named = named_pictures(aid.body)
    found = Picture.objects.filter(aid=aid, code__in=named) if named else ()
    return {picture.code: picture for picture in found}


def pictures_with_bytes(aid: Aid) -> QuerySet[Picture]:
    """Return all pictures of an aid that its reader may see, to take them along."""
    return Picture.objects.filter(aid=aid)


def _known(aid: Aid) -> dict[str, Picture]:
    return {picture.code: picture for picture in pictures_of(aid)}


def _shown(text: str, known: Mapping[str, Picture]) -> str:
    def placed(words: str, code: str) -> str:
        picture = known.get(code)
        if picture is None:
            return words
        alt = words or _plain(picture.alt)
        return f"![{alt}]({picture.get_absolute_url()}#{picture.width}x{picture.height})"

    return with_pictures(text, placed)


def reference_to(picture: Picture) -> str:
    """Return what an author writes where ``picture`` shall stand."""
    return f"![{_plain(picture.alt)}](picture:{picture.code})"


def _plain(words: str) -> str:
    """Return words that can stand between brackets."""
    return " ".join(words.translate(str.maketrans("[]\\", "   ")).split())
