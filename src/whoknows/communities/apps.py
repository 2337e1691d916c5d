from django.apps import AppConfig


class CommunitiesConfig(AppConfig):
    """Communities and their members."""

    name = "whoknows.communities"
    label = "communities"

    def ready(self) -> None:
        from whoknows.communities import queries  # noqa: PLC0415 - models are not loaded before
        from whoknows.search.documents import Source, register  # noqa: PLC0415

        register(
            Source(
                "community",
                3,
                fetch=queries.documents,
                every_id=queries.every_community_id,
                are_few=True,
            )
        )
