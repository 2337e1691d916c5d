from django.apps import AppConfig


class NeedsConfig(AppConfig):
    """Needs, answers and suggestions."""

    name = "whoknows.needs"
    label = "needs"

    def ready(self) -> None:
        from whoknows.communities.http import tell_posted  # noqa: PLC0415 - not loaded before
        from whoknows.needs.queries import found, posted  # noqa: PLC0415
        from whoknows.search.documents import Source, register  # noqa: PLC0415

        register(Source("need", 1, fetch=found.documents, every_id=found.every_need_id))
        tell_posted(posted.posted_lately)
