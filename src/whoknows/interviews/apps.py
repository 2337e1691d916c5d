from django.apps import AppConfig


class InterviewsConfig(AppConfig):
    """Interviews of experts."""

    name = "whoknows.interviews"
    label = "interviews"

    def ready(self) -> None:
        from whoknows.aids.http import tell_origins, tell_waiting  # noqa: PLC0415 - not loaded yet
        from whoknows.interviews import queries  # noqa: PLC0415

        tell_origins(queries.origins_of_aid)
        tell_waiting(queries.waiting_for)
