"""What runs, what is missing, and how to mend it, in plain words."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.mail import get_connection
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from whoknows.base.days import day_of
from whoknows.base.models import Installation
from whoknows.people.models import Membership, Person, Role
from whoknows.search.documents import sources
from whoknows.search.embedding import Embedder, embedder, trouble_with_model
from whoknows.search.index import IndexFolder, IndexUnreadable
from whoknows.search.lexical import Words
from whoknows.search.meaning import vector_folder, without_vectors
from whoknows.search.models import Change

_LEAST_FREE_BYTES = 1_000_000_000
_MOST_SKEW_S = 5.0
_MOST_WAITING = 1000


class State(StrEnum):
    """How it stands with one thing."""

    WELL = "ok"
    MISSING = "missing"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. ``mend`` says what to do, if there is something to do."""

    name: str
    state: State
    sentence: str
    mend: str = ""


def examine(*, now: datetime) -> list[Finding]:
    """Return what was found, in the order in which one would mend it."""
    checks: list[Callable[[datetime], Finding]] = [
        _database,
        _migrations,
        _clock,
        _disk,
        _index,
        _worker,
        _mail,
        _model,
        _administrator,
        _demo,
    ]
    findings = []
    for check in checks:
        try:
            findings.append(check(now))
        except DatabaseError as error:
            first_line = str(error).splitlines()[0]
            name = check.__name__.strip("_")
            findings.append(
                Finding(
                    name, State.BROKEN, f"Could not look: {first_line}.", "Run whoknows prepare."
                )
            )
    return findings


def _database(_now: datetime) -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0]
        cursor.execute("SELECT pg_size_pretty(pg_database_size(current_database()))")
        size = cursor.fetchone()[0]
    bundled = str(settings.DATABASES["default"]["HOST"]).startswith(("/", "@"))
    which = "the bundled one, or one on this machine" if bundled else "an external one"
    sentence = f"PostgreSQL {version} answers ({which}), {size}."
    if int(version.split(".")[0]) < 15:  # noqa: PLR2004 - the oldest we are tested with
        return Finding("database", State.BROKEN, sentence, "Upgrade PostgreSQL to 15 or newer.")
    return Finding("database", State.WELL, sentence)


def _migrations(_now: datetime) -> Finding:
    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if waiting:
        sentence = f"The database is {waiting} migrations behind this version."
        return Finding("migrations", State.BROKEN, sentence, "Run whoknows prepare.")
    return Finding("migrations", State.WELL, "The database is up to date with this version.")


def _clock(now: datetime) -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        skew = abs((cursor.fetchone()[0] - now).total_seconds())
    if skew > _MOST_SKEW_S:
        sentence = f"This machine's clock and the database's are {skew:.0f} s apart."
        return Finding("clock", State.BROKEN, sentence, "Set both by a time server (NTP).")
    return Finding("clock", State.WELL, "This machine and the database agree on the time.")


def _disk(_now: datetime) -> Finding:
    free = shutil.disk_usage(settings.HOME).free
    sentence = f"{free / 1e9:.1f} GB free at {settings.HOME}."
    if free < _LEAST_FREE_BYTES:
        return Finding("disk", State.BROKEN, sentence, "Make room: PostgreSQL stops at zero.")
    return Finding("disk", State.WELL, sentence)


def _index(_now: datetime) -> Finding:
    folder = settings.INDEX_FOLDER
    try:
        Words(folder).searcher()
    except IndexUnreadable as error:
        sentence = f"The index in {folder} cannot be read, nothing is found: {error.__cause__}."
        mend = f"Run whoknows reindex; if it cannot write there either, remove {folder} first."
        return Finding("index", State.BROKEN, sentence, mend)
    position = IndexFolder(folder).position()
    if position is None:
        sentence = "There is no index on this machine; nothing can be found."
        return Finding("index", State.BROKEN, sentence, "Run whoknows reindex.")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM search_change WHERE written_by >= %s::xid8",
            [str(position.horizon)],
        )
        waiting = cursor.fetchone()[0]
    kinds = ", ".join(sorted(sources()))
    if waiting > _MOST_WAITING and not _workers():
        sentence = f"The index is {waiting} changes behind."
        return Finding("index", State.BROKEN, sentence, "Start a worker: whoknows worker.")
    total = Change.objects.count()
    sentence = f"The index follows {kinds}; {waiting} of {total} recent changes may be waiting."
    return Finding("index", State.WELL, sentence)


def _workers() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_workers"
            " WHERE last_heartbeat > now() - interval '2 minutes'"
        )
        return int(cursor.fetchone()[0])


def _worker(_now: datetime) -> Finding:
    count = _workers()
    if not count:
        sentence = "No worker runs: new things are not found, and nothing is tidied up."
        return Finding("worker", State.MISSING, sentence, "Run whoknows serve, or whoknows worker.")
    return Finding("worker", State.WELL, f"{count} worker(s) seen in the last two minutes.")


def _mail(_now: datetime) -> Finding:
    if not settings.EMAIL_HOST:
        sentence = "No mail server is set: nobody hears of answers by mail, or resets a password."
        return Finding("mail", State.MISSING, sentence, "Set EMAIL_HOST and EMAIL_FROM.")
    try:
        with get_connection():
            pass
    except OSError as error:
        sentence = f"The mail server {settings.EMAIL_HOST} does not answer: {error}."
        return Finding("mail", State.BROKEN, sentence, "Check EMAIL_HOST and EMAIL_PORT.")
    return Finding("mail", State.WELL, f"The mail server {settings.EMAIL_HOST} answers.")


def _model(_now: datetime) -> Finding:
    lost = "Needs are found by their words only, not by what they mean."
    if settings.MODEL_FOLDER is None:
        return Finding("model", State.MISSING, f"{lost} MODEL=none says so.", "Unset MODEL.")
    if trouble := trouble_with_model():
        return Finding("model", State.BROKEN, f"{lost} {trouble}", _mend_of_model())
    model = embedder()
    if model is None:
        mend = "Run make install, then whoknows prepare; or name a model folder in MODEL."
        return Finding("model", State.MISSING, f"{lost} The model is not there.", mend)
    return _vectors(model, lost)


def _mend_of_model() -> str:
    if os.environ.get("MODEL"):
        return "Put the model there anew, or name another folder in MODEL; then start again."
    return "Run whoknows prepare, which writes it anew, and start again."


def _vectors(model: Embedder, lost: str) -> Finding:
    try:
        waiting = without_vectors(settings.INDEX_FOLDER, model)
    except (OSError, ValueError) as error:  # a file that went, or is shorter than it says
        mend = f"Remove {vector_folder(settings.INDEX_FOLDER, model)}, and restart the worker."
        return Finding("model", State.BROKEN, f"{lost} {error}.", mend)
    if waiting:
        sentence = (
            f"It still has to read {waiting:,} documents; until then these are found by words."
        )
        return Finding("model", State.WELL, sentence, "Nothing to do while the worker runs.")
    return Finding("model", State.WELL, "Needs are found by their words and by what they mean.")


def _administrator(now: datetime) -> Finding:
    people = Person.objects.get_queryset().filter(is_active=True, email__isnull=False)
    places = Membership.objects.active(day_of(now)).filter(owner__in=people)
    roles = places.filter(role=Role.ADMINISTRATOR)
    if people.filter(is_superuser=True).exists() or roles.exists():
        without = people.filter(password__startswith=UNUSABLE_PASSWORD_PREFIX)
        ready = people.exclude(pk__in=without).count()
        waiting = without.filter(pk__in=places.values("owner")).count()
        sentence = f"{ready} people have a password and can sign in"
        more = f"; {waiting} belong here and have none yet" if waiting else ""
        return Finding("people", State.WELL, f"{sentence}{more}.")
    mend = "Run whoknows person add EMAIL --name NAME --organisation ORG --role administrator."
    return Finding("people", State.MISSING, "Nobody can administer this installation.", mend)


def _demo(_now: datetime) -> Finding:
    if not Installation.objects.filter(is_demo=True).exists():
        return Finding("demo", State.WELL, "This is not a demo: nobody gets in without signing in.")
    sentence = "This is a demo: whoever reaches it can look around as anyone, administrators too."
    host = os.environ.get("HOST", "127.0.0.1")
    if host in {"127.0.0.1", "localhost", "::1"}:
        return Finding("demo", State.WELL, sentence)
    mend = "For real use, start with an empty WHOKNOWS_HOME and without --demo."
    return Finding("demo", State.BROKEN, f"{sentence} It listens on {host}.", mend)
