"""`whoknows makemessages` collects what there is to translate; it needs the programs of gettext."""

from collections.abc import Iterator
from importlib import import_module

from django.core.management.commands import makemessages

from whoknows.base.errors import WhoknowsError
from whoknows.engine.text.sentences import Unusable

# Classes are known once they are loaded. Pages and imports lead to all that refuse anything.
for name in ("whoknows.config.urls", "whoknows.interop.actions.taking_in"):
    import_module(name)


def _named_after(kind: type[Exception]) -> Iterator[str]:
    yield kind.__name__
    for narrower in kind.__subclasses__():
        yield from _named_after(narrower)


class Command(makemessages.Command):
    """Collect sentences as Django does, and those given to refusals and proofs."""

    help = "Collect what there is to translate, for translators. Needs the programs of gettext."

    xgettext_options = [
        *makemessages.Command.xgettext_options,
        *(f"--keyword={name}" for kind in (WhoknowsError, Unusable) for name in _named_after(kind)),
        *("--keyword=Sentence", "--keyword=BadPicture", "--keyword=BadContent:2"),
        *("--keyword=error:2", "--keyword=hint:2"),
    ]
