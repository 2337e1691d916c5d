"""Who is named in a text."""

import pytest

from whoknows.engine.text.names import Names

PEOPLE = Names(
    [
        (1, "Ada Byron"),
        (2, "Jean-Luc Dupré"),
        (3, "will"),
        (4, "Ada Byron"),
        (5, "Ada"),
        (6, "Ada Byron Lovelace"),
        (7, "…"),
        (8, "李 明"),
        (9, "what_else"),
        (10, "Dot.Ada"),
    ]
)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Does Ada Byron know?", [1, 4]),
        ("Ada Byron and **@Ada** set this up", [1, 4, 5]),
        ("as ada\nbyron, said", [1, 4]),
        ("Byron Ada, or Ada and Byron", []),
        ("Ada Byronne", []),
        ("Ada Byron Lovelace wrote it", [1, 4, 6]),
        ("I have what else is there", []),
        ("(@what_else) wrote it.", [9]),
        ("@dot.ada: and @_**dot.ada**.", [10]),
        ("ask jean luc dupre", [2]),
        ("ask JEAN-LUC DUPRÉ", [2]),
        ("What will Ada do?", []),
        ("@will, what does it mean?", [3]),
        ("@_**will** did", [3]),
        ("write to bob@will.example, or ***@will", []),
        ("@will-power or @will.example", []),
        ("@ will is free", []),
        ("… @… @", []),
        ("李 明 知道", [8]),
        ("", []),
    ],
)
def test_names_are_whole_words_in_a_row(text: str, named: list[int]) -> None:
    assert PEOPLE.named_in(text) == named


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    assert PEOPLE.named_in("word " * 3998 + "Ada Byron") == [1, 4]
    assert PEOPLE.named_in("word " * 4000 + "Ada Byron") == []


def test_a_name_of_signs_or_nothing_is_found_nowhere() -> None:
    assert Names([(1, ""), (2, "**"), (3, "@")]).named_in("@ ** @@ word") == []
