"""A person, whoever employs them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from whoknows.base.prepared import Given, IsAmong
from whoknows.people.models.sharing import Reach

if TYPE_CHECKING:
    from whoknows.people.models.membership import Membership


_THE_READER = Given(lambda values: [values["reach"].person])


class PersonQuerySet(models.QuerySet["Person"]):
    def visible_to(self, reach: Reach | None) -> PersonQuerySet:
        """Keep the reader, and those of whom the reader may see a membership that counts.

        A membership counts while it lasts, and afterwards if the person stays as alumni. None
        stands for the reach given later, in a query that is prepared.
        """
        from whoknows.people.models.membership import Membership  # noqa: PLC0415 - circular

        seen = Membership.objects.visible_to(reach).shown().filter(owner=models.OuterRef("pk"))
        self_too = IsAmong("pk", [reach.person] if reach else _THE_READER)
        return self.filter(Q(self_too) | Q(models.Exists(seen)))


class MailChoice(models.TextChoices):
    """What somebody wants to get by mail."""

    ALL = "all", _("Answers, what I am asked, and needs that I may know of")
    PERSONAL = "personal", _("Answers, and what I am asked by name")
    NONE = "none", _("Nothing")


class PersonManager(BaseUserManager["Person"]):
    """Makes persons as Django's own commands expect it; actions are for everything else."""

    def get_queryset(self) -> PersonQuerySet:
        return PersonQuerySet(self.model, using=self._db)

    def visible_to(self, reach: Reach | None) -> PersonQuerySet:
        return self.get_queryset().visible_to(reach)

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email__iexact=username)

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Person:
        person = self.model(email=email.lower(), is_superuser=True, is_staff=True, **fields)
        person.set_password(password)
        person.save()
        return person


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody who asks, helps or both. One identity, however many employers over time.

    A person without an e-mail address cannot sign in: an archive's author, say.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(null=True, blank=True, unique=True)
    name = models.CharField(_("name"), max_length=200)
    about = models.TextField(_("about"), blank=True)
    url = models.URLField(
        blank=True, max_length=500, help_text=_("Where they are known elsewhere: a profile.")
    )
    language = models.CharField(max_length=10, default="en")
    timezone = models.CharField(max_length=50, default="UTC")
    is_contactable = models.BooleanField(
        default=True,
        help_text=_("Whether they can be asked here. Not so for an archive's authors."),
    )
    most_a_week = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text=_("With so many answers in seven days they are suggested to nobody."),
    )
    is_followed_up = models.BooleanField(
        default=True,
        help_text=_("Whether they are asked if what was solved stays solved."),
    )
    mail = models.CharField(
        _("mail"), max_length=8, choices=MailChoice.choices, default=MailChoice.ALL
    )
    is_active = models.BooleanField(default=True, help_text=_("Whether they may sign in."))
    is_staff = models.BooleanField(default=False, help_text=_("Runs this installation."))
    joined_at = models.DateTimeField(auto_now_add=True)

    # Filled by people.queries.persons_visible_to: the places by which the reader may know them.
    shown_memberships: list[Membership]
    # Told by people.queries.tell_out_of_sight: their name stands there, their page is not opened.
    is_out_of_sight: bool = False

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]

    objects = PersonManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("persons")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(email__isnull=True) | Q(email=Lower("email")),
                name="people_person_email_in_lower_case",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="people_person_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split()[0]

    def get_absolute_url(self) -> str:
        return reverse("expertise:person", args=[self.uid])

    @property
    def initials(self) -> str:
        """One or two letters for the circle that stands in for a picture."""
        parts = [part for part in self.name.split() if part[0].isalnum()] or [self.name]
        return "".join(part[0] for part in ([parts[0], parts[-1]] if len(parts) > 1 else parts))
