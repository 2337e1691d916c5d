from django.apps import AppConfig


class NeedsConfig(AppConfig):
    """Needs, answers and suggestions."""

    name = "whoknows.needs"
    label = "needs"

    def ready(self) -> None:
        from whoknows.needs.queries import found  # noqa: PLC0415 - models are not loaded before
        from whoknows.search.documents import Source, register  # noqa: PLC0415

        register(Source("need", 1, fetch=found.documents, every_id=found.every_need_id))
