"""Markdown files with front matter become aids."""

from datetime import date
from pathlib import Path
from time import process_time

import pytest

from whoknows.interop.importers.markdown_aids import MarkdownAidsSource
from whoknows.interop.importers.records import AidRecord, Item, Refused, UnusableSource


def read(folder: Path) -> list[Item]:
    return list(MarkdownAidsSource(folder).records())


def read_one(folder: Path, text: str, *, name: str = "reset-the-press.md") -> Item:
    (folder / name).write_bytes(text.encode())
    (item,) = read(folder)
    return item


def the_aid(item: Item) -> AidRecord:
    assert isinstance(item, AidRecord), item
    return item


def test_reads_every_field_in_our_spelling(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    item = read_one(
        tmp_path / "shop",
        "---\ntitle: Reset the press\nowner: ana@example.org\nverify_by: 2025-01-31\n"
        "verified_on: 2024-07-31\ntopics: [press, safety]\nlanguage: en\n"
        "url: https://example.org/press\nlicence: CC0-1.0\nattribution: The shop\n"
        "sharing: partners\n---\n\nHold *the button*.\n",
    )

    assert item == AidRecord(
        key="reset-the-press.md",
        title="Reset the press",
        body="Hold *the button*.",
        owner="ana@example.org",
        verify_by=date(2025, 1, 31),
        verified_on=date(2024, 7, 31),
        topics=("press", "safety"),
        language="en",
        url="https://example.org/press",
        licence="CC0-1.0",
        attribution="The shop",
        sharing="partners",
    )


def test_reads_the_spelling_of_the_govuk_manual(tmp_path: Path) -> None:
    aid = the_aid(
        read_one(
            tmp_path,
            '---\nowner_slack: "#govuk-platform"\ntitle: Rotate a key\nsection: Security\n'
            "last_reviewed_on: 2024-08-31\nreview_in: 6 months\n---\nRotate it.\n",
        )
    )

    assert (aid.owner, aid.topics) == ("#govuk-platform", ("Security",))
    assert (aid.verified_on, aid.verify_by) == (date(2024, 8, 31), date(2025, 2, 28))


@pytest.mark.parametrize(
    ("period", "due"),
    [
        ("1 month", date(2024, 3, 29)),
        ("2 weeks", date(2024, 3, 14)),
        ("1 year", date(2025, 2, 28)),
        ("10 days", date(2024, 3, 10)),
    ],
)
def test_counts_the_review_period(tmp_path: Path, period: str, due: date) -> None:
    text = f"---\nlast_reviewed: 2024-02-29\nreview_in: {period}\n---\nx\n"

    assert the_aid(read_one(tmp_path, text)).verify_by == due


def test_leaves_values_as_they_are_written(tmp_path: Path) -> None:
    aid = the_aid(read_one(tmp_path, "---\ntitle: 1.10\nowner: no\n---\nx\n"))

    assert (aid.title, aid.owner) == ("1.10", "no")


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("# Reset it\n\nHold on.", "Reset it", "Hold on."),
        ("Intro.\n\n## Reset it\n\nHold on.", "Reset it", "Intro.\n\n## Reset it\n\nHold on."),
        ("Hold on.", "Reset the press", "Hold on."),
        ("---\ntitle: Other\n---\n# Reset it\n\nHold on.", "Other", "# Reset it\n\nHold on."),
        ("---\n---\r\n# Reset it #\r\nHold on.", "Reset it", "Hold on."),
    ],
)
def test_falls_back_to_the_first_heading_then_the_file_name(
    tmp_path: Path, text: str, title: str, body: str
) -> None:
    aid = the_aid(read_one(tmp_path, text))

    assert (aid.title, aid.body) == (title, body)


def test_keeps_a_source_without_address_as_attribution(tmp_path: Path) -> None:
    aid = the_aid(read_one(tmp_path, "---\nsource: The shop manual\n---\nx\n"))

    assert (aid.url, aid.attribution) == (None, "The shop manual")


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("---\ntitle: x\nowner: a: b\n---\nbody", 3, "not YAML"),
        ("---\ntitle: x\nowner: [a\n---\nbody", 4, "not YAML"),
        ("---\ntitle: x\n\ttab: y\n---\nbody", 3, "not YAML"),
        ("---\ntitle: x\nbody without end", 1, "no closing line"),
        ("---\n- a\n- b\n---\nbody", 2, "name: value"),
        ("---\nverify_by: soon\n---\nbody", 1, "no date"),
        ("---\nlast_reviewed: 2024-01-01\nreview_in: often\n---\nbody", 1, "like 6 months"),
        ("---\nlast_reviewed: 9999-01-01\nreview_in: 999 years\n---\nbody", 1, "too long"),
        ("---\ntopics: {a: b}\n---\nbody", 1, "no list"),
        ("---\ntitle: x\n---\n\n", 1, "nothing below its title"),
        ("---\ntitle: \u200b\n---\nDo it.\n", 1, "no letters"),
        ("---\n" + "[" * 5000 + "\n---\nbody", 1, "not YAML"),
        ("a\x00b", 1, "no text"),
        ("x" * 1_100_000, 1, "over 1 MiB"),
    ],
)
def test_refuses_a_bad_file_with_its_line(tmp_path: Path, text: str, line: int, why: str) -> None:
    refused = read_one(tmp_path, text)

    assert isinstance(refused, Refused)
    assert refused.file == "reset-the-press.md"
    assert why in refused.why
    assert refused.line == line


def test_takes_no_longer_for_a_hostile_file_than_for_another(tmp_path: Path) -> None:
    """Lists that name lists ten times each, nine deep, and a heading mostly of blanks."""
    lists = "".join(f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 10))
    bomb = f"a0: &a0 [{','.join('x' * 10)}]\n{lists}"
    (tmp_path / "1.md").write_text(f"---\n{bomb}title: *a9\n---\nText")
    (tmp_path / "2.md").write_text(f"---\n{bomb}topics: *a9\n---\nText")
    (tmp_path / "3.md").write_text("# a" + " " * 200_000 + "b\n\nText")
    (tmp_path / "4.md").write_text("# a" + " #" * 100_000 + " b\n\nText")

    began = process_time()
    read = list(MarkdownAidsSource(tmp_path).records())

    assert process_time() - began < 5
    assert [type(item) for item in read] == [Refused, Refused, AidRecord, AidRecord]
    assert isinstance(read[0], Refused)
    assert "a list, which is not text" in read[0].why


@pytest.mark.parametrize(
    ("line", "title"),
    [("# Clear E4 ##", "Clear E4"), ("## Learn C#  ", "Learn C#"), ("#\t Go \t#\t", "Go")],
)
def test_a_heading_may_be_closed(tmp_path: Path, line: str, title: str) -> None:
    (tmp_path / "1.md").write_text(f"{line}\n\nText")

    (read,) = MarkdownAidsSource(tmp_path).records()

    assert isinstance(read, AidRecord)
    assert (read.title, read.body) == (title, "Text")


def test_refuses_a_file_that_is_not_utf8_and_takes_the_rest(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.md").write_bytes(b"fine\nna\xefve")
    (tmp_path / "sub" / "reset-the-press.md").write_text("Hold on.")

    refused, aid = read(tmp_path)

    assert isinstance(refused, Refused)
    assert (refused.file, refused.line) == ("a.md", 2)
    assert the_aid(aid).key == "sub/reset-the-press.md"


def test_refuses_links_and_passes_over_hidden_folders(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.md").write_text("x")
    (tmp_path / "out.md").symlink_to("/etc/hostname")

    (refused,) = read(tmp_path)

    assert isinstance(refused, Refused)
    assert "is a link" in refused.why


def test_refuses_a_folder_without_markdown(tmp_path: Path) -> None:
    with pytest.raises(UnusableSource, match="no Markdown files"):
        MarkdownAidsSource(tmp_path)
