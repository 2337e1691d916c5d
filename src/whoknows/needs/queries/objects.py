"""Things to use: aids, and needs like this one that were answered."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Count, F, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from whoknows.aids.models import Aid, Trust
from whoknows.aids.queries import aids_visible_to
from whoknows.base.markup import plain_text, snippet
from whoknows.base.prepared import IsAmong, Prepared, given
from whoknows.engine.aids import lines
from whoknows.engine.carriers import readable_code
from whoknows.engine.match.blend import probability_right
from whoknows.engine.text.names import say_the_same
from whoknows.needs.models import LASTING, Answer, Need, Solution, Verdict
from whoknows.needs.queries.following_up import STAYS_MET
from whoknows.needs.queries.suggested import ObjectSuggestion, Reason
from whoknows.people.models import Reach
from whoknows.search.queries import Found, Hit

# What came of a thing moves it. By hand: no archive tells what was shown and then of no use.
_STALE_FACTOR = 0.8
_VERIFIED_FACTOR = 1.05
_UNANSWERED_FACTOR = 0.6
_HELPED_FACTOR = 1.05
_SOLVED_FACTOR = 1.15
_TRUST_FACTORS = {
    Trust.STALE: _STALE_FACTOR,
    Trust.VERIFIED: _VERIFIED_FACTOR,
    Trust.DUE: _VERIFIED_FACTOR,
}
_SNIPPET_FROM = 4_000
_MOST_LINES = 200
_SURE_ENOUGH = 0.6
_LONGEST_CODE = 8


_AIDS = Prepared(lambda: aids_visible_to(None).order_by().filter(IsAmong("pk", given("ids"))))
_NEEDS = Prepared(
    lambda: (
        Need.objects.visible_to(None)
        .filter(IsAmong("pk", given("ids")))
        .annotate(stays_met=STAYS_MET)
        .select_related("owner")
    )
)
# For each need the answer that solved it, helped, or got most votes.
_BEST_ANSWERS = Prepared(
    lambda: (
        Answer.objects.filter(IsAmong("need", given("ids")))
        .select_related("author")
        .order_by("need", "-verdict", F("score").desc(nulls_last=True), "given_at")
        .distinct("need")
    )
)
_TIMES_SOLVED = Prepared(
    lambda: (
        Solution.objects.filter(IsAmong("document_id", given("ids")))
        .values_list("document_kind", "document_id")
        .annotate(
            count=Count("person", distinct=True),
            lasting=Count("person", distinct=True, filter=Q(follow_ups__said__in=LASTING)),
        )
    )
)


@dataclass(frozen=True, slots=True)
class Times:
    """For how many people a thing solved a need, and how many did it again without asking."""

    solved: int = 0
    lasted: int = 0


def objects_found(
    found: Found,
    *,
    reach: Reach,
    on: date,
    most: int = 100,
    keep: int = 100,
    are_for_asker: bool = False,
    asked: str = "",
) -> list[ObjectSuggestion]:
    """Return the best ``keep`` aids and needs of the first ``most`` hits, by fit and outcome.

    Four queries.

    Args:
        are_for_asker: Leave out what the reader asked and nobody answered: it helps nobody to be
            told their own question.
        asked: What was typed: what is answered or in use and has just this for a title comes first.
    """
    hits = found.hits[:most]
    aids = {aid.pk: aid for aid in _AIDS.rows(ids=ids_of(hits, "aid"), reach=reach)}
    needs = {need.pk: need for need in _NEEDS.rows(ids=ids_of(hits, "need"), reach=reach)}
    best = {answer.need_id: answer for answer in _BEST_ANSWERS.rows(ids=list(needs))}
    solved = _TIMES_SOLVED.rows(ids=[hit.id for hit in hits])
    times_solved = {(kind, pk): Times(solved=many, lasted=few) for kind, pk, many, few in solved}
    words = {term[:6] for term in found.terms}
    made = []
    for hit in hits:
        times = times_solved.get((hit.kind, hit.id), Times())
        if hit.kind == "aid" and hit.id in aids:
            made.append(_aid(aids[hit.id], hit, times, on=on))
        elif hit.kind == "need" and hit.id in needs:
            need, answer = needs[hit.id], best.get(hit.id)
            if answer or not are_for_asker or need.owner_id != reach.person:
                made.append(_past_answer(need, answer, hit, times))
    made.sort(key=lambda o: (not _is_just_that(o, asked), -o.score))
    return [_with_snippet(o, best.get(o.id), words) for o in made[:keep]]


def _is_just_that(found: ObjectSuggestion, asked: str) -> bool:
    """Say whether it has its title from the very words, and may help: no outcome outdoes that."""
    is_of_use = found.is_answered or found.trust in {Trust.UNVERIFIED, Trust.VERIFIED, Trust.DUE}
    return is_of_use and say_the_same(found.title, asked)


def object_with_code(words: str, *, reach: Reach, on: date) -> ObjectSuggestion | None:
    """Return the aid whose code ``words`` are, typed from a card, if the reader may see it.

    One query at most, and none for what is too long to be a code. The index is not asked: a card
    leads to its aid also where nothing else can be found.
    """
    code = readable_code(words)
    if len(code) > _LONGEST_CODE or not code.isalnum():
        return None
    aid = aids_visible_to(reach).filter(code=code).first()
    if aid is None:
        return None
    found = _aid(aid, Hit("aid", aid.pk, 1.0), Times(), on=on)
    return replace(found, why=[Reason(_("Its code is %s.") % aid.code), *found.why])


def _with_snippet(
    found: ObjectSuggestion, best: Answer | None, words: set[str]
) -> ObjectSuggestion:
    """Finding where in a text the words stand takes longer than all else: only what is shown."""
    if found.aid and (step := _step_that_matches(found.aid, words)):
        return replace(found, snippet=step)
    text = found.aid.body if found.aid else found.need.words if found.need else ""
    if best and found.need:
        text = best.text
    return replace(found, snippet=snippet(text[:_SNIPPET_FROM], words=words))


def _step_that_matches(aid: Aid, words: set[str]) -> str:
    """Return the step, item or row of ``aid`` that holds most of ``words``, with its number."""
    beginnings, best, most, number = tuple(words), "", 0, 0
    for line in lines(aid.parts())[:_MOST_LINES]:
        if line.number is None:
            continue
        text = plain_text(f"{line.key}: {line.text}" if line.key else line.text)
        found = {word[:6] for word in text.lower().split() if word.startswith(beginnings)}
        if len(found) > most:
            best, most, number = text, len(found), line.number
    return f"{number}. {snippet(best, words=words)}" if best else ""


def saying_what_is_likely(
    made: Sequence[ObjectSuggestion], hits: Sequence[Hit]
) -> list[ObjectSuggestion]:
    """Return ``made``, the first one marked if the page may say that it probably solves it.

    Of all ``hits`` only the score as found counts, as it did where :func:`probability_right` was
    fitted: what came of a thing moves it, and says nothing of whether it is about the same matter.
    What is too weak to be shown still tells that the first one does not stand alone.
    """
    if not made or not (made[0].is_answered or made[0].trust in {Trust.VERIFIED, Trust.DUE}):
        return list(made)
    scores = {(hit.kind, hit.id): hit.score for hit in hits}
    first = scores.pop((made[0].kind, made[0].id))
    sure = probability_right(first, max(scores.values(), default=0.0)) >= _SURE_ENOUGH
    return [replace(made[0], is_likely=sure), *made[1:]]


def ids_of(hits: Sequence[Hit], kind: str) -> list[int]:
    """Return the ids among ``hits`` that are of ``kind``."""
    return [hit.id for hit in hits if hit.kind == kind]


def _aid(aid: Aid, hit: Hit, times: Times, *, on: date) -> ObjectSuggestion:
    trust = aid.trust(on)
    why = _solved_for(times)
    if aid.verified_on and aid.verified_by:
        verified = {"name": aid.verified_by, "date": date_format(aid.verified_on, "j F Y")}
        why.append(Reason(_("Verified by %(name)s on %(date)s.") % verified))
    if trust == Trust.RETIRED:
        why = [Reason(_("It is retired: do not work by it any more."))]
    if trust == Trust.STALE and aid.verify_by:
        why.append(
            Reason(
                _("Out of date since %s: check before you rely on it.")
                % date_format(aid.verify_by, "j F Y")
            )
        )
    if not why:
        why.append(Reason(_("Kept by %s; nobody has verified it yet.") % aid.owner))
    factor = _TRUST_FACTORS.get(trust, 1.0)
    return ObjectSuggestion(
        kind="aid",
        id=aid.pk,
        title=aid.title,
        url=aid.get_absolute_url(),
        snippet="",
        score=round(hit.score * factor * (1 + 0.05 * min(times.solved, 6)), 4),
        why=why,
        aid=aid,
        trust=trust,
    )


def _past_answer(need: Need, best: Answer | None, hit: Hit, times: Times) -> ObjectSuggestion:
    why, factor, url = _solved_for(times), 1.0, need.get_absolute_url()
    if best is None:
        factor = _UNANSWERED_FACTOR
        sentence = _("Asked by %s, not answered yet.") % need.owner
        why.append(Reason(sentence, url))
    else:
        sentence = _("Answered by %s.")
        if best.verdict == Verdict.SOLVED:
            factor = _SOLVED_FACTOR
            sentence = _("Answered by %s; it solved it for whoever asked.")
            if need.stays_met:  # type: ignore[attr-defined] # annotated above
                sentence = _("Answered by %s; it solved it for whoever asked, and stays solved.")
        elif best.verdict == Verdict.HELPED:
            factor = _HELPED_FACTOR
            sentence = _("Answered by %s; it helped whoever asked.")
        why.append(Reason(sentence % best.author, f"{url}#answer-{best.uid}"))
    return ObjectSuggestion(
        kind="need",
        id=need.pk,
        title=need.title,
        url=url,
        snippet="",
        score=round(hit.score * factor * (1 + 0.05 * min(times.solved, 6)), 4),
        why=why,
        need=need,
        is_answered=best is not None,
    )


def _solved_for(times: Times) -> list[Reason]:
    if not times.solved:
        return []
    sentence = ngettext(
        "It solved a need of %d person.", "It solved needs of %d people.", times.solved
    )
    told = sentence % times.solved
    if times.lasted:
        sentence = ngettext(
            "%d did it again since without asking.",
            "%d did it again since without asking.",
            times.lasted,
        )
        told = f"{told} {sentence % times.lasted}"
    return [Reason(told)]
