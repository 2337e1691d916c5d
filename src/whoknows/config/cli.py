"""The ``whoknows`` command."""

import argparse
import ast
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from whoknows.base.errors import BadInput, WhoknowsError
from whoknows.config.loading import load_django, prepare_if_new
from whoknows.config.serve import address_told, serve
from whoknows.embedded import DatabaseUnavailable, database, home_folder

OVERVIEW = """\
Whoknows: say what you are trying to do; get the card, the person and the group that help.

usage: whoknows COMMAND [--help]

{commands}

Django's own commands (migrate, shell, changepassword ...) work as well.
"""
# These find out for themselves whether there are tables.
MAY_COME_FIRST = {"prepare", "doctor", "makemessages"}
PARTS = {
    "serve": "Run everything on this machine; Ctrl-C stops it.",
    "web": "Serve the pages only, as many times as you like.",
    "worker": "Run the background jobs only, as many times as you like.",
}


def main() -> None:
    """Run the command line; what went wrong becomes a sentence and an exit status."""
    try:
        sys.exit(run(sys.argv[1:]))
    except KeyboardInterrupt:
        # Python then ends by the signal itself, as a script around us expects. With an exit status
        # it would now and then as well: whenever the interrupt strikes inside exec() of a string.
        sys.excepthook = _without_a_word
        raise
    except (WhoknowsError, DatabaseUnavailable) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)


def _without_a_word(*_interrupt: object) -> None:
    """Leave out the traceback of Ctrl-C."""


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status; the database runs if the command needs it."""
    if list(arguments) in ([], ["help"], ["-h"], ["--help"]):
        sys.stdout.write(overview())
        return 0
    if list(arguments) == ["--version"]:
        from importlib.metadata import version  # noqa: PLC0415 - slow

        sys.stdout.write(f"whoknows {version('whoknows')}\n")
        return 0
    command, *rest = arguments
    if command == "serve":
        return serve(rest)
    run_command = _web if command == "web" else _django
    if {"-h", "--help"} & set(rest):
        run_command(arguments)
        return 0
    with _database_in_environment():
        run_command(arguments)
    return 0


def overview() -> str:
    """Return the commands with what they do, read from their source: Django is slow to start."""
    commands = PARTS | dict(sorted(_our_commands()))
    width = max(map(len, commands))
    lines = [f"  {name:{width}}  {what}".rstrip() for name, what in commands.items()]
    return OVERVIEW.format(commands="\n".join(lines))


def _our_commands() -> Iterator[tuple[str, str]]:
    for path in Path(__file__).parents[1].glob("*/management/commands/[!_]*.py"):
        if path.stem != "run_worker":
            yield path.stem, _first_sentence_of_help(path)


def _first_sentence_of_help(path: Path) -> str:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Assign(
                targets=[ast.Name(id="help")],
                value=ast.Constant(value=str(words))
                | ast.JoinedStr(values=[ast.Constant(value=str(words)), *_]),
            ):
                return re.split(r"(?<=\.)\s", words)[0]
    return ""


@contextmanager
def _database_in_environment() -> Iterator[None]:
    """Have ``DATABASE_URL`` name a database that runs: the given one, else the bundled one."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    with database(home_folder(os.environ)) as url:
        os.environ["DATABASE_URL"] = url
        yield


def _django(arguments: Sequence[str]) -> None:
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - slow

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "whoknows.config.settings")
    if arguments[0] == "worker":
        load_django()
        arguments = ["run_worker", *arguments[1:]]
    elif arguments[0] in {name for name, _ in _our_commands()} - MAY_COME_FIRST:
        load_django()
        if not {"-h", "--help"} & set(arguments):
            prepare_if_new()
    execute_from_command_line(["whoknows", *arguments])


def _web(arguments: Sequence[str]) -> None:
    """Serve the pages until told to stop."""
    parser = argparse.ArgumentParser(
        prog="whoknows web",
        description="Serve the pages. The environment says where: HOST (127.0.0.1), PORT (8000), "
        "WEB_WORKERS (1 process).",
    )
    parser.parse_args(arguments[1:])
    from whoknows.config.web import run_web  # noqa: PLC0415 - not needed by other commands

    run_web(address_told(), workers=_web_workers_told())


def _web_workers_told() -> int:
    told = os.environ.get("WEB_WORKERS", "1")
    if not told.isdigit() or int(told) == 0:
        raise BadInput(f"WEB_WORKERS is {told!r}; it must be a number above 0.")
    return int(told)


if __name__ == "__main__":
    main()
