"""Cards as PDF and as pictures."""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import typst

from whoknows.engine.aids import Shown
from whoknows.engine.carriers.codes import qr_svg
from whoknows.engine.carriers.fitting import Heights, Overflow, Wish, lay_out
from whoknows.engine.carriers.fonts import fonts, printable
from whoknows.engine.carriers.forms import (
    A4_LANDSCAPE,
    A4_PORTRAIT,
    FORMS,
    Carrier,
    Form,
    Paper,
    duplex_papers,
    folded_papers,
    pocket_paper,
)
from whoknows.engine.carriers.sheet import (
    Piece,
    Sheet,
    language_and_region,
    pieces_of,
    reads_from_the_right,
)

_TEMPLATE = Path(__file__).with_name("typst") / "card.typ"
Json = Mapping[str, object]


def print_cards(sheets: Sequence[Sheet], carrier: Carrier, *, one_sided: bool = False) -> bytes:
    """Return a tagged PDF (PDF/UA-1): the cards on a sheet, else the one there is.

    Args:
        sheets: One aid; for ``Carrier.SHEET`` as many as wanted, each as often as it is given.
        one_sided: For ``Carrier.SHEET``: backs hang below their fronts, to be folded.
    Raises:
        Overflow: Something does not fit, with what to cut.
        ValueError: No aid, or several where the carrier holds one.
    Cost: about 40 ms for a card, 250 ms for a sheet of eight (``python -m bench --only cards``).
    """
    if not sheets or (carrier is not Carrier.SHEET and len(sheets) > 1):
        raise ValueError(f"One aid goes on {carrier.value}; a sheet takes several.")
    form = FORMS[carrier]
    cards = [_laid_out(sheet, form, is_one_of_many=len(sheets) > 1) for sheet in sheets]
    papers, paper = _papers(carrier, cards, one_sided=one_sided)
    job = _job("print", form, cards) | {
        "title": "; ".join(dict.fromkeys(printable(sheet.title) for sheet in sheets))[:300],
        "papers": [asdict(one) for one in papers],
        "paper": {"width": paper[0], "height": paper[1]},
        "images": _images(sheets),
    }
    return cast("bytes", _compiler(job).compile(format="pdf", pdf_standards=["ua-1"]))


# The page asks for the sides of one card one by one; a megabyte each at most.
@lru_cache(maxsize=8)
def preview(sheet: Sheet, carrier: Carrier) -> tuple[bytes, ...]:
    """Return each side as an SVG of its true size. The last few are kept.

    Raises:
        Overflow: Something does not fit, with what to cut.
    """
    form = FORMS[carrier]
    job = _job("draw", form, [_laid_out(sheet, form)]) | {
        "title": printable(sheet.title),
        "images": _images([sheet]),
    }
    drawn = _compiler(job).compile(format="svg")
    return tuple(drawn) if isinstance(drawn, list) else (cast("bytes", drawn),)


def _papers(
    carrier: Carrier, cards: Sequence[Json], *, one_sided: bool
) -> tuple[list[Paper], tuple[float, float]]:
    if carrier is Carrier.SHEET and one_sided:
        return folded_papers(len(cards)), A4_LANDSCAPE
    if carrier is Carrier.SHEET:
        return duplex_papers(len(cards)), A4_PORTRAIT
    if carrier is Carrier.POCKET:
        return [pocket_paper(len(cast("list[object]", cards[0]["sides"])))], A4_LANDSCAPE
    return [], A4_PORTRAIT


def _laid_out(sheet: Sheet, form: Form, *, is_one_of_many: bool = False) -> Json:
    pieces = pieces_of(sheet.lines)
    card = _card(sheet, pieces)

    def ask(size: float, wishes: Sequence[Wish]) -> list[int | None]:
        job = _job("hint", form, [card]) | {"size": size, "asked": [asdict(w) for w in wishes]}
        return cast("list[int | None]", _queried(job, "<hinted>")[0])

    def measure(size: float) -> Heights:
        job = _job("measure", form, [card]) | {"size": size}
        found = cast("dict[str, Any]", _queried(job, "<measured>")[0])
        pieces_high: tuple[float, ...] = tuple(found.pop("pieces"))
        return Heights(**found, pieces=pieces_high)

    try:
        layout = lay_out(pieces, form, measure, ask)
    except Overflow as error:
        if not is_one_of_many:
            raise
        raise Overflow("{aid}: {why}", aid=sheet.code, why=error.sentence) from None
    return {**card, "size": layout.size, "sides": layout.sides}


def _card(sheet: Sheet, pieces: Sequence[Piece]) -> Json:
    language, region = language_and_region(sheet.language)
    labels = {
        name.replace("_", "-"): printable(words) for name, words in asdict(sheet.labels).items()
    }
    return {
        "title": printable(sheet.title),
        "trigger": printable(sheet.trigger),
        "done-when": printable(sheet.done_when),
        "owner": printable(sheet.owner),
        "verified": printable(sheet.verified),
        "valid-to": printable(sheet.valid_to),
        "code": printable(sheet.code),
        "url": sheet.url,
        "qr": qr_svg(sheet.url),
        "version": sheet.version,
        "lang": language,
        "region": region,
        "rtl": reads_from_the_right(sheet.title),
        "labels": labels,
        "pieces": [_drawn(piece, labels["optional"]) for piece in pieces],
    }


def _drawn(piece: Piece, optional: str) -> Json:
    return {
        "kind": piece.kind.value,
        "text": piece.text,
        "number": piece.number,
        "key": piece.key,
        "optional": optional if piece.is_optional else "",
        "before": piece.before,
        "after": piece.after,
        "pictures": [_framed(picture) for picture in piece.pictures],
        "fill": piece.is_filled_in,
    }


def _framed(picture: Shown) -> Json:
    return {
        "image": _name(picture),
        "alt": printable(picture.alt),
        "width": picture.width,
        "height": picture.height,
    }


def _name(picture: Shown) -> str:
    return sha256(picture.data).hexdigest()


def _images(sheets: Sequence[Sheet]) -> dict[str, str]:
    """Return each picture once, as an SVG that holds it: bytes cannot be handed over as JSON."""
    pictures = [picture for sheet in sheets for line in sheet.lines for picture in line.pictures]
    return {_name(picture): _as_svg(picture) for picture in dict.fromkeys(pictures)}


def _as_svg(picture: Shown) -> str:
    size = f'width="{picture.width}" height="{picture.height}"'
    data = f"data:{picture.media};base64,{b64encode(picture.data).decode()}"
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><image {size} href="{data}"/></svg>'


def _job(do: str, form: Form, cards: Sequence[Json]) -> dict[str, object]:
    shape = {name.replace("_", "-"): value for name, value in asdict(form).items()}
    return {
        "do": do,
        "form": shape,
        "title": "",
        "papers": [],
        "paper": {"width": 0, "height": 0},
        "cards": cards,
        "images": {},
    }


def _compiler(job: Json) -> typst.Compiler:
    return typst.Compiler(
        str(_TEMPLATE),
        root=str(_TEMPLATE.parent),
        font_paths=fonts(),
        sys_inputs={"job": json.dumps(job)},
    )


def _queried(job: Json, label: str) -> list[object]:
    return cast("list[object]", json.loads(_compiler(job).query(label, field="value")))
