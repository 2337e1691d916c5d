"""Where people are, beside whoever asks: in the same unit, at the same site, in one language."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from whoknows.needs.queries.columns import Ids, PlaceColumns


@dataclass(frozen=True, slots=True)
class Places:
    """The memberships in force, and which of them a reader may know of.

    Attributes:
        number: The number of each membership's person in the history; -1 for who never did
            anything.
        visible: Whether the reader may see it.
        speakers: For each language those who write it, of whom the reader may see any of these.
    """

    columns: PlaceColumns
    number: Ids
    visible: NDArray[np.bool_]
    speakers: Mapping[str, Ids]

    def flags(self, asker_id: int | None, *, language: str | None, at: float) -> Mapping[str, Ids]:
        """Return for the features of this kind the people of whom they hold, ascending by number.

        Only places begun before ``at`` count. The asker's own are known to the asker, however
        widely they are shared; others' only as far as the reader may see them. O(memberships).

        Args:
            language: Of the need, None if that is not clear.
        """
        columns, begun = self.columns, self.columns.since < at
        own = begun & (columns.owner == asker_id)
        theirs = begun & self.visible & (self.number >= 0)
        flags = {
            "same_unit": _shared_with(own, columns.shared.unit),
            "same_site": _shared_with(own, columns.site),
        }
        found = {name: np.unique(self.number[theirs & rows]) for name, rows in flags.items()}
        if language is not None and language in self.speakers:
            found["same_language"] = self.speakers[language]
        return found


def _shared_with(own: NDArray[np.bool_], column: Ids) -> NDArray[np.bool_]:
    """Return where ``column`` holds what it holds in one of the rows of ``own``; 0 is nothing."""
    found = np.zeros(len(column), np.bool_)
    for value in set(column[own & (column > 0)].tolist()):
        found |= column == value
    return found
