"""`whoknows doctor`."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from whoknows.config.doctor import State, examine


class Command(BaseCommand):
    """Say what runs, what is missing and how to mend it."""

    help = (
        "Say in plain words what runs, what is missing and how to mend it. Writes nothing. "
        "Exit status 1 if something is broken."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        findings = examine(now=timezone.now())
        for finding in findings:
            self.stdout.write(f"{finding.state:8}{finding.name:12}{finding.sentence}")
            if finding.mend:
                self.stdout.write(f"{'':20}→ {finding.mend}")
        if any(finding.state == State.BROKEN for finding in findings):
            raise SystemExit(1)
