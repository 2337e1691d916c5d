from django.apps import AppConfig


class NetworkConfig(AppConfig):
    """Ties between people."""

    name = "whoknows.network"
    label = "network"
