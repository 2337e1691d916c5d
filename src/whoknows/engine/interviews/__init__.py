"""Interviewing experts: protocols, transcripts, and drafts of aids made of what was said."""

from whoknows.engine.interviews.acta import ACTA
from whoknows.engine.interviews.cdm import CDM
from whoknows.engine.interviews.clusters import CLUSTERS
from whoknows.engine.interviews.consent import NEWEST_TEXT, consent_text
from whoknows.engine.interviews.drafting import (
    Demand,
    Draft,
    DraftLine,
    Gap,
    OutlineEntry,
    Sorted,
    demands,
    draft,
    gaps,
    where_from,
)
from whoknows.engine.interviews.jargon import Jargon, jargon
from whoknows.engine.interviews.pari import PARI
from whoknows.engine.interviews.protocols import (
    PIVOTS,
    ItemKind,
    Outline,
    Pivot,
    Probe,
    Protocol,
    Stage,
)
from whoknows.engine.interviews.reading import ReadingLevel, reading_level
from whoknows.engine.interviews.transcripts import (
    BadTranscript,
    Statement,
    read_transcript,
    spoken_time,
)

# The first is the one to take when nothing speaks for another.
PROTOCOLS: dict[str, Protocol] = {p.key: p for p in (ACTA, CDM, PARI, CLUSTERS)}

__all__ = [
    "NEWEST_TEXT",
    "PIVOTS",
    "PROTOCOLS",
    "BadTranscript",
    "Demand",
    "Draft",
    "DraftLine",
    "Gap",
    "ItemKind",
    "Jargon",
    "Outline",
    "OutlineEntry",
    "Pivot",
    "Probe",
    "Protocol",
    "ReadingLevel",
    "Sorted",
    "Stage",
    "Statement",
    "consent_text",
    "demands",
    "draft",
    "gaps",
    "jargon",
    "read_transcript",
    "reading_level",
    "spoken_time",
    "where_from",
]
