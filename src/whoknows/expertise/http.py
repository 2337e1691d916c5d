"""What rooms above tell of the things that show what people know."""

from collections.abc import Callable, Collection, Sequence

from whoknows.expertise.models import Evidence

_out_of_use: dict[str, Callable[[Collection[int]], Collection[int]]] = {}


def tell_out_of_use(kind: str, read: Callable[[Collection[int]], Collection[int]]) -> None:
    """Have ``read`` asked which documents of this kind, by id, nobody is to work by any more."""
    _out_of_use[kind] = read


def out_of_use(evidence: Sequence[Evidence]) -> set[int]:
    """Return the ids of the evidence that is seen in something nobody is to work by any more.

    The caller has seen to it that the reader may see the evidence. A query for each kind there is.
    """
    found: set[int] = set()
    for kind, read in _out_of_use.items():
        of_kind = [piece for piece in evidence if piece.document_kind == kind]
        over = set(read([piece.document_id for piece in of_kind])) if of_kind else set()
        found |= {piece.pk for piece in of_kind if piece.document_id in over}
    return found
