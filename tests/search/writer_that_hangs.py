"""Writes to an index and then waits to be killed; run by a test as a process of its own."""

import sys
import time
from pathlib import Path

import django

from tests.search.documents import CODE, a_document
from whoknows.search.index import Writer


def main() -> None:
    """Add documents, commit none of them, and say so."""
    django.setup()
    writer = Writer(Path(sys.argv[1]))
    writer.remove(CODE, [1])
    writer.put("note", CODE, (a_document(n, "half-written flange") for n in range(1, 500)))
    sys.stdout.write("writing\n")
    sys.stdout.flush()
    time.sleep(60)


if __name__ == "__main__":
    main()
