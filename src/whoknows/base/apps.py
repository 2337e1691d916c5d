from django.apps import AppConfig


class BaseConfig(AppConfig):
    """Errors, audit and the pages' common parts."""

    name = "whoknows.base"
    label = "base"
