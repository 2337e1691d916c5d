"""The demo as somebody finds it who looks around."""

from datetime import timedelta

import pytest

from tests.builders import NOON
from whoknows.aids.models import Aid, Trust
from whoknows.interop.actions.demo import set_up_demo

pytestmark = pytest.mark.django_db


def test_the_demo_has_aids_in_every_state_of_trust() -> None:
    assert set_up_demo(now=NOON, say=lambda line: None)

    trusts = {aid.trust(NOON.date()) for aid in Aid.objects.all()}
    assert trusts >= {Trust.UNVERIFIED, Trust.VERIFIED, Trust.DUE, Trust.STALE}
    assert Aid.objects.filter(kind="procedure").exists()
    assert not set_up_demo(now=NOON + timedelta(days=1), say=lambda line: None)
