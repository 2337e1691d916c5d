"""What the log does not say."""

import logging
import re

_WHAT_IS_TOLD = re.compile(r"(\w\[\w+\])\(.*\)", re.DOTALL)


class WithoutWords(logging.Filter):
    """Leave out of what is logged of a job what it was told: of a mail that is all of its text."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every line through, that of a job by its name and number alone."""
        if record.name.startswith("procrastinate"):
            record.msg, record.args = _WHAT_IS_TOLD.sub(r"\1", record.getMessage()), ()
        return True
