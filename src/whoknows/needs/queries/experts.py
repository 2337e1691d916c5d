"""People to ask: those who did something for needs like this one."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from whoknows.engine.match.people import Candidate, Vote, rank_people, spread
from whoknows.expertise.models import EvidenceKind
from whoknows.expertise.queries import Piece, evidence_in, recent_evidence_counts
from whoknows.needs.queries.suggested import PersonSuggestion, Reason
from whoknows.network.queries import direct_ties
from whoknows.people.models import Person, Reach
from whoknows.people.queries import persons_visible_to
from whoknows.search.queries import Hit

MOST_PEOPLE = 3
_NEAR_THE_TOP = 12
_LOOK_AT = 12
_USUAL_FEW = 3
_LIKE_THIS = 0.6
# Of 205 titles asked of the archive their matter is in, 195 find something above 0.94; of 300
# titles on other matters every third finds nothing above 0.6.
WORTH_SHOWING = 0.6
_MOST_PIECES = 3
_RECENT = timedelta(days=180)
_WORTH = {
    EvidenceKind.ANSWERED: 1.0,
    EvidenceKind.HELPED: 1.3,
    EvidenceKind.SOLVED: 1.5,
    EvidenceKind.WROTE_AID: 1.5,
}


def people_found(hits: Sequence[Hit], *, reach: Reach, now: datetime) -> list[PersonSuggestion]:
    """Return at most three people who showed with such needs that they can help.

    Never the reader, never somebody whom the reader may not see, never on evidence that the reader
    may not see; one of them is outside the usual few when comparable.
    """
    likeness = _likeness(hits)
    pieces = [p for p in evidence_in(likeness, reach=reach) if p.person_id != reach.person]
    if not pieces:
        return []
    ranked = _ranked(pieces, likeness, reach=reach, now=now)
    wanted = [candidate.person for candidate in ranked[:_LOOK_AT]]
    persons = {p.pk: p for p in persons_visible_to(reach).filter(pk__in=wanted)}
    by_id = {piece.id: piece for piece in pieces}
    fits = {(h.kind, h.id) for h in hits if h.fit >= WORTH_SHOWING}
    visible = [
        candidate
        for candidate in ranked
        if candidate.person in persons
        and any((by_id[e].document_kind, by_id[e].document_id) in fits for e in candidate.evidence)
    ]
    chosen = spread(visible, usual=_usual_few(pieces), places=MOST_PEOPLE)
    tied = direct_ties(reach.person, [candidate.person for candidate in chosen])
    made = []
    for candidate in chosen:
        person = persons[candidate.person]
        mine = [by_id[piece] for piece in candidate.evidence]
        mine.sort(key=lambda p: -likeness[p.document_kind, p.document_id])
        mine = [p for p in mine if (p.document_kind, p.document_id) in fits]
        like = [p for p in mine if likeness[p.document_kind, p.document_id] >= _LIKE_THIS]
        why = why_person(like or mine[:1])
        if candidate.person in tied:
            why.append(Reason(_("You know each other."), person.get_absolute_url()))
        made.append(
            PersonSuggestion(person, _organisation_of(person), round(candidate.score, 4), why)
        )
    return made


def _likeness(hits: Sequence[Hit]) -> dict[tuple[str, int], float]:
    best = max((hit.score for hit in hits), default=1.0) or 1.0
    return {(hit.kind, hit.id): hit.score / best for hit in hits}


def _ranked(
    pieces: Sequence[Piece],
    likeness: dict[tuple[str, int], float],
    *,
    reach: Reach,
    now: datetime,
) -> list[Candidate]:
    newest = max(piece.at for piece in pieces)
    votes = [
        Vote(
            person=piece.person_id,
            likeness=likeness[piece.document_kind, piece.document_id],
            age_days=(newest - piece.at).total_seconds() / 86400,
            worth=_WORTH[EvidenceKind(piece.kind)],
            evidence=piece.id,
        )
        for piece in pieces
    ]
    # How active somebody is moves them by a few places, so only those near the top are counted.
    near = {candidate.person for candidate in rank_people(votes, recent={})[:_NEAR_THE_TOP]}
    recent = recent_evidence_counts(near, reach=reach, now=now, within=_RECENT)
    return rank_people([vote for vote in votes if vote.person in near], recent=recent)


def _usual_few(pieces: Sequence[Piece]) -> set[int]:
    """Return those who do most of the answering about such needs."""
    counts: dict[int, int] = {}
    for piece in pieces:
        counts[piece.person_id] = counts.get(piece.person_id, 0) + 1
    return set(sorted(counts, key=lambda person: (-counts[person], person))[:_USUAL_FEW])


def why_person(pieces: Sequence[Piece]) -> list[Reason]:
    """Return what shows that somebody can help: a sentence that counts, then up to three pieces."""
    aids = [p for p in pieces if p.kind == EvidenceKind.WROTE_AID]
    answers = [p for p in pieces if p.kind != EvidenceKind.WROTE_AID]
    why = []
    if answers:
        values = {
            "count": len(answers),
            "since": date_format(min(p.at for p in answers), "F Y"),
            "last": date_format(max(p.at for p in answers), "j F Y"),
        }
        sentence = ngettext(
            "Answered a need like this on %(last)s.",
            "Answered %(count)d needs like this since %(since)s, the last on %(last)s.",
            len(answers),
        )
        why.append(Reason(sentence % values, answers[0].url))
    if aids:
        sentence = ngettext("Wrote an aid for this.", "Wrote %(count)d aids for this.", len(aids))
        why.append(Reason(sentence % {"count": len(aids)}, aids[0].url))
    return why + [Reason(piece.title, piece.url) for piece in pieces[:_MOST_PIECES]]


def _organisation_of(person: Person) -> str:
    memberships = person.shown_memberships
    return memberships[0].organisation.name if memberships else ""
