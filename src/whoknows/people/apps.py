from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Persons, organisations and who may see what."""

    name = "whoknows.people"
    label = "people"
