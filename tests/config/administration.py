"""Addresses, lists and forms of the administration."""

from typing import Any

from django.db.models import Model
from django.test import Client
from django.urls import reverse

from whoknows.people.models import Organisation, Person


def address(model: type[Model], page: str = "changelist", *args: object) -> str:
    return reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_{page}", args=args)  # noqa: SLF001


def rows(client: Client, model: type[Model]) -> list[Any]:
    page = client.get(address(model))
    assert page.status_code == 200
    return list(page.context["cl"].queryset)


def person_form(person: Person, **fields: object) -> dict[str, object]:
    told = {
        "name": person.name,
        "email": person.email,
        "about": "",
        "url": "",
        "language": "en",
        "timezone": "UTC",
        "is_contactable": "on",
        "is_active": "on",
    }
    return {**told, **fields}


def agreement(one: Organisation, other: Organisation, *days: str) -> dict[str, object]:
    since, until = (*days, "")[:2]
    return {"one": one.pk, "other": other.pk, "since": since, "until": until}
