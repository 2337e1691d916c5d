"""Job aids printed and carried: data in, PDF or SVG out, or an exact refusal."""

from whoknows.engine.carriers.codes import page_of, readable_code
from whoknows.engine.carriers.fitting import Overflow
from whoknows.engine.carriers.fonts import missing_letters
from whoknows.engine.carriers.forms import Carrier
from whoknows.engine.carriers.printing import preview, print_cards
from whoknows.engine.carriers.sheet import Group, Labels, Sheet, grouped

__all__ = [
    "Carrier",
    "Group",
    "Labels",
    "Overflow",
    "Sheet",
    "grouped",
    "missing_letters",
    "page_of",
    "preview",
    "print_cards",
    "readable_code",
]
