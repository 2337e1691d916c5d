"""The pictures of aids, and where their texts show them."""

from collections.abc import Mapping

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat

from whoknows.aids.models import Aid, AidVersion, Picture
from whoknows.aids.queries.aids import aid_visible_to
from whoknows.aids.queries.versions import versions_of
from whoknows.base.errors import NotFound
from whoknows.engine.aids import Content, named_pictures, with_pictures, with_texts
from whoknows.people.models import Reach

_NAMES_ONE = "](picture:"


def picture_visible_to(reach: Reach, *, code: str, picture: str) -> Picture:
    """Return one picture, with its bytes, of the aid whose code is given.

    Raises:
        NotFound: There is none, or this reader may see neither the aid nor a version with it.
    """
    found = _seen(aid_visible_to(reach, code=code), reach).filter(code=picture.upper()).first()
    if found is None:
        raise NotFound("This aid has no such picture. Open the aid again.")
    return found


def pictures_of(aid: Aid, *, reach: Reach) -> QuerySet[Picture]:
    """Return the pictures of an aid that the reader may see, without their bytes."""
    return _seen(aid, reach).defer("data").select_related("aid")


def _seen(aid: Aid, reach: Reach) -> QuerySet[Picture]:
    """Keep what the reader put in, and what a version names that they may see."""
    named = Concat(Value(_NAMES_ONE), OuterRef("code"), Value(")"))
    said = versions_of(aid, reach=reach).annotate(said=Cast("content", TextField()))
    own = Q(added_by=reach.person or 0)
    return Picture.objects.filter(own | Exists(said.filter(said__contains=named)), aid=aid)


def shown_parts(aid: Aid) -> Content:
    """Return what ``aid`` says, with an address for each picture that its texts name.

    No query when they name none.
    """
    return _with_pictures(aid, aid.parts()) if _NAMES_ONE in aid.body else aid.parts()


def shown_version(aid: Aid, version: AidVersion) -> Content:
    """Return what ``version`` of ``aid`` says, with an address for each picture that is left."""
    return _with_pictures(aid, version.parts())


def _with_pictures(aid: Aid, content: Content) -> Content:
    # Whoever may read these texts may see what they name.
    all_of_it = Picture.objects.filter(aid=aid).defer("data").select_related("aid")
    known = {picture.code: picture for picture in all_of_it}
    return with_texts(content, lambda text: _shown(text, known))


def pictures_in(aid: Aid) -> dict[str, Picture]:
    """Return the pictures that the texts of ``aid`` name, by their codes, with their bytes.

    No query when they name none.
    """
    return {picture.code: picture for picture in pictures_with_bytes(aid)}


def pictures_with_bytes(aid: Aid) -> QuerySet[Picture]:
    """Return the pictures that the texts of ``aid`` name, to take them along with these.

    What earlier versions showed, perhaps to fewer people, stays here.
    """
    named = named_pictures(aid.body)
    return Picture.objects.filter(aid=aid, code__in=named) if named else Picture.objects.none()


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
