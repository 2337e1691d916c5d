"""Telling languages apart."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whoknows.engine.text.languages import LANGUAGES, detect_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("How do I reset the torque wrench after the calibration?", "en"),
        ("Wie kann ich den Drehmomentschlüssel nach der Eichung zurücksetzen?", "de"),
        ("Für welche Geräte muss über die Prüfung berichtet werden, und wann?", "de"),
        ("Comment est-ce que je peux régler la clé dynamométrique avec les outils?", "fr"),
        ("¿Cómo puedo ajustar la llave después de la calibración con los instrumentos?", "es"),
        ("HOW DO I RESET THE WRENCH", "en"),
    ],
)
def test_a_sentence_is_known_by_its_function_words(text: str, language: str) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "E4",
        "torque wrench error",
        "🔧",
        "مفتاح عزم الدوران",
        "扭矩扳手 校准",
        "12 345",
        "the",
    ],
)
def test_too_little_to_tell_is_not_told(text: str) -> None:
    assert detect_language(text) is None


def test_a_text_of_two_languages_in_equal_parts_is_not_told() -> None:
    assert detect_language("the wrench is not with us, der Schlüssel ist nicht bei uns") is None


@given(st.text())
def test_any_text_is_of_a_known_language_or_none(text: str) -> None:
    assert detect_language(text) in {*LANGUAGES, None}


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    text = "the wrench is not with us " * 200 + "der Schlüssel ist nicht bei uns " * 200_000

    began = perf_counter()

    assert detect_language(text) == "en"
    assert perf_counter() - began < 0.5
