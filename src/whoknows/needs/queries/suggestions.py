"""What helps with a need: things to use, people to ask, groups to join."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from time import perf_counter

from django.db.models import Count
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from whoknows.aids.models import Aid, Trust
from whoknows.aids.queries import aids_visible_to
from whoknows.base.markup import snippet
from whoknows.communities.models import Community
from whoknows.communities.queries import communities_visible_to
from whoknows.engine.match.people import Candidate, Vote, rank_people, spread
from whoknows.expertise.models import Evidence, EvidenceKind
from whoknows.expertise.queries import evidence_in, recent_evidence_counts
from whoknows.needs.models import Need, Solution, Verdict
from whoknows.network.queries import direct_ties
from whoknows.people.models import Person, Reach
from whoknows.people.queries import persons_visible_to
from whoknows.search.queries import Found, Hit, find

FEWEST_WORDS = 3
MOST_OBJECTS = 5
MOST_PEOPLE = 3
MOST_GROUPS = 3
_LIKE_THIS = 0.45
_RECENT = timedelta(days=180)
_WORTH = {
    EvidenceKind.ANSWERED: 1.0,
    EvidenceKind.HELPED: 1.3,
    EvidenceKind.SOLVED: 1.5,
    EvidenceKind.WROTE_AID: 1.5,
}
_STALE_FACTOR = 0.8
_UNANSWERED_FACTOR = 0.6
_SOLVED_FACTOR = 1.15


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence a colleague would say, and where it can be checked."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class ObjectSuggestion:
    """Something to use: an aid, or a need like this one with its answers."""

    kind: str
    id: int
    title: str
    url: str
    snippet: str
    score: float
    why: list[Reason]
    aid: Aid | None = None
    trust: Trust | None = None
    need: Need | None = None


@dataclass(frozen=True, slots=True)
class PersonSuggestion:
    """Somebody to ask."""

    person: Person
    organisation: str
    score: float
    why: list[Reason]


@dataclass(frozen=True, slots=True)
class GroupSuggestion:
    """Some to join."""

    community: Community
    score: float
    why: list[Reason]


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The answer to a need, and how long it took to find."""

    query: str
    objects: list[ObjectSuggestion]
    people: list[PersonSuggestion]
    groups: list[GroupSuggestion]
    took_ms: float

    @property
    def is_empty(self) -> bool:
        return not (self.objects or self.people or self.groups)


def suggest(words: str, *, reach: Reach, now: datetime) -> Suggestions:
    """Return what and who helps with ``words``, of what ``reach`` may see.

    Nothing, nobody and no group are possible answers. Costs two or three searches and at most ten
    queries, whatever the size of the installation.
    """
    began = perf_counter()
    found = find(words, audiences=reach.audiences(), kinds=("need", "aid"), limit=100)
    evidence = list(
        evidence_in([(h.kind, h.id) for h in found.hits], reach=reach).exclude(owner=reach.person)
    )
    groups = find(words, audiences=reach.audiences(), kinds=("community",), limit=MOST_GROUPS)
    return Suggestions(
        query=words,
        objects=objects_found(found, reach=reach, on=now.date(), most=MOST_OBJECTS * 4)[
            :MOST_OBJECTS
        ],
        people=_people(found.hits, evidence, reach=reach, now=now),
        groups=_groups(groups.hits, found.hits, reach=reach),
        took_ms=round((perf_counter() - began) * 1000, 1),
    )


def objects_found(
    found: Found, *, reach: Reach, on: date, most: int = 100
) -> list[ObjectSuggestion]:
    """Return the aids and needs among the first ``most`` hits, ordered by fit and outcome."""
    hits = found.hits[:most]
    aids = {a.pk: a for a in aids_visible_to(reach).filter(pk__in=_ids(hits, "aid"))}
    needs = {
        n.pk: n
        for n in Need.objects.visible_to(reach)
        .filter(pk__in=_ids(hits, "need"))
        .select_related("owner")
        .prefetch_related("answers__author")
    }
    times_solved = _times_solved(hits)
    words = {term[:6] for term in found.terms}
    made = []
    for hit in hits:
        times = times_solved.get((hit.kind, hit.id), 0)
        if hit.kind == "aid" and hit.id in aids:
            made.append(_aid(aids[hit.id], hit, times, words, on=on))
        elif hit.kind == "need" and hit.id in needs:
            made.append(_past_answer(needs[hit.id], hit, times, words))
    return sorted(made, key=lambda o: -o.score)


def _ids(hits: Sequence[Hit], kind: str) -> list[int]:
    return [hit.id for hit in hits if hit.kind == kind]


def _times_solved(hits: Sequence[Hit]) -> dict[tuple[str, int], int]:
    rows = (
        Solution.objects.filter(document_id__in=[h.id for h in hits])
        .values_list("document_kind", "document_id")
        .annotate(count=Count("person", distinct=True))
    )
    return {(kind, object_id): count for kind, object_id, count in rows}


def _aid(aid: Aid, hit: Hit, times: int, words: set[str], *, on: date) -> ObjectSuggestion:
    trust = aid.trust(on)
    why = _solved_for(times)
    if aid.verified_on and aid.verified_by:
        verified = {"name": aid.verified_by, "date": date_format(aid.verified_on)}
        why.append(Reason(_("Verified by %(name)s on %(date)s.") % verified))
    if trust == Trust.STALE and aid.verify_by:
        why.append(
            Reason(
                _("Out of date since %s: check before you rely on it.") % date_format(aid.verify_by)
            )
        )
    if not why:
        why.append(Reason(_("By %s; nobody has verified it yet.") % aid.owner))
    score = hit.score * (_STALE_FACTOR if trust == Trust.STALE else 1) * (1 + 0.05 * min(times, 6))
    return ObjectSuggestion(
        kind="aid",
        id=aid.pk,
        title=aid.title,
        url=aid.get_absolute_url(),
        snippet=snippet(aid.body, words=words),
        score=round(score, 4),
        why=why,
        aid=aid,
        trust=trust,
    )


def _past_answer(need: Need, hit: Hit, times: int, words: set[str]) -> ObjectSuggestion:
    answers = sorted(
        need.answers.all(), key=lambda a: (a.verdict != Verdict.SOLVED, -(a.score or 0))
    )
    why = _solved_for(times)
    if not answers:
        why.append(
            Reason(_("Asked by %s, not answered yet.") % need.owner, need.get_absolute_url())
        )
    else:
        best = answers[0]
        sentence = (
            _("Answered by %s; it solved it for whoever asked.")
            if best.verdict == Verdict.SOLVED
            else _("Answered by %s.")
        )
        why.append(Reason(sentence % best.author, f"{need.get_absolute_url()}#answer-{best.uid}"))
    solved = bool(answers) and answers[0].verdict == Verdict.SOLVED
    factor = _SOLVED_FACTOR if solved else 1 if answers else _UNANSWERED_FACTOR
    return ObjectSuggestion(
        kind="need",
        id=need.pk,
        title=need.title,
        url=need.get_absolute_url(),
        snippet=snippet(answers[0].text if answers else need.words, words=words),
        score=round(hit.score * factor * (1 + 0.05 * min(times, 6)), 4),
        why=why,
        need=need,
    )


def _solved_for(times: int) -> list[Reason]:
    if not times:
        return []
    sentence = ngettext("It solved this for %d person.", "It solved this for %d people.", times)
    return [Reason(sentence % times)]


def _people(
    hits: Sequence[Hit], evidence: Sequence[Evidence], *, reach: Reach, now: datetime
) -> list[PersonSuggestion]:
    if not evidence:
        return []
    ranked = _ranked(hits, evidence, reach=reach, now=now)
    persons = {
        p.pk: p for p in persons_visible_to(reach).filter(pk__in=[c.person for c in ranked[:30]])
    }
    visible = [c for c in ranked if c.person in persons]
    counts: dict[int, int] = {}
    for piece in evidence:
        counts[piece.owner_id] = counts.get(piece.owner_id, 0) + 1
    usual = set(sorted(counts, key=lambda p: (-counts[p], p))[:3])
    chosen = spread(visible, usual=usual, places=MOST_PEOPLE)
    tied = direct_ties(reach.person, [c.person for c in chosen])
    pieces = {piece.pk: piece for piece in evidence}
    likeness = _likeness(hits)
    made = []
    for candidate in chosen:
        person = persons[candidate.person]
        mine = [pieces[pk] for pk in candidate.evidence]
        like = [e for e in mine if likeness[e.document_kind, e.document_id] >= _LIKE_THIS]
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
    hits: Sequence[Hit], evidence: Sequence[Evidence], *, reach: Reach, now: datetime
) -> list[Candidate]:
    likeness = _likeness(hits)
    newest = max(piece.at for piece in evidence)
    votes = [
        Vote(
            person=piece.owner_id,
            likeness=likeness[piece.document_kind, piece.document_id],
            age_days=(newest - piece.at).total_seconds() / 86400,
            worth=_WORTH[EvidenceKind(piece.kind)],
            evidence=piece.pk,
        )
        for piece in evidence
    ]
    people = {piece.owner_id for piece in evidence}
    return rank_people(
        votes, recent=recent_evidence_counts(people, reach=reach, now=now, within=_RECENT)
    )


def why_person(evidence: Sequence[Evidence]) -> list[Reason]:
    """Return what shows that somebody can help: a sentence that counts, then up to three pieces."""
    aids = [e for e in evidence if e.kind == EvidenceKind.WROTE_AID]
    answers = [e for e in evidence if e.kind != EvidenceKind.WROTE_AID]
    why = []
    if answers:
        since, last = min(e.at for e in answers), max(e.at for e in answers)
        values = {
            "count": len(answers),
            "since": date_format(since, "F Y"),
            "last": date_format(last, "j F Y"),
        }
        sentence = ngettext(
            "Answered a need like this on %(last)s.",
            "Answered %(count)d needs like this since %(since)s, the last on %(last)s.",
            len(answers),
        )
        why.append(Reason(sentence % values, answers[0].url))
    if aids:
        sentence = ngettext(
            "Wrote an aid for this.", "Wrote %(count)d aids for this.", len(aids)
        ) % {"count": len(aids)}
        why.append(Reason(sentence, aids[0].url))
    return why + [Reason(piece.title, piece.url) for piece in evidence[:3]]


def _organisation_of(person: Person) -> str:
    memberships = person.shown_memberships
    return memberships[0].organisation.name if memberships else ""


def _groups(hits: Sequence[Hit], similar: Sequence[Hit], *, reach: Reach) -> list[GroupSuggestion]:
    posted: dict[int, int] = {}
    rows = Need.objects.visible_to(reach).filter(pk__in=_ids(similar[:30], "need"))
    for community in rows.exclude(community=None).values_list("community", flat=True):
        posted[community] = posted.get(community, 0) + 1
    scores = {hit.id: hit.score for hit in hits}
    wanted = set(scores) | set(posted)
    made = []
    for community in communities_visible_to(reach).filter(pk__in=wanted):
        count = posted.get(community.pk, 0)
        people = (
            ngettext("%d person.", "%d people.", community.member_count) % community.member_count
        )
        why = [Reason(f"{people} {community.purpose}", community.get_absolute_url())]
        if count:
            sentence = ngettext(
                "%d need like this was posted here.", "%d needs like this were posted here.", count
            )
            why.append(Reason(sentence % count, community.get_absolute_url()))
        score = scores.get(community.pk, 0.0) + 2.0 * count
        made.append(GroupSuggestion(community, round(score, 4), why))
    return sorted(made, key=lambda g: (-g.score, g.community.pk))[:MOST_GROUPS]
