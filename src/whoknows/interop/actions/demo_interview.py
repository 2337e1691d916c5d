"""The demo's interview: held, sorted and drafted, so that the next step is the reader's."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from whoknows.engine.aids import Kind
from whoknows.interviews.actions import (
    accept_transcript,
    add_entry,
    add_item,
    add_note,
    bring_transcript,
    end_talk,
    give_consent,
    make_draft,
    plan_interview,
    sort_notes,
)
from whoknows.interviews.models import Interview, ItemKindChoice, ProtocolChoice
from whoknows.people.models import Membership, Person, SharingClass


def hold_interview(told: dict[str, Any], *, now: datetime) -> Interview:
    """Return the interview that ``told`` describes, as if it had been led in the days before."""
    return _Held(told, now).lead()


@dataclass(frozen=True, slots=True)
class _Held:
    told: dict[str, Any]
    now: datetime

    def _at(self, stage: str) -> datetime:
        return self.now - timedelta(days=self.told["days_ago"][stage])

    def lead(self) -> Interview:
        interviewer = Person.objects.get(email=self.told["interviewer"])
        expert = Person.objects.get(email=self.told["expert"])
        place = Membership.objects.select_related("owner", "organisation").get(owner=interviewer)
        interview = plan_interview(
            task=self.told["task"],
            purpose=self.told["purpose"],
            expert=expert,
            by=place,
            protocol=ProtocolChoice(self.told["protocol"]),
            now=self._at("planned"),
        )
        give_consent(
            interview=interview, allows_recording=False, by=expert, now=self._at("consented")
        )
        entries = self._write_down(interview, interviewer)
        end_talk(interview=interview, by=interviewer, now=self._at("held"))
        bring_transcript(
            interview=interview,
            text="\n".join(self.told["transcript"]),
            by=interviewer,
            now=self._at("held"),
        )
        accept_transcript(interview=interview, by=expert, now=self._at("sorted"))
        self._sort(interview, interviewer, entries)
        return interview

    def _write_down(self, interview: Interview, interviewer: Person) -> list[int]:
        """Write outline and notes; return the ids of the outline's entries."""
        at = self._at("held")
        entries = [
            add_entry(
                interview=interview, **entry, key=_key("entry", number), by=interviewer, now=at
            ).pk
            for number, entry in enumerate(self.told["outline"])
        ]
        for number, note in enumerate(self.told["notes"]):
            add_note(
                interview=interview,
                probe=note["probe"],
                words=note["words"],
                entry_id=entries[note["entry"]],
                key=_key("note", number),
                by=interviewer,
                now=at + timedelta(minutes=number),
            )
        return entries

    def _sort(self, interview: Interview, interviewer: Person, entries: list[int]) -> None:
        at = self._at("sorted")
        sort_notes(interview=interview, by=interviewer, now=at)
        for item in self.told["items"]:
            add_item(
                interview=interview,
                kind=ItemKindChoice(item["kind"]),
                statements=item["statements"],
                text=item["text"],
                entry_id=entries[item["entry"]],
                by=interviewer,
                now=at,
            )
        aid = self.told["aid"]
        make_draft(
            interview=interview,
            title=aid["title"],
            kind=Kind(aid["kind"]),
            topics=tuple(aid["topics"]),
            sharing=SharingClass.PARTNERS,
            by=interviewer,
            now=at,
        )


def _key(what: str, number: int) -> UUID:
    return uuid5(NAMESPACE_URL, f"whoknows:demo:{what}:{number}")
