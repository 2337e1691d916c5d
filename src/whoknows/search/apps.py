from django.apps import AppConfig


class SearchConfig(AppConfig):
    """The index."""

    name = "whoknows.search"
    label = "search"
