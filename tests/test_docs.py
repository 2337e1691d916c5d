"""The documentation says what the code does: nothing is left out, no link leads nowhere."""

import re
from pathlib import Path

import pytest

from whoknows.base.errors import WhoknowsError

ROOT = Path(__file__).parents[1]
DOCS = sorted([*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "CHANGELOG.md"])
# Told by serve to the processes it starts, and by nobody else.
INTERNAL = {"WHOKNOWS_PREPARING"}
SETTINGS = (ROOT / "src/whoknows/config").glob("*.py")


def errors(below: type[WhoknowsError]) -> set[str]:
    return {below.code}.union(*(errors(error) for error in below.__subclasses__()))


def test_every_setting_is_documented() -> None:
    read = {
        name
        for path in [*SETTINGS, *(ROOT / "src/whoknows/embedded").glob("*.py")]
        for name in re.findall(r'environ(?:\.get\(|\[)"([A-Z_]+)"', path.read_text())
    }
    documented = (ROOT / "docs/reference/settings.md").read_text()

    missing = {name for name in read if f"`{name}`" not in documented}

    assert missing - {"DJANGO_SETTINGS_MODULE", "PATH", *INTERNAL} == set()


def test_every_command_is_documented() -> None:
    commands = {
        path.stem
        for path in (ROOT / "src/whoknows").glob("*/management/commands/*.py")
        if path.stem not in {"__init__", "run_worker"}
    }
    documented = (ROOT / "docs/reference/commands.md").read_text()

    assert {name for name in commands if f"`whoknows {name}" not in documented} == set()


def test_every_error_code_is_documented() -> None:
    documented = (ROOT / "docs/reference/errors.md").read_text()

    missing = {code for code in errors(WhoknowsError) if f"`{code}`" not in documented}

    assert missing - {"error"} == set()


def test_every_dependency_has_its_licence_told() -> None:
    locked = re.findall(r"^([\w.-]+)==", (ROOT / "requirements/run.txt").read_text(), re.MULTILINE)
    told = (ROOT / "docs/reference/dependencies.md").read_text().lower()

    missing = {name for name in locked if name.removesuffix("-binary") not in told}

    assert missing - {"colorama"} == set()


@pytest.mark.parametrize("page", DOCS, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|mailto:|picture:|#)([^)#\s]+)", page.read_text())

    assert [link for link in links if not (page.parent / link).exists()] == []
