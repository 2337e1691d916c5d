"""Whatever is told to people can be translated: refusals and proofs too."""

import ast
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from django.utils import translation
from pytest_django import Settings

import whoknows
from whoknows.base.errors import BadInput, NotAllowed
from whoknows.base.sentences import translated
from whoknows.engine.aids import Condition, DecisionTable, Procedure, Rule, problems
from whoknows.engine.text.sentences import Sentence

SOURCES = Path(whoknows.__file__).parent
# What runs before there is a database, or in a terminal alone, speaks English.
ENGLISH = ("config", "embedded", "interop/importers")
SAY = {"Sentence": 0, "BadPicture": 0, "BadContent": 1, "error": 1, "hint": 1}
GERMAN = {
    "Only its owner can {doing}.": "Nur wer sie pflegt, darf {doing}.",
    "retire this aid": "diese Hilfe zurückziehen",
    "A title has at most {most:,} characters.": "Höchstens {most:,} Zeichen.",
    "Add the first step.": "Trag den ersten Schritt ein.",
    "No rule says what to do {when}. Add a rule for it.": "Keine Regel gilt, {when}.",
    "when {conditions}": "wenn {conditions}",
    "{condition} is “{value}”": "{condition} „{value}“ ist",
    " and ": " und ",
}


def write_catalogue(path: Path, texts: Mapping[str, str]) -> None:
    """Write what gettext's own program would make of a file of translations."""
    told = {"": "Content-Type: text/plain; charset=UTF-8\n", **texts}
    pairs = sorted((key.encode(), value.encode()) for key, value in told.items())
    at = 28 + 16 * len(pairs)
    tables: list[bytes] = []
    strings = b""
    for column in (0, 1):
        for pair in pairs:
            tables.append(struct.pack("<2I", len(pair[column]), at + len(strings)))
            strings += pair[column] + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, at)
    path.parent.mkdir(parents=True)
    path.write_bytes(head + b"".join(tables) + strings)


@pytest.fixture
def german(tmp_path: Path, settings: Settings) -> Iterator[None]:
    write_catalogue(tmp_path / "de" / "LC_MESSAGES" / "django.mo", GERMAN)
    settings.LOCALE_PATHS = [tmp_path]
    with translation.override("de"):
        yield


@pytest.mark.usefixtures("german")
def test_a_refusal_is_told_in_the_language_of_the_reader_and_logged_in_english() -> None:
    nested = NotAllowed("Only its owner can {doing}.", doing=Sentence("retire this aid"))
    long = BadInput("A title has at most {most:,} characters.", most=2000)

    assert nested.message == "Nur wer sie pflegt, darf diese Hilfe zurückziehen."
    assert str(nested) == "Only its owner can retire this aid."
    assert long.message == "Höchstens 2,000 Zeichen."
    assert BadInput("Nobody {translated} this.").message == "Nobody {translated} this."


@pytest.mark.usefixtures("german")
def test_proofs_of_aids_are_told_in_the_language_of_the_reader() -> None:
    table = DecisionTable(
        (Condition("das Licht", ("an", "aus")), Condition("der Ton", ("an", "aus"))),
        (Rule(("an", None), "Warten"), Rule((None, "an"), "Rufen")),
    )
    said = [translated(problem.sentence) for problem in problems(table)]

    assert [translated(p.sentence) for p in problems(Procedure())] == [
        GERMAN["Add the first step."]
    ]
    assert "Keine Regel gilt, wenn das Licht „aus“ ist und der Ton „aus“ ist." in said


# Django has translated these before.
BY_OTHERS = {"people/actions/persons.py": "' '.join(error.messages)"}


def is_whole(said: ast.expr) -> bool:
    """Tell whether it is written in full, here or where the sentence was made."""
    match said:
        case ast.Constant() | ast.Name() | ast.Attribute(attr="sentence"):
            return True
        case ast.Call(func=ast.Name(id=name)):
            return name == "Sentence" or name.startswith("_")
        case _:
            return False


def refusals() -> set[str]:
    """Return the names of the classes whose first argument is told to people."""
    above: dict[str, set[str]] = {}
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                above[node.name] = {base.id for base in node.bases if isinstance(base, ast.Name)}
    found = {"WhoknowsError", "Unusable"}
    while new := {name for name, bases in above.items() if bases & found} - found:
        found |= new
    return found


def test_no_sentence_is_put_together_where_no_translator_can_find_it() -> None:
    say = dict.fromkeys(refusals(), 0) | SAY
    put_together = {
        str(path.relative_to(SOURCES)): ast.unparse(node.args[say[node.func.id]])
        for path in sorted(SOURCES.rglob("*.py"))
        if not str(path.relative_to(SOURCES)).startswith(ENGLISH)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and len(node.args) > say.get(node.func.id, len(node.args))
        and not is_whole(node.args[say[node.func.id]])
    }

    assert len(say) > 20
    assert put_together == BY_OTHERS
