"""Everything of an organisation, or of one source, as a community archive."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from django.db.models import QuerySet

from whoknows.base.errors import NotFound
from whoknows.engine.text.sentences import Sentence
from whoknows.interop.importers.archive_writer import write_archive
from whoknows.interop.importers.records import (
    AnswerRecord,
    Description,
    PersonRecord,
    QuestionRecord,
)
from whoknows.interop.models import Source, SourceRecord
from whoknows.interop.queries.records import answer_record, person_record, question_record
from whoknows.needs.models import Answer, Need
from whoknows.people.models import NARROW, Membership, Organisation, Person
from whoknows.people.queries import organisation_named


def export_archive(folder: Path, *, organisation: str, source: str | None, compress: bool) -> int:
    """Write needs and answers with the persons in them into ``folder``; returns how many needs.

    With ``source`` only what was imported from it goes out, under the ids it came in with; else
    everything does, under ids that an import into this installation recognises. What people keep
    to themselves or to their unit stays here, and so do the e-mail addresses of everybody but
    members and alumni.

    Raises:
        NotFound: There is no such organisation, or no such source.
    """
    owner = organisation_called(organisation)
    export = _Export(owner, _source(owner, source) if source else None)
    write_archive(
        folder,
        description=export.description(),
        people=export.people(),
        questions=export.questions(),
        answers=export.answers(),
        compress=compress,
    )
    return export.needs().count()


def organisation_called(name: str) -> Organisation:
    """Return the organisation of this short name or name.

    Raises:
        NotFound: There is none.
    """
    found = organisation_named(name)
    if found is None:
        raise NotFound("There is no organisation “{name}” here. Check the name.", name=name)
    return found


def _source(organisation: Organisation, name: str) -> Source:
    found = Source.objects.filter(organisation=organisation, name=name).first()
    if found is None:
        known = ", ".join(
            Source.objects.filter(organisation=organisation).values_list("name", flat=True)
        )
        raise NotFound(
            "Nothing was imported from “{name}”. Sources here: {sources}.",
            name=name,
            sources=known or Sentence("none"),
        )
    return found


class _Export:
    """One export: what goes out, and under which id."""

    def __init__(self, organisation: Organisation, source: Source | None) -> None:
        self._organisation, self._source = organisation, source
        self._keys: dict[tuple[str, int], str] = {}
        if source:
            rows = SourceRecord.objects.filter(source=source, kind__in=["person", "need", "answer"])
            self._keys = {
                (kind, pk): key for kind, pk, key in rows.values_list("kind", "object_id", "key")
            }

    def description(self) -> Description:
        name = self._source.name if self._source else self._organisation.slug
        texts = self.needs().exclude(attribution="").values_list("attribution", flat=True)
        return Description(name=name, attribution="; ".join(sorted(set(texts))))

    def needs(self) -> QuerySet[Need]:
        found = Need.objects.filter(organisation=self._organisation).exclude(sharing__in=NARROW)
        if self._source:
            found = found.filter(pk__in=[pk for kind, pk in self._keys if kind == "need"])
        return found

    def _answers(self) -> QuerySet[Answer]:
        found = Answer.objects.filter(need__in=self.needs())
        if self._source:
            found = found.filter(pk__in=[pk for kind, pk in self._keys if kind == "answer"])
        return found

    def _persons(self) -> QuerySet[Person]:
        if self._source:
            ids = {pk for kind, pk in self._keys if kind == "person"}
        else:
            askers = self.needs().values_list("owner", flat=True)
            ids = {*askers, *self._answers().values_list("author", flat=True)}
        return Person.objects.get_queryset().filter(pk__in=ids)

    def people(self) -> Iterator[PersonRecord]:
        rows = Membership.objects.filter(organisation=self._organisation)
        rows = rows.select_related("organisation", "unit").order_by("started_on", "pk")
        places = {m.owner_id: m for m in rows}
        reachable = set(rows.shown().values_list("owner", flat=True))
        for person in self._persons().iterator():
            key = self._key("person", person)
            if person.pk not in places:
                # Of somebody from elsewhere only what stands beside their answer goes out.
                yield PersonRecord(key=key, name=person.name, url=person.url or None, guest=True)
                continue
            told = person_record(person, places[person.pk], key=key)
            # Whose archive it is goes without saying, and may have another name where it is read.
            email = told.email if person.pk in reachable else None
            yield replace(told, organisation=None, email=email)

    def questions(self) -> Iterator[QuestionRecord]:
        rows = self.needs().select_related("owner").prefetch_related("topics")
        for need in rows.iterator(chunk_size=1000):
            by = self._key("person", need.owner)
            yield question_record(need, key=self._key("need", need), by=by)

    def answers(self) -> Iterator[AnswerRecord]:
        for answer in self._answers().select_related("need", "author").iterator(chunk_size=1000):
            yield answer_record(
                answer,
                key=self._key("answer", answer),
                question=self._key("need", answer.need),
                by=self._key("person", answer.author),
            )

    def _key(self, kind: str, thing: Person | Need | Answer) -> str:
        """Return the id that ``thing`` came in with, or the one it was given here."""
        return self._keys.get((kind, thing.pk)) or str(thing.uid)
