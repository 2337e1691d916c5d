from django.apps import AppConfig


class WhoknowsConfig(AppConfig):
    """The whole: settings, addresses, commands that concern every room."""

    name = "whoknows.config"
    label = "config"
