"""Each action leaves its lines, with what it writes or not at all, and nobody's words in them."""

import json

import pytest
from django.contrib import admin
from django.db import IntegrityError, connection
from django.test import RequestFactory

from tests.builders import NOON, a_stranger
from tests.test_architecture import writes
from tests.trail import aids_cases, interviews_cases, needs_cases, people_cases, shared_cases
from tests.trail.administration_cases import CASES as ADMINISTRATION
from tests.trail.administration_cases import Sent, whoever_runs_it_all
from tests.trail.deeds import SECRET, Deed, action_of
from tests.trail.recorded import RECORD, Reading, sources
from whoknows.base.admin import Audited
from whoknows.base.errors import WhoknowsError
from whoknows.base.models import AuditEntry

CASES = (
    people_cases.CASES
    | needs_cases.CASES
    | aids_cases.CASES
    | shared_cases.CASES
    | interviews_cases.CASES
    | ADMINISTRATION
)
OF_THE_ADMINISTRATION = {"admin_add", "admin_change", "admin_remove"}
each_case = pytest.mark.parametrize("case", CASES)


def test_each_action_that_is_recorded_has_a_case_and_each_case_an_action() -> None:
    recorded = set(Reading(sources()).actions)

    assert {action_of(case) for case in CASES} == recorded


def test_each_place_where_an_action_is_recorded_can_be_read() -> None:
    assert Reading(sources()).unread == set()


def test_nothing_but_the_trail_itself_writes_lines() -> None:
    module = RECORD.rpartition(".")[0]
    others = [name for name, text in sources().items() if "AuditEntry(" in text]
    makers = [name for name, text in sources().items() if "AuditEntry.objects.create" in text]

    assert others == ["whoknows.base.models"]
    assert makers == [module]


# A line for each would drown the rest, or keep for good who looked for what.
NOTED_ALONG_THE_WAY = {
    "whoknows.aids.actions.carrying.forget_deliveries",
    "whoknows.aids.actions.reading.forget_unsaved",
    "whoknows.aids.actions.reading.keep_unsaved",
    "whoknows.interviews.actions.recording.take_piece",
    "whoknows.needs.actions.following_up.plan_follow_ups",
    "whoknows.needs.actions.following_up.put_off",
    "whoknows.needs.actions.following_up.tell_of_follow_ups",
    "whoknows.needs.actions.missing.note_miss",
    "whoknows.needs.actions.missing.prune_misses",
    "whoknows.needs.actions.suggesting.make_up_for_suggesting",
    "whoknows.needs.actions.suggesting.note_suggested",
    "whoknows.needs.actions.suggesting.suggest_people",
    "whoknows.needs.actions.telling.tell_of_need",
    "whoknows.needs.actions.telling.tell_of_solution",
}
# Whatever uses these leaves the line.
PARTS_OF_OTHERS = {
    "whoknows.aids.actions.carrying.take_delivery",
    "whoknows.aids.actions.writing.keep_version",
    "whoknows.expertise.actions.follow_sharing",
    "whoknows.expertise.actions.forget_document",
    "whoknows.expertise.actions.forget_evidence",
    "whoknows.expertise.actions.open_topics",
    "whoknows.expertise.actions.record_evidence",
    "whoknows.interviews.actions.states.drop_items_without_source",
    "whoknows.needs.actions.answering.note_evidence",
    "whoknows.needs.actions.referring.have_wait",
    "whoknows.people.actions.noting.note_places",
}


def test_whatever_else_writes_leaves_a_line() -> None:
    reading = Reading(sources())
    writers = {function.name for function in reading.functions() if any(writes(function.node))}
    silent = reading.leading_to(writers) - reading.leading_to({RECORD})

    actions = {name for name in silent if ".actions." in name and "._" not in name}
    # What the index keeps, and what an import remembers, follow from what is written elsewhere.
    rooms = ("whoknows.search.", "whoknows.interop.")
    known = NOTED_ALONG_THE_WAY | PARTS_OF_OTHERS
    assert {name for name in actions if not name.startswith(rooms)} == known


HELPERS = """
from whoknows.base import audit
from whoknows.base.audit import record as written_down

def _leave(kind, what="", *, by):
    audit.record(f"{kind}_it", "need:1", by=by)

def do(by, happy):
    act = "smile" if happy else "frown"
    written_down(subject="need:1", action=act, by=by)
    _leave("keep", by=by)

class Page:
    def _record(self, act):
        _leave(act, by=None)
    def save(self):
        self._record("add")
"""
CALLERS = """
from planted.helpers import _leave as passed_on

passed_on("share", by=None)
"""
UNREADABLE = """
from whoknows.base import audit

def a(names):
    audit.record(names[0], "need:1")
def b(names):
    audit.record(f"{a}_{names}", "need:1")
def c():
    return audit.record
def d(**told):
    audit.record(**told)
"""


def test_reading_follows_names_through_helpers_methods_and_other_files() -> None:
    audit = {"whoknows.base.audit": sources()["whoknows.base.audit"]}
    planted = {"planted": "from planted.helpers import _leave", "planted.helpers": HELPERS}

    found = Reading(audit | planted | {"other.callers": CALLERS})
    unread = Reading(audit | {"other": UNREADABLE}).unread

    assert set(found.actions) == {"smile", "frown", "keep_it", "add_it", "share_it"}
    assert found.unread == set()
    assert {place.split()[0] for place in unread} == {"other:5", "other:7", "other:9", "other:11"}


@pytest.mark.django_db
def test_each_page_of_the_administration_that_writes_has_a_case() -> None:
    request = RequestFactory().get("/")
    request.user = whoever_runs_it_all()
    writes, bare = set(), set()
    for model, page in admin.site._registry.items():  # noqa: SLF001 - public in all but name
        may = {
            "admin_add": page.has_add_permission(request),
            "admin_change": page.has_change_permission(request),
            "admin_remove": page.has_delete_permission(request),
        }
        if not isinstance(page, Audited):
            bare |= {model.__name__} if any(may.values()) else set()
            continue
        if type(page).save_model is not Audited.save_model:
            # It has an action do it, and that leaves the line.
            may |= {"admin_add": False, "admin_change": False}
        kind = page.audited_as or model.__name__.lower()
        writes |= {f"{action}, {kind}" for action, is_so in may.items() if is_so}

    assert bare == set()
    assert writes <= set(CASES)
    of_pages = {case for case in CASES if action_of(case) in OF_THE_ADMINISTRATION}
    assert {case for case in of_pages if len(case.split()) == 2} == writes


def prepared(case: str) -> Deed:
    """Return what ``case`` does, in an organisation that is not the first nor the only one."""
    a_stranger()
    return CASES[case]()


@each_case
@pytest.mark.django_db
def test_leaves_its_lines_and_nobodys_words(case: str) -> None:
    deed = prepared(case)
    before = set(AuditEntry.objects.values_list("pk", flat=True))

    lines = deed.leaves(deed.do())

    left = AuditEntry.objects.exclude(pk__in=before).order_by("pk").select_related("actor")
    told = [(e.action, e.subject, e.actor, e.organisation_id) for e in left]
    assert told == [
        (
            line.action or action_of(case),
            line.subject,
            line.by,
            line.where.pk if line.where else None,
        )
        for line in lines
    ]
    for entry in left:
        assert entry.at == NOON or entry.action in OF_THE_ADMINISTRATION
        assert SECRET.lower() not in f"{entry.subject} {json.dumps(entry.detail)}".lower()


def everything() -> dict[str, str]:
    """Return a digest of all rows of each table; sessions are no part of what people write."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor)) - {"django_session"}
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{table}', md5(string_agg(t::text, '' ORDER BY t::text)) FROM {table} t"  # noqa: S608 - names of our own tables
                for table in sorted(tables)
            )
        )
        return dict(cursor.fetchall())


@each_case
@pytest.mark.django_db
def test_writes_nothing_if_its_line_cannot_be_written(case: str) -> None:
    deed = prepared(case)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "ALTER TABLE base_auditentry ADD CONSTRAINT trail_is_full CHECK (false) NOT VALID"
        )
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    before = everything()

    with pytest.raises(IntegrityError, match="trail_is_full"):
        deed.do()

    assert everything() == before


@each_case
@pytest.mark.django_db
def test_leaves_nothing_when_it_is_refused(case: str) -> None:
    refused = prepared(case).refused
    if refused is None:
        return
    before = everything()

    with pytest.raises((WhoknowsError, Sent)):
        refused()

    assert everything() == before
