from django.apps import AppConfig


class AidsConfig(AppConfig):
    """Job aids."""

    name = "whoknows.aids"
    label = "aids"

    def ready(self) -> None:
        from whoknows.aids import queries  # noqa: PLC0415 - models are not loaded before
        from whoknows.expertise.http import tell_out_of_use  # noqa: PLC0415
        from whoknows.search.documents import Source, register  # noqa: PLC0415

        register(Source("aid", 2, fetch=queries.documents, every_id=queries.every_aid_id))
        tell_out_of_use("aid", queries.retired_among)
