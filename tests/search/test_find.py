"""Finding by words, and only what a reader may find."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from tests.search.documents import CODE, Shelf, a_document, a_position, only, write
from whoknows.search import queries
from whoknows.search.documents import Document
from whoknows.search.index import IndexFolder, IndexUnreadable, Writer
from whoknows.search.queries import Found

PAIRS = ["organisation:1", "owner:9:1"]


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    settings.INDEX_FOLDER = tmp_path / "index"
    with only(Shelf()):
        yield settings.INDEX_FOLDER


def find(
    words: str, *audiences: str, limit: int = 100, kinds: tuple[str, ...] = ("note",)
) -> Found:
    return queries.find(words, audiences=audiences or ("public",), kinds=kinds, limit=limit)


def ids(found: Found) -> list[int]:
    return [hit.id for hit in found.hits]


def test_says_before_the_index_is_built_that_nothing_can_be_found(folder: Path) -> None:
    with pytest.raises(IndexUnreadable):
        find("wrench")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("wrench", True),
        ("wrensh", True),
        ("wench", True),
        ("wrxnsh", False),
        ("potenciometer", True),
        ("pottensiometer", True),
        ("pxttxnsxomxtxr", False),
        ("tig", True),
        ("tog", False),
    ],
)
def test_one_letter_may_be_wrong_and_two_in_long_words(
    folder: Path, typed: str, *, found: bool
) -> None:
    write(folder, [a_document(1, "Torque wrench calibration by tig potentiometer")])

    assert ids(find(typed)) == ([1] if found else [])


def test_a_word_that_exists_is_not_taken_for_a_mistyped_one(folder: Path) -> None:
    write(folder, [a_document(1, "wrench"), a_document(2, "trench")])

    assert ids(find("trench")) == [2]


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("torquewrench", "Torque the wrench"),
        ("torque-wrenches", "Torquewrench"),
        ("boot loader", "Reinstall the bootloader"),
        ("bootloaders", "A loader for my boot"),
        ("Drehmomentschlüssel", "Schlüssel für das Drehmoment"),
        ("Flansch Dichtung", "Flanschdichtung tauschen"),
        ("Scheibenbremsbelag", "Bremsbeläge wechseln"),
    ],
)
def test_words_put_together_find_words_apart_and_the_other_way_round(
    folder: Path, typed: str, title: str
) -> None:
    language = "de" if any(letter in title for letter in "ü ä") and "sch" in title else "en"
    write(folder, [a_document(1, title, language=language), a_document(2, "Something else")])

    assert ids(find(typed)) == [1]


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("oncall", "Swap your turn on call"),
        ("printouts", "Print out the list"),
        ("the handover sheet", "Hand over a shift"),
    ],
)
def test_a_word_put_together_with_one_that_tells_nothing_finds_the_other(
    folder: Path, typed: str, title: str
) -> None:
    write(folder, [a_document(1, title), a_document(2, "Something else")])

    assert ids(find(typed)) == [1]


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("comment est vérifiée la pompe", "Pompes vérifiées chaque mois"),
        ("la sécurité des pompes", "Sécurités de la vanne"),
        ("verifiees", "Les verifiees"),
    ],
)
def test_french_words_are_found_by_their_stem_with_accents_and_without(
    folder: Path, typed: str, title: str
) -> None:
    write(folder, [a_document(1, title, language="fr"), a_document(2, "Something else")])

    assert ids(find(typed)) == [1]


def test_a_text_fits_a_word_however_many_languages_would_cut_it_otherwise(folder: Path) -> None:
    others = [a_document(n, f"About thing {n} and its use") for n in range(2, 80)]
    write(folder, [a_document(1, "Flush the water pipe"), *others])

    (hit,) = find("water").hits

    assert hit.id == 1
    assert hit.fit > 0.8


def test_a_word_is_not_mistyped_for_being_unknown_in_another_language(folder: Path) -> None:
    # "wat", as Dutch and others would cut it, is one letter from "vat".
    write(folder, [a_document(1, "Flush the waters"), a_document(2, "legionnel"),
                   a_document(3, "legionella")])  # fmt: skip

    assert ids(find("legionella")) == [3]


def test_what_is_written_as_typed_comes_before_what_shares_a_part_of_it(folder: Path) -> None:
    write(folder, [a_document(1, "A wrench for torque"), a_document(2, "The torquewrench")])

    assert ids(find("torquewrench")) == [2, 1]
    assert ids(find("torque wrench"))[0] == 1
    assert ids(find("torquewrenching"))[0] == 2


def test_the_words_of_a_thing_weigh_more_than_the_words_around_it(folder: Path) -> None:
    write(
        folder,
        [
            a_document(1, "plain thing", body="plain", more="flange"),
            a_document(2, "plain thing", body="flange", more="plain"),
            a_document(3, "plain flange", body="plain", more="plain"),
        ],
    )

    assert set(ids(find("flange"))[:2]) == {2, 3}
    assert ids(find("flange"))[2] == 1


def test_a_need_of_ten_thousand_words_is_condensed_to_the_rare_ones(folder: Path) -> None:
    write(
        folder,
        [a_document(n, f"common chatter {n}", body="thing work day") for n in range(1, 50)]
        + [a_document(50, "The zirconium flange")],
    )
    words = "common thing work day chatter " * 1_500 + "zirconium " + "thing " * 10_000

    long = " ".join([*words.split()[:3_000], "zirconium", *words.split()])

    assert ids(find(long))[0] == 50


@pytest.mark.parametrize(
    "words",
    [
        "",
        " ",
        "x",
        "🔧🔧🔧",
        "👩‍🔧 wrench",
        "مفتاح عزم الدوران",
        "מפתח ברגים",
        "扭矩扳手",
        "<b>wrench</b><script>",
        "'; DROP TABLE search_change; --",
        'title:wrench AND (body:"x" OR -y)^2 ~ [a TO b] *',
        "a" * 20_000,
        "\x00\x01\ufffe",
        "\ud800 half a sign",
        "\u202ewrench\u202c",
        "\n\t\r",
        "+ - && || ! ( ) { } [ ] ^ ~ * ? : \\ /",
    ],
)
def test_nothing_that_people_type_is_an_error(folder: Path, words: str) -> None:
    write(folder, [a_document(1, "wrench", body="مفتاح מפתח 扭矩扳手 table")])

    found = find(words)

    assert set(ids(found)) <= {1}
    assert all(isinstance(term, str) for term in found.terms)


@pytest.mark.parametrize(
    ("words", "body"), [("مفتاح", "مفتاح عزم"), ("扭矩扳手", "扭矩扳手 校准"), ("ключ", "Ключ 13")]
)
def test_words_of_any_script_are_found(folder: Path, words: str, body: str) -> None:
    write(folder, [a_document(1, "x", body=body), a_document(2, "wrench")])

    assert ids(find(words)) == [1]


def test_only_what_has_an_audience_of_the_readers_is_found(folder: Path) -> None:
    write(
        folder,
        [
            a_document(1, "wrench", audience=("public", "owner:1:1")),
            a_document(2, "wrench", audience=("organisation:1", "owner:1:1")),
            a_document(3, "wrench", audience=("owner:1:1",)),
            a_document(4, "wrench", audience=("organisation:11", "owner:2:11")),
            a_document(5, "wrench", audience=()),
        ],
    )

    assert set(ids(find("wrench", "public"))) == {1}
    assert set(ids(find("wrench", "public", "organisation:1"))) == {1, 2}
    assert set(ids(find("wrench", "public", "organisation:1", "owner:1:1"))) == {1, 2, 3}
    assert set(ids(find("wrench", "organisation:"))) == set()


def test_a_document_with_more_audiences_than_two_is_judged_by_all_of_them(folder: Path) -> None:
    write(folder, [a_document(1, "wrench", audience=("a:1", "b:2", "c:3"))])

    found = [ids(find("wrench", audience)) for audience in ("a:1", "b:2", "c:3", "d:4")]

    assert found == [[1], [1], [1], []]


def test_a_kind_that_was_not_asked_for_is_not_found(folder: Path) -> None:
    write(folder, [a_document(1, "wrench")])

    assert ids(find("wrench")) == [1]
    assert ids(find("wrench", kinds=("other",))) == []
    assert ids(find("wrench", kinds=())) == []


def crowd(*, visible: int, hidden: int) -> list[Document]:
    """Return documents of which the hidden ones are the better matches."""
    better = [
        a_document(n, "zirconium flange", audience=("organisation:2", "owner:8:2"))
        for n in range(1, hidden + 1)
    ]
    worse = [
        a_document(10_000 + n, f"zirconium {'plain ' * 2 * n}", audience=PAIRS)
        for n in range(1, visible + 1)
    ]
    return [*better, *worse]


@pytest.mark.parametrize("hidden", [10, 299, 300, 301, 900])
def test_better_matches_that_are_hidden_do_not_hide_the_visible_ones(
    folder: Path, hidden: int
) -> None:
    write(folder, crowd(visible=20, hidden=hidden))

    found = find("zirconium flange", "organisation:1")

    best = find("zirconium flange", "organisation:1", "organisation:2", limit=hidden)
    assert max(ids(best)) == hidden
    assert ids(found) == [10_000 + n for n in range(1, 21)]
    assert find("zirconium flange", "organisation:1", limit=5).hits == found.hits[:5]


def test_the_filter_gives_the_same_answer_as_the_fast_way(folder: Path) -> None:
    few, many = crowd(visible=20, hidden=250), crowd(visible=20, hidden=1)
    padding = [a_document(5_000 + n, "zirconium flange", audience=()) for n in range(249)]
    write(folder, few)
    fast = find("zirconium flange", "organisation:1", limit=10)

    # The same words and lengths, but one document whose audiences do not fit: ask the filter.
    undecided = a_document(5_999, "zirconium flange", audience=("a:1", "b:1", "c:1"))
    write(folder, [*many, *padding[:248], undecided])
    filtered = find("zirconium flange", "organisation:1", limit=10)

    assert ids(fast) == ids(filtered) == [10_000 + n for n in range(1, 11)]
    assert [round(h.score, 3) for h in fast.hits] == [round(h.score, 3) for h in filtered.hits]


@pytest.mark.django_db
def test_finding_asks_nothing_of_the_database(
    folder: Path, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    write(folder, crowd(visible=3, hidden=400))

    with django_assert_num_queries(0):
        found = find("zirconium flange wrensh", "organisation:1")

    assert len(found.hits) == 3


def test_another_generation_put_in_use_is_what_readers_read(folder: Path) -> None:
    write(folder, [a_document(1, "wrench")])
    before = ids(find("wrench"))

    write(folder, [a_document(2, "wrench")])

    assert (before, ids(find("wrench"))) == ([1], [2])


def test_readers_do_not_stumble_over_commits_and_new_generations(folder: Path) -> None:
    write(folder, [a_document(1, "wrench")])
    stop = threading.Event()

    def read() -> set[int]:
        counts = set()
        while not stop.is_set():
            counts.add(len(find("wrench").hits))
        return counts

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read) for _ in range(4)]
        try:
            for _ in range(5):
                commit_often(folder)
                write(folder, [a_document(1, "wrench")])
        finally:
            stop.set()
        counts = [reader.result() for reader in readers]

    assert counts == [{1}] * 4


def commit_often(folder: Path) -> None:
    generation = IndexFolder(folder).current()
    assert generation is not None
    writer = Writer(generation)
    for number in range(2, 22):
        writer.put("note", CODE, [a_document(number, "something else")])
        writer.commit(a_position())
    writer.close()
