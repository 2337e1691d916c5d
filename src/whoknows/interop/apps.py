from django.apps import AppConfig


class InteropConfig(AppConfig):
    """Doors for machines and files."""

    name = "whoknows.interop"
    label = "interop"
