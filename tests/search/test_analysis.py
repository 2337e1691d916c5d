"""From text to terms."""

import pytest

from whoknows.search.analysis import query_terms, stems


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "calibrating wrenches", "calibrate wrench"),
        ("de", "Prüfungen der Geräte", "Prüfung des Geräts"),
        ("fr", "les étalonnages réglés", "le étalonnage réglé"),
        ("es", "las calibraciones rápidas", "la calibración rápida"),
        ("en", "Zürich", "zurich"),
        ("en", "COLD Weld", "cold weld"),
    ],
)
def test_forms_of_a_word_have_one_stem(language: str, one: str, other: str) -> None:
    last = len(stems(one, language=language)) - 1

    assert stems(one, language=language)[last] == stems(other, language=language)[last]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("C++ and C", ["c++", "and", "c"]),
        ("Q# or F#", ["q#", "or", "f#"]),
        ("error E4-17", ["error", "e4", "17"]),
        ("m\u00fcller@example.org", ["muller", "exampl", "org"]),
        ("", []),
        ("🔧 …", []),
    ],
)
def test_signs_that_belong_to_a_name_stay_with_it(text: str, terms: list[str]) -> None:
    assert stems(text, language="en") == terms


def test_a_language_that_nobody_taught_us_is_folded_and_not_stemmed() -> None:
    assert stems("Łożyska Kulkowe", language="pl") == ["lozyska", "kulkowe"]


def test_a_word_too_long_to_be_one_is_left_out() -> None:
    assert stems(f"short {'x' * 5000}", language="en") == ["short"]


def test_function_words_are_left_out_unless_there_is_nothing_else() -> None:
    assert query_terms("how do I calibrate the wrench") == ["calibr", "wrench"]
    assert query_terms("who is it") == ["who", "is", "it"]
    assert query_terms("") == []


def test_words_appear_once() -> None:
    assert query_terms("the wrench and the wrenches and a wrench") == ["wrench"]


def test_a_text_in_no_certain_language_is_looked_for_in_every_form() -> None:
    terms = query_terms("Drehmomentschlüssel Prüfungen wrenches")

    assert set(stems("Prüfungen", language="de")) <= set(terms)
    assert set(stems("wrenches", language="en")) <= set(terms)


def test_a_german_sentence_with_an_english_word_finds_both() -> None:
    terms = query_terms("wie kann ich den torque wrench nach der Eichung zurücksetzen")

    assert "wrench" in terms
    assert set(stems("Eichung", language="de")) <= set(terms)
    assert "ich" not in terms


def test_only_the_first_words_of_an_endless_text_are_read() -> None:
    text = " ".join(f"word{n}" for n in range(10_000))

    assert len(query_terms(text)) <= 4_000 * 4
    assert "word9999" not in query_terms(text)
