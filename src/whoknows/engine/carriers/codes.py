"""Short codes: typed from a card, or read by a camera."""

from io import BytesIO

import segno

# No database has a text with a null character: as nothing, it leads to no aid.
_FORGIVEN = str.maketrans(
    {"O": "0", "I": "1", "L": "1", "U": "V", "-": None, " ": None, "\x00": None}
)


def readable_code(typed: str) -> str:
    """Return the code that was meant: Crockford's letters have no I, L, O or U to misread.

    Source: D. Crockford, Base 32 (2002); U, which it leaves out, is read as the V it looks like.

    >>> readable_code("o1l-eu4")
    '011EV4'
    """
    return typed.strip().upper().translate(_FORGIVEN)


def page_of(site: str, code: str, version: int) -> str:
    """Return the address that a printed card leads to.

    >>> page_of("https://know.example/", "E4TW7X", 3)
    'https://know.example/a/E4TW7X?v=3'
    """
    return f"{site.rstrip('/')}/a/{code}?v={version}"


def qr_svg(url: str) -> str:
    """Return ``url`` as a QR code in SVG; up to a seventh of it may be scratched (level M)."""
    drawn = BytesIO()
    # Cards are white around it: two modules of quiet are enough for it to be found.
    segno.make(url, error="m", micro=False).save(
        drawn, kind="svg", border=2, xmldecl=False, svgns=True, omitsize=True
    )
    return drawn.getvalue().decode()
