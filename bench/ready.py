"""What measurements that use the product's own index need first."""

import os
from pathlib import Path

from whoknows.embedded import make_home


def ready(name: str) -> None:
    """Set up Django without a database, with a home of its own for ``name`` and the model in it."""
    home = Path(__file__).resolve().parents[1] / ".whoknows-bench" / name
    make_home(Path(os.environ.setdefault("WHOKNOWS_HOME", str(home))))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "whoknows.config.settings")
    import django  # noqa: PLC0415 - reads the environment

    django.setup()
    from django.conf import settings  # noqa: PLC0415 - reads the environment

    from whoknows.search.minilm import write_model  # noqa: PLC0415 - needs Django

    if settings.MODEL_FOLDER is not None:
        write_model(settings.MODEL_FOLDER)
