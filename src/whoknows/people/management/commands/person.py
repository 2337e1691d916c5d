"""`whoknows person`."""

from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from whoknows.base.days import day_of
from whoknows.base.errors import WhoknowsError
from whoknows.people.actions import (
    join_organisation,
    leave_organisation,
    open_organisation,
    set_password,
    welcome_person,
)
from whoknows.people.models import Role
from whoknows.people.queries import (
    has_administrator,
    membership_in,
    organisation_named,
    person_by_email,
)


class Command(BaseCommand):
    """Let a person in, or out."""

    help = (
        "Let a person in (add), set a password (password), or end a membership (leave). Writes "
        "persons and memberships."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["add", "password", "leave"])
        parser.add_argument("email", help="E-mail address the person signs in with.")
        parser.add_argument("--name", default="", help="Name, for add.")
        parser.add_argument("--organisation", default="", help="Organisation, for add and leave.")
        parser.add_argument(
            "--role", choices=Role.values, default="member", help="Role (default: %(default)s)."
        )
        parser.add_argument("--title", default="", help="Job title.")
        parser.add_argument(
            "--runs-installation", action="store_true", help="May administer every organisation."
        )
        parser.add_argument(
            "--alumni", action="store_true", help="With leave: they agreed to be found afterwards."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        steps = {"add": self._add, "password": self._password, "leave": self._leave}
        try:
            steps[options["what"]](**options)
        except WhoknowsError as error:
            raise CommandError(error.message) from error

    @transaction.atomic
    def _add(self, **options: Any) -> None:
        now = timezone.now()
        is_new = organisation_named(options["organisation"]) is None
        organisation = open_organisation(name=options["organisation"], now=now)
        person = welcome_person(
            name=options["name"],
            email=options["email"],
            now=now,
            runs_installation=options["runs_installation"],
        )
        join_organisation(
            person=person,
            organisation=organisation,
            on=day_of(now),
            now=now,
            role=Role(options["role"]),
            title=options["title"],
        )
        self.stdout.write(f"{person.name}\t{person.email}\t{organisation.name}\t{options['role']}")
        if is_new:
            self.stderr.write(f"Opened a new organisation “{organisation.name}”.")

    def _password(self, **options: Any) -> None:
        person = person_by_email(options["email"])
        password = getpass("New password: ")
        if getpass("Once more: ") != password:
            raise CommandError("The two are not the same. Nothing was changed.")
        set_password(person=person, password=password, now=timezone.now())
        self.stdout.write(f"{person.email} can sign in.")

    def _leave(self, **options: Any) -> None:
        now = timezone.now()
        person = person_by_email(options["email"])
        membership = membership_in(person, organisation=options["organisation"], on=day_of(now))
        leave_organisation(
            membership=membership, on=day_of(now), now=now, stays_as_alumni=options["alumni"]
        )
        left = membership.organisation
        self.stdout.write(f"{person.name} left {left.name} today.")
        if not has_administrator(left, on=day_of(now)):
            self.stderr.write(
                f"“{left.name}” has no administrator: nobody there can let people in. Give "
                "somebody that role at /admin/, or by `whoknows person add … --role administrator`."
            )
