"""The untouched StackExchange dump."""

import tracemalloc
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest

from whoknows.interop.importers.records import (
    AnswerRecord,
    Item,
    PersonRecord,
    QuestionRecord,
    Refused,
    UnusableSource,
)
from whoknows.interop.importers.stackexchange import StackExchangeSource

NOW = datetime(2024, 5, 31, 12, tzinfo=UTC)
BOM = "\ufeff"


def a_row(**attributes: str) -> str:
    return "<row " + " ".join(f"{k}={quoteattr(v)}" for k, v in attributes.items()) + " />"


def a_question(number: str = "1", **changes: str) -> str:
    usual = {
        "Id": number,
        "PostTypeId": "1",
        "CreationDate": "2018-03-12T17:00:45.567",
        "Body": "<p>Why <b>this</b>?</p>",
        "OwnerUserId": "7",
        "Title": "Why?",
        "Tags": "<gates><qubits>",
    }
    return a_row(**usual | changes)


def an_answer(number: str = "2", **changes: str) -> str:
    usual = {
        "Id": number,
        "PostTypeId": "2",
        "ParentId": "1",
        "CreationDate": "2018-03-13T08:00:00.000",
        "Body": "<p>So.</p>",
        "OwnerUserId": "8",
        "Score": "5",
    }
    return a_row(**usual | changes)


USERS = [
    a_row(Id="-1", DisplayName="Community"),
    a_row(Id="7", DisplayName="Ana"),
    a_row(Id="8", DisplayName="Ben"),
    a_row(Id="9", DisplayName="Never posted"),
]


def a_dump(
    folder: Path, *posts: str, users: list[str] = USERS, votes: list[str] | None = None
) -> Path:
    for name, rows in (("Users", users), ("Posts", list(posts)), ("Votes", votes)):
        if rows is not None:
            lines = [f'{BOM}<?xml version="1.0" encoding="utf-8"?>', "<rows>", *rows, "</rows>"]
            (folder / f"{name}.xml").write_text("\n".join(lines), encoding="utf-8")
    return folder


def read(folder: Path, *, site: str | None = None) -> list[Item]:
    return list(StackExchangeSource(folder, now=NOW, site=site).records())


def test_reads_people_questions_and_answers(tmp_path: Path) -> None:
    # The answer stands above its question, as it does after a merge.
    a_dump(tmp_path, an_answer(), a_question(AcceptedAnswerId="2"))

    items = read(tmp_path, site="cooking.stackexchange.com")

    site = "https://cooking.stackexchange.com"
    answered_at = datetime(2018, 3, 13, 8, tzinfo=UTC)
    assert items == [
        PersonRecord(key="7", name="Ana", url=f"{site}/users/7"),
        PersonRecord(key="8", name="Ben", url=f"{site}/users/8"),
        QuestionRecord(
            key="1",
            at=datetime(2018, 3, 12, 17, 0, 45, 567000, tzinfo=UTC),
            by="7",
            title="Why?",
            text="Why **this**?",
            topics=("gates", "qubits"),
            url=f"{site}/q/1",
        ),
        AnswerRecord(
            key="2",
            question="1",
            at=answered_at,
            by="8",
            text="So.",
            score=5,
            accepted_at=answered_at,
            url=f"{site}/a/2",
        ),
    ]


def test_reads_both_forms_of_tags(tmp_path: Path) -> None:
    a_dump(tmp_path, a_question(Tags="|gates|qubits|"))

    (question,) = (item for item in read(tmp_path) if isinstance(item, QuestionRecord))

    assert question.topics == ("gates", "qubits")


def test_counts_an_acceptance_from_the_end_of_the_day_of_the_vote(tmp_path: Path) -> None:
    votes = [
        a_row(Id="1", PostId="2", VoteTypeId="2", CreationDate="2018-03-15T00:00:00.000"),
        a_row(Id="2", PostId="2", VoteTypeId="1", CreationDate="2018-03-20T00:00:00.000"),
        a_row(Id="3", PostId="3", VoteTypeId="1", CreationDate="2018-03-20T00:00:00.000"),
    ]
    a_dump(tmp_path, a_question(AcceptedAnswerId="2"), an_answer(), an_answer("3"), votes=votes)

    accepted, other = (item for item in read(tmp_path) if isinstance(item, AnswerRecord))

    assert accepted.accepted_at == datetime(2018, 3, 21, tzinfo=UTC)
    assert other.accepted_at is None


def test_keeps_deleted_and_unlisted_authors_by_the_name_they_left(tmp_path: Path) -> None:
    a_dump(
        tmp_path,
        a_question(OwnerUserId="77"),
        an_answer(OwnerUserId="", OwnerDisplayName="user12"),
        users=[],
    )

    items = read(tmp_path)

    assert items[:2] == [
        PersonRecord(key="name:user12", name="user12"),
        PersonRecord(key="77", name="user77"),
    ]
    assert not [item for item in items if isinstance(item, Refused)]


def test_passes_over_wikis_and_the_community_user(tmp_path: Path) -> None:
    a_dump(tmp_path, a_question(PostTypeId="5"), a_question("3", OwnerUserId="-1"))

    assert read(tmp_path) == []


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (a_question("3", CreationDate="soon"), "no date and time"),
        (a_question("3", CreationDate="2024-06-01T00:00:00"), "in the future"),
        (a_question("3", Title=""), '"Title" is missing'),
        (a_question("3", OwnerUserId=""), "names no author"),
        (a_question("x"), "no number"),
        (a_question("9" * 5000), "no number"),
        (a_question("1"), "twice"),
        (an_answer("3", ParentId="99"), "was not taken in"),
        (an_answer("3", Score="high"), "no whole number"),
        ('<row Id="3" Body="a & b" />', "not well-formed"),
        ('<row Id="3" PostTypeId="1" Body="&#x1;" />', "not well-formed"),
    ],
)
def test_refuses_a_bad_row_and_takes_the_rest(tmp_path: Path, bad: str, why: str) -> None:
    a_dump(tmp_path, a_question(), bad, an_answer(), an_answer("4"))

    items = read(tmp_path)

    (refused,) = (item for item in items if isinstance(item, Refused))
    assert (refused.file, refused.line) == ("Posts.xml", 4)
    assert why in refused.why
    assert len([item for item in items if isinstance(item, QuestionRecord | AnswerRecord)]) == 3


def test_refuses_a_file_that_defines_entities(tmp_path: Path) -> None:
    a_dump(tmp_path)
    bomb = '<!DOCTYPE rows [<!ENTITY a "aaaa">]>\n<rows>' + a_question() + "</rows>"
    (tmp_path / "Posts.xml").write_text(bomb)

    (refused,) = read(tmp_path)

    assert isinstance(refused, Refused)
    assert "defines XML entities" in refused.why


def test_guesses_the_site_from_the_name_of_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "conlang.meta.stackexchange.com"
    folder.mkdir()

    source = StackExchangeSource(a_dump(folder, a_question()), now=NOW)

    assert source.describe().name == "conlang.meta.stackexchange.com"
    assert [item.url for item in source.records() if isinstance(item, QuestionRecord)] == [
        "https://conlang.meta.stackexchange.com/q/1"
    ]


def test_leaves_links_out_when_no_site_is_known(tmp_path: Path) -> None:
    question = read(a_dump(tmp_path, a_question()))[-1]

    assert isinstance(question, QuestionRecord)
    assert question.url is None


def test_refuses_a_site_that_is_no_address(tmp_path: Path) -> None:
    with pytest.raises(UnusableSource, match="no web address"):
        StackExchangeSource(a_dump(tmp_path, a_question()), now=NOW, site="our old forum")


@pytest.mark.parametrize("missing", ["Users.xml", "Posts.xml"])
def test_names_the_file_that_is_missing(tmp_path: Path, missing: str) -> None:
    a_dump(tmp_path, a_question())
    (tmp_path / missing).unlink()

    with pytest.raises(UnusableSource, match=f"has no {missing}"):
        StackExchangeSource(tmp_path, now=NOW)


def test_refuses_an_empty_file(tmp_path: Path) -> None:
    a_dump(tmp_path, a_question())
    (tmp_path / "Posts.xml").write_bytes(b"")

    with pytest.raises(UnusableSource, match=r"Posts\.xml is empty"):
        StackExchangeSource(tmp_path, now=NOW)


def test_a_large_dump_needs_little_memory(tmp_path: Path) -> None:
    body = "<p>" + "A long body, again and again. " * 500 + "</p>"
    a_dump(tmp_path)
    with (tmp_path / "Posts.xml").open("w") as posts:
        posts.write("<rows>\n")
        for number in range(1, 2000):
            posts.write(a_question(str(number), Body=body) + "\n")
        posts.write("</rows>")
    source = StackExchangeSource(tmp_path, now=NOW)
    assert (tmp_path / "Posts.xml").stat().st_size > 28 * 2**20

    tracemalloc.start()
    questions = sum(isinstance(item, QuestionRecord) for item in source.records())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert questions == 1999
    assert peak < 4 * 2**20
    assert source.meter.bytes_read == source.meter.total_bytes
