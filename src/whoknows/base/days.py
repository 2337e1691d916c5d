"""Which day it is: everywhere that of the installation's own zone."""

from datetime import date, datetime

from django.utils import timezone


def day_of(moment: datetime) -> date:
    """Return the day on which ``moment`` falls where this installation is (``TIME_ZONE``).

    Memberships end, agreements hold and aids go out of date by the day, so all of them have to
    mean the same one.
    """
    return timezone.localdate(moment)
