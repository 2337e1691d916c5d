"""People and ties from CSV files."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from whoknows.interop.importers.people_csv import PeopleCsvSource
from whoknows.interop.importers.records import (
    Item,
    PersonRecord,
    Refused,
    TieRecord,
    UnusableSource,
)
from whoknows.interop.importers.ties_csv import TiesCsvSource

NOW = datetime(2024, 5, 31, 12, tzinfo=UTC)


def a_file(folder: Path, content: str | bytes, *, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def people_of(path: Path) -> list[Item]:
    return list(PeopleCsvSource(path).records())


def ties_of(path: Path) -> list[Item]:
    return list(TiesCsvSource(path, now=NOW).records())


def test_reads_people(tmp_path: Path) -> None:
    path = a_file(
        tmp_path,
        "id,name,email,organisation,unit,site,title,manager,timezone,left_on\n"
        'ana,"Ana, Dr.",ana@example.org,Acme,Ops,Plant 2,Fitter,ben,Europe/Lisbon,2024-02-29\n'
        "ben,Ben,,,,,,,,\n",
    )

    assert people_of(path) == [
        PersonRecord(
            key="ana",
            name="Ana, Dr.",
            email="ana@example.org",
            organisation="Acme",
            unit="Ops",
            site="Plant 2",
            title="Fitter",
            manager="ben",
            timezone="Europe/Lisbon",
            left_on=date(2024, 2, 29),
        ),
        PersonRecord(key="ben", name="Ben"),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_reads_what_a_spreadsheet_saves(tmp_path: Path, delimiter: str) -> None:
    text = "\ufeffID,Name,Left on,Shoe size\r\n1,Zoë,2024-01-31,38\r\n\r\n"

    path = a_file(tmp_path, text.replace(",", delimiter))

    assert people_of(path) == [PersonRecord(key="1", name="Zoë", left_on=date(2024, 1, 31))]


def test_knows_people_without_id_by_their_address(tmp_path: Path) -> None:
    path = a_file(tmp_path, "name,email\nAna,ana@example.org\n")

    assert people_of(path) == [
        PersonRecord(key="ana@example.org", name="Ana", email="ana@example.org")
    ]


def test_calls_people_of_an_anonymised_network_by_their_id(tmp_path: Path) -> None:
    assert people_of(a_file(tmp_path, "id\n17\n")) == [PersonRecord(key="17", name="17")]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (b"2,Ben,ANA@example.org", '"ana@example.org" is already on line 2'),
        (b"1,Ben,", '"1" is already on line 2'),
        (b"2,,", '"name" is missing'),
        (b",Ben,", "neither id nor email"),
        (b"2,Ben,ben", "no e-mail address"),
        (b"2,B\xe9n,", "not UTF-8"),
        (b"2,Ben,,x,y", "5 cells"),
        (b'2,"Ben" Ohm,', "quotation mark"),
    ],
)
def test_refuses_a_bad_person_and_takes_the_rest(tmp_path: Path, row: bytes, why: str) -> None:
    # The mistake stands beyond what is looked at when the file is opened.
    filler = b"".join(b"f%d,%s,\n" % (n, b"x" * 60) for n in range(1200))
    start = b"id,name,email\n1,Ana,ana@example.org\n"

    items = people_of(a_file(tmp_path, start + filler + row + b"\n9,Zoe,\n"))

    (refused,) = (item for item in items if isinstance(item, Refused))
    assert (refused.file, refused.line) == ("list.csv", 1203)
    assert why in refused.why
    assert len(items) == 1203


@pytest.mark.parametrize(
    ("zone", "is_one"), [("Europe/Berlin", True), ("UTC", True), ("Mars/Base", False)]
)
def test_a_timezone_that_there_is_not_is_refused(
    tmp_path: Path, zone: str, *, is_one: bool
) -> None:
    (item,) = people_of(a_file(tmp_path, f"id,name,timezone\n1,Ana,{zone}\n"))

    assert isinstance(item, PersonRecord) == is_one
    if isinstance(item, Refused):
        assert (item.line, "no timezone; write one like" in item.why) == (2, True)


def test_counts_lines_across_cells_with_line_ends(tmp_path: Path) -> None:
    items = people_of(a_file(tmp_path, 'id,name,title\n1,Ana,"a\nb"\n2,,\n'))

    assert [item.line for item in items if isinstance(item, Refused)] == [4]


@pytest.mark.parametrize(
    "below",
    [
        ["3,Mia,mia@example.org"],
        ['3,"Mia, Dr.",mia@example.org'],
        ['3,"Mia, Dr.",mia@example.org', '4,"Ben ""B"" Ohm",ben@example.org'],
        [f"{number},Person {number},p{number}@example.org" for number in range(3, 120)],
    ],
)
def test_an_unclosed_quotation_mark_costs_its_row_only(tmp_path: Path, below: list[str]) -> None:
    rows = ["id,name,email", "1,Ana,ana@example.org", '2,"Lou,lou@example.org', *below]

    ana, refused, *others = people_of(a_file(tmp_path, "\n".join(rows) + "\n"))

    assert isinstance(ana, PersonRecord)
    assert isinstance(refused, Refused)
    assert (refused.line, "quotation mark" in refused.why) == (3, True)
    told = [(item.key, item.line) for item in others if isinstance(item, PersonRecord)]
    assert told == [(row.split(",")[0], line) for line, row in enumerate(below, 4)]
    assert all("\n" not in item.name for item in others if isinstance(item, PersonRecord))


def test_each_of_many_unclosed_quotation_marks_is_told(tmp_path: Path) -> None:
    rows = ["id,name", *(f'{number},"Lou' for number in range(300)), "400,Mia"]

    *refused, mia = people_of(a_file(tmp_path, "\n".join(rows)))

    assert [item.line for item in refused if isinstance(item, Refused)] == list(range(2, 302))
    assert mia == PersonRecord(key="400", name="Mia")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf\n", "is empty"),
        ("id,name\n1,Zoë\n".encode("latin-1"), "not UTF-8"),
        ("id,name\n1,Zoë\n".encode("utf-16"), "not UTF-8"),
        (b"PK\x03\x04xl/workbook.xml", "packed"),
        (b"email\nana@example.org\n", "no column “name”"),
        (b"name\rAna\r", "not CSV"),
    ],
)
def test_says_why_a_file_cannot_be_used(tmp_path: Path, content: bytes, why: str) -> None:
    with pytest.raises(UnusableSource, match=why):
        PeopleCsvSource(a_file(tmp_path, content))


def test_says_that_a_file_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnusableSource, match="not there"):
        PeopleCsvSource(tmp_path / "nobody.csv")


def test_says_that_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(UnusableSource, match="name a file in it"):
        TiesCsvSource(tmp_path, now=NOW)


def test_reads_ties(tmp_path: Path) -> None:
    text = "source,target,weight,kind,at\nana,ben,2.5,trust,2024-05-01T00:00:00Z\nben,ana,,,\n"

    assert ties_of(a_file(tmp_path, text)) == [
        TieRecord(
            source="ana",
            target="ben",
            weight=2.5,
            kind="trust",
            at=datetime(2024, 5, 1, tzinfo=UTC),
        ),
        TieRecord(source="ben", target="ana", weight=1.0, kind="advice"),
    ]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("ana,ana,1,", "tied to itself"),
        ("ana,,1,", '"target" is missing'),
        ("ana,ben,0,", "above 0"),
        ("ana,ben,-1,", "above 0"),
        ("ana,ben,nan,", "above 0"),
        ("ana,ben,inf,", "above 0"),
        ("ana,ben,much,", "above 0"),
        ("ana,ben,1,later", "no date and time"),
        ("ana,ben,1,2025-01-01", "in the future"),
    ],
)
def test_refuses_a_bad_tie_and_takes_the_rest(tmp_path: Path, row: str, why: str) -> None:
    items = ties_of(a_file(tmp_path, f"source,target,weight,at\n{row}\nben,cai,1,\n"))

    refused, tie = items
    assert isinstance(refused, Refused)
    assert refused.line == 2
    assert why in refused.why
    assert tie == TieRecord(source="ben", target="cai")


def test_needs_both_ends_of_a_tie(tmp_path: Path) -> None:
    with pytest.raises(UnusableSource, match="no column “target”"):
        TiesCsvSource(a_file(tmp_path, "source,weight\n"), now=NOW)
