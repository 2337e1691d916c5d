"""A Zulip chat: every topic is a question with its answers."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from whoknows.interop.importers.reading import find_file, open_folder, open_text_file
from whoknows.interop.importers.records import (
    AnswerRecord,
    Description,
    Item,
    Meter,
    PersonRecord,
    QuestionRecord,
    Refused,
    UnusableSource,
)
from whoknows.interop.importers.zulip_messages import Message, from_json_lines, from_topic_files

# Zulip's own programs tell of new streams and resolved topics; that is nobody's answer.
_SYSTEM_BOTS = {"Notification Bot", "Welcome Bot", "Reminder Bot", "Zulip Feedback Bot"}


class ZulipSource:
    """The chat in ``folder``; a message after ``now`` is refused.

    Two forms are read: a folder of topic files, as ``zulip-archive`` writes them (one JSON list of
    messages a topic, in folders named after streams), and ``messages.jsonl`` with
    ``topics.jsonl``, gzipped or not. The first message of a topic is the question and every later
    one an answer, the asker's own included. Messages are read three times and never held together.

    Raises:
        UnusableSource: The folder holds neither form.
    """

    def __init__(self, folder: Path, *, now: datetime) -> None:
        self._folder = open_folder(folder)
        self._now = now
        self._lines = find_file(folder, "messages.jsonl")
        self._topics = find_file(folder, "topics.jsonl")
        self._topic_files = [] if self._lines else _topic_files(folder)
        if self._lines and not self._topics:
            raise UnusableSource(f"{folder.name} has no topics.jsonl; add it to messages.jsonl.")
        if self._lines:
            open_text_file(self._lines)
        elif not self._topic_files:
            raise UnusableSource(
                f"{folder.name} holds no topic files (*.json) and no messages.jsonl; "
                "name the folder that does."
            )
        self.name = folder.resolve().name
        files = [self._lines] if self._lines else self._topic_files
        self.meter = Meter(3 * sum(file.stat().st_size for file in files))

    def describe(self) -> Description:
        return Description(name=self.name, attribution=f"Messages of the Zulip chat {self.name}")

    def records(self) -> Iterator[Item]:
        first: dict[str, tuple[datetime, int]] = {}
        people: set[str] = set()
        for item in self._messages():
            if isinstance(item, Refused):
                yield item
                continue
            first[item.topic_key] = min(
                first.get(item.topic_key, (datetime.max.replace(tzinfo=UTC), 0)),
                (item.at, item.number),
            )
            if item.sender_key not in people:
                people.add(item.sender_key)
                yield PersonRecord(
                    file=item.file,
                    line=item.line,
                    key=item.sender_key,
                    name=item.sender,
                    email=item.email,
                )
        for message in self._messages_only():
            if first[message.topic_key] == (message.at, message.number):
                yield _question(message)
        for message in self._messages_only():
            _, number = first[message.topic_key]
            if number != message.number:
                yield _answer(message, question=number)

    def _messages_only(self) -> Iterator[Message]:
        return (item for item in self._messages() if isinstance(item, Message))

    def _messages(self) -> Iterator[Message | Refused]:
        seen: set[int] = set()
        read = (
            from_json_lines(self._lines, self._topics, self.meter)
            if self._lines and self._topics
            else from_topic_files(self._folder, self._topic_files, self.meter)
        )
        for item in read:
            if isinstance(item, Refused):
                yield item
            elif item.number in seen:
                why = f"Message {item.number} is there twice; remove one of them."
                yield Refused(item.file, item.line, why)
            elif item.at > self._now:
                why = f"Message {item.number} lies in the future; correct its time."
                yield Refused(item.file, item.line, why)
            elif item.sender not in _SYSTEM_BOTS:
                seen.add(item.number)
                yield item


def _topic_files(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*.json")
        if path.name != "stream_index.json" and path.is_file() and not path.is_symlink()
    )


def _question(message: Message) -> QuestionRecord:
    title = re.sub(r"^(?:✔\s*)+", "", message.topic).strip()
    return QuestionRecord(
        file=message.file,
        line=message.line,
        key=str(message.number),
        at=message.at,
        by=message.sender_key,
        title=title or "(no topic)",
        text=message.markdown(),
        topics=(message.stream,) if message.stream else (),
    )


def _answer(message: Message, *, question: int) -> AnswerRecord:
    return AnswerRecord(
        file=message.file,
        line=message.line,
        key=str(message.number),
        question=str(question),
        at=message.at,
        by=message.sender_key,
        text=message.markdown(),
    )
