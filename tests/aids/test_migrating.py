"""Aids written before they had a structure come over with every letter."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.builders import an_aid
from whoknows.aids.models import Aid, AidVersion
from whoknows.engine.aids import Reference
from whoknows.people.models import SharingClass

BODY = "# Old\n\n1. Hold “ZERO” — 100 % of the time.\n2. Don't {let} go."


@pytest.mark.django_db(transaction=True)
def test_old_aids_become_references_with_their_text_as_note() -> None:
    an_aid("Old", body=BODY)
    an_aid("Verified", body="text", verified_on=an_aid("Other").made_at.date())
    AidVersion.objects.all().delete()
    executor = MigrationExecutor(connection)
    executor.migrate([("aids", "0001_begin")])

    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())

    aid = Aid.objects.get(title="Old")
    assert aid.parts() == Reference(note=BODY)
    assert (aid.body, aid.state, aid.version) == (BODY, "draft", 1)
    assert aid.versions.get().parts() == Reference(note=BODY)
    assert aid.versions.get().sharing == aid.sharing == SharingClass.ORGANISATION
    assert Aid.objects.get(title="Verified").state == "verified"
