"""Zulip topics become questions with answers."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from whoknows.interop.importers.records import (
    AnswerRecord,
    Item,
    PersonRecord,
    QuestionRecord,
    Refused,
    UnusableSource,
)
from whoknows.interop.importers.zulip import ZulipSource

NOW = datetime(2024, 5, 31, 12, tzinfo=UTC)


def a_message(number: int, sender: str, content: str, **changes: object) -> dict[str, object]:
    return {
        "id": number,
        "sender_full_name": sender,
        "timestamp": 1_700_000_000 + number,
        "content": content,
        **changes,
    }


def a_topic(folder: Path, name: str, messages: list[object]) -> Path:
    path = folder / "12-general" / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(messages))
    return folder


def read(folder: Path) -> list[Item]:
    return list(ZulipSource(folder, now=NOW).records())


def test_reads_a_topic_as_question_and_answers(tmp_path: Path) -> None:
    a_topic(
        tmp_path,
        ".E2.9C.94.203D.20plotting",
        [
            a_message(9, "Notification Bot", "<p>resolved</p>"),
            a_message(2, "Ben", "<p>Try <code>x</code></p>"),
            a_message(1, "Ana", "<p>How?</p>"),
        ],
    )

    items = read(tmp_path)

    assert items == [
        PersonRecord(key="Ben", name="Ben"),
        PersonRecord(key="Ana", name="Ana"),
        QuestionRecord(
            key="1",
            at=datetime.fromtimestamp(1_700_000_001, tz=UTC),
            by="Ana",
            title="3D plotting",
            text="How?",
            topics=("general",),
        ),
        AnswerRecord(
            key="2",
            question="1",
            at=datetime.fromtimestamp(1_700_000_002, tz=UTC),
            by="Ben",
            text="Try `x`",
        ),
    ]


def test_leaves_out_the_quoted_message_and_keeps_the_mentioned_name(tmp_path: Path) -> None:
    quoting = (
        '<p><span class="user-mention silent" data-user-id="3">Ana</span> '
        '<a href="#narrow/stream/1">said</a>:</p>\n<blockquote>\n<p>How?</p>\n</blockquote>\n'
        '<p>Ask <span class="user-mention" data-user-id="4">@Cai</span></p>'
    )
    a_topic(tmp_path, "t", [a_message(1, "Ana", "How?"), a_message(2, "Ben", quoting)])

    answer = read(tmp_path)[-1]

    assert isinstance(answer, AnswerRecord)
    assert answer.text == "Ask @Cai"


def test_knows_people_by_their_address_when_it_is_there(tmp_path: Path) -> None:
    a_topic(tmp_path, "t", [a_message(1, "Ana", "How?", sender_email="ana@example.org")])

    person, question = read(tmp_path)

    assert person == PersonRecord(key="ana@example.org", name="Ana", email="ana@example.org")
    assert isinstance(question, QuestionRecord)
    assert question.by == "ana@example.org"


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("text", "no JSON object"),
        (a_message(1, "Ana", "again"), "there twice"),
        (a_message(3, "", "x"), '"sender_full_name" is missing'),
        (a_message(3, "Ana", "x", id="three"), "no number"),
        (a_message(3, "Ana", "x", timestamp="soon"), "Unix seconds"),
        (a_message(3, "Ana", "x", timestamp=1e300), "Unix seconds"),
        (a_message(3, "Ana", "x", timestamp=4_000_000_000), "in the future"),
        ({**a_message(3, "Ana", "x"), "content": None}, '"content" is missing'),
    ],
)
def test_refuses_a_bad_message_once_and_takes_the_rest(
    tmp_path: Path, bad: object, why: str
) -> None:
    good = [a_message(1, "Ana", "How?"), bad, a_message(2, "Ben", "So.")]

    a_topic(tmp_path, "t", good)
    # Each message on two lines, the first on the second line of the file.
    lines = ",\n".join(json.dumps(each).replace("{", "{\n", 1) for each in good)
    (tmp_path / "12-general" / "t.json").write_text(f"[\n{lines}\n]\n")

    items = read(tmp_path)

    (refused,) = (item for item in items if isinstance(item, Refused))
    assert (refused.file, refused.line) == ("12-general/t.json", 4)
    assert why in refused.why
    assert sum(isinstance(item, AnswerRecord) for item in items) == 1


@pytest.mark.parametrize(
    ("content", "line", "why"),
    [
        (b'[\n{"id": 1,\n]', 3, "breaks off being JSON"),
        (b'[\n"\xff"]', 2, "not UTF-8"),
        (b'{"streams": {}}', 1, "no list of messages"),
        (b"[" * 100_000, 1, "not JSON"),
    ],
)
def test_refuses_a_broken_topic_file_as_a_whole(
    tmp_path: Path, content: bytes, line: int, why: str
) -> None:
    a_topic(tmp_path, "good", [a_message(1, "Ana", "How?")])
    (tmp_path / "broken.json").write_bytes(content)

    items = read(tmp_path)

    (refused,) = (item for item in items if isinstance(item, Refused))
    assert (refused.file, refused.line) == ("broken.json", line)
    assert why in refused.why
    assert len(items) == 3


def test_reads_messages_as_json_lines(tmp_path: Path) -> None:
    topics = [{"topic_id": 1, "topic": "Plots", "stream": "python"}, {"topic": "no id"}]
    messages = [
        {"id": 5, "topic_id": 1, "sender": "Ana", "ts": 1_700_000_000, "text": "@**Ben|3** how?"},
        {"id": 6, "topic_id": 2, "sender": "Ana", "ts": 1_700_000_001, "text": "lost"},
    ]
    (tmp_path / "topics.jsonl").write_text("\n".join(json.dumps(each) for each in topics))
    lines = "\n".join(json.dumps(each) for each in messages).encode()
    (tmp_path / "messages.jsonl.gz").write_bytes(gzip.compress(lines))

    source = ZulipSource(tmp_path, now=NOW)
    items = list(source.records())

    assert [(item.file, item.line) for item in items if isinstance(item, Refused)] == [
        ("topics.jsonl", 2),
        ("messages.jsonl.gz", 2),
    ]
    assert [
        (item.title, item.text, item.topics) for item in items if isinstance(item, QuestionRecord)
    ] == [("Plots", "@Ben how?", ("python",))]
    assert source.meter.bytes_read == source.meter.total_bytes


def test_refuses_a_folder_without_messages(tmp_path: Path) -> None:
    with pytest.raises(UnusableSource, match="no topic files"):
        ZulipSource(tmp_path, now=NOW)


def test_asks_for_the_topics_beside_the_messages(tmp_path: Path) -> None:
    (tmp_path / "messages.jsonl").write_text("{}")

    with pytest.raises(UnusableSource, match=r"no topics\.jsonl"):
        ZulipSource(tmp_path, now=NOW)
