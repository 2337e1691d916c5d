"""What every page knows of the installation."""

from django.http import HttpRequest

from whoknows.base.models import Installation


def installation(_request: HttpRequest) -> dict[str, object]:
    """Return whether this is a demo; asked of the database only if the page wants to know."""
    return {"is_demo": lambda: Installation.objects.filter(is_demo=True).exists()}
