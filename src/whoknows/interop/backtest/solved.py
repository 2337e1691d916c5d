"""What solved needs, as a retrieval set: told by those who had them, not by us."""

from collections.abc import Iterator
from pathlib import Path

from django.utils import timezone

from whoknows.aids import queries as aids
from whoknows.aids.models import Aid
from whoknows.interop.backtest.community import Community, community_here, read_community
from whoknows.interop.importers.archive import QUESTIONS, ArchiveSource
from whoknows.interop.importers.reading import find_file
from whoknows.interop.importers.records import UnusableSource
from whoknows.interop.importers.retrieval_set import CORPUS, RetrievalSet, Text, read_retrieval_set
from whoknows.interop.queries.exporting import organisation_called
from whoknows.needs.models import Need, Solution
from whoknows.people.models import NARROW

ANSWERED = "Needs that an answer solved"
SHOWN = "Words for which something shown here solved it"


def judged_in(folder: Path) -> RetrievalSet:
    """Return the retrieval set in ``folder``, or of an archive what :func:`solved_in` does.

    Raises:
        UnusableSource: It is neither, or nothing in it is right.
    """
    is_archive = find_file(folder, QUESTIONS) is not None and find_file(folder, CORPUS) is None
    return solved_in(folder) if is_archive else read_retrieval_set(folder)


def solved_in(folder: Path) -> RetrievalSet:
    """Return for each question of the archive in ``folder`` the answer that was accepted.

    Documents are all answers, by their own words alone.

    Raises:
        UnusableSource: It is no community archive, or no answer was accepted.
    """
    community = read_community(ArchiveSource(folder, now=timezone.now()))
    made = RetrievalSet(refused=community.refused)
    _take_answers(made, community)
    if not made.needs:
        raise UnusableSource(
            "No answer in {name} was accepted, so nothing tells what is right. "
            "Choose an archive with accepted_at.",
            name=folder.name,
        )
    return made


def solved_here(organisation: str) -> RetrievalSet:
    """Return what solved needs in ``organisation``: answers, and things that were shown.

    Documents are the aids in use and all answers. A need is right with the answer that whoever
    raised it said solved it; words somebody typed are right with what they said solved it, or, was
    that a need, with its answers. What people keep to themselves or to their unit is left out.

    What was shown was found by our own search, so a figure for it flatters: it is a group of its
    own beside the needs that people answered. Everything is held in memory.

    Raises:
        NotFound: There is no such organisation.
        UnusableSource: Nobody has said yet what solved a need.
    """
    community = community_here(organisation)
    made = RetrievalSet(refused=community.refused)
    answers = _take_answers(made, community)
    made.groups[ANSWERED] = [need.key for need in made.needs]
    made.documents += _aids(organisation)
    shown = list(_shown(organisation, answers, {text.key for text in made.documents}))
    for need, right in shown:
        made.needs.append(need)
        made.gold[need.key] = dict.fromkeys(right, 1.0)
    made.groups[SHOWN] = [need.key for need, _ in shown]
    if not made.needs:
        raise UnusableSource(
            "Nobody at {name} has said yet what solved a need, so nothing tells what is right. "
            "Try again once some needs are solved.",
            name=organisation,
        )
    return made


def _take_answers(made: RetrievalSet, community: Community) -> dict[str, list[str]]:
    """Add all answers, and the questions with an accepted one; return the answers to each."""
    asked = {question.key: question for question in community.questions}
    answers: dict[str, list[str]] = {}
    for answer in community.answers:
        question = asked[answer.question]
        language = question.language or "en"
        made.documents.append(Text(answer.key, "", answer.text, language=language))
        answers.setdefault(question.key, []).append(answer.key)
        if answer.accepted_at is not None:
            made.gold.setdefault(question.key, {})[answer.key] = 1.0
    made.needs += [
        Text(key, "", f"{asked[key].title}\n{asked[key].text}") for key in asked if key in made.gold
    ]
    return answers


def _aids(organisation: str) -> list[Text]:
    found = Aid.objects.in_use().filter(organisation=organisation_called(organisation))
    ids = found.exclude(sharing__in=NARROW).order_by("pk").values_list("pk", flat=True)
    return [
        Text(
            f"aid-{document.id}",
            document.title,
            document.body,
            document.more,
            tuple(document.topics),
            document.language,
        )
        for document in aids.documents(list(ids))
    ]


def _shown(
    organisation: str, answers: dict[str, list[str]], documents: set[str]
) -> Iterator[tuple[Text, list[str]]]:
    """Yield words that somebody typed, and the documents that solved it for them."""
    rows = Solution.objects.filter(organisation=organisation_called(organisation)).order_by("pk")
    solved = [row.document_id for row in rows if row.document_kind == "need"]
    uids = dict(Need.objects.filter(pk__in=solved).values_list("pk", "uid"))
    for row in rows:
        right = [f"aid-{row.document_id}"]
        if row.document_kind == "need":
            right = answers.get(str(uids.get(row.document_id)), [])
        if known := [key for key in right if key in documents]:
            yield Text(f"words-{row.pk}", "", row.words), known
