from django.apps import AppConfig


class ExpertiseConfig(AppConfig):
    """Topics and evidence of expertise."""

    name = "whoknows.expertise"
    label = "expertise"

    def ready(self) -> None:
        from whoknows.expertise.queries import topics as queries  # noqa: PLC0415 - models are not loaded before
        from whoknows.search.documents import Source, register  # noqa: PLC0415

        register(
            Source(
                "membership",
                4,
                fetch=queries.membership_documents,
                every_id=queries.every_membership_id,
                by_meaning=False,
            )
        )
