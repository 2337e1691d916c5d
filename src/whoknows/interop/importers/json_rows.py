"""One line of a JSON-lines file."""

import json
from typing import cast

from whoknows.interop.importers.fields import BadField


def json_row(raw: bytes) -> dict[str, object]:
    """Return the object on one line.

    Raises:
        BadField: The line is not UTF-8, not JSON, or no object.
    """
    try:
        row = json.loads(raw.decode())
    except UnicodeDecodeError as error:
        raise BadField("The line is not UTF-8; save the file again as UTF-8.") from error
    except (ValueError, RecursionError) as error:
        raise BadField("The line is not JSON; write one JSON object a line.") from error
    if not isinstance(row, dict):
        raise BadField("The line is not a JSON object; write it like {...}.")
    return cast("dict[str, object]", row)
