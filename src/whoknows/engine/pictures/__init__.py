"""Pictures from strangers, made small and harmless."""

from whoknows.engine.pictures.cleaning import (
    MOST_BYTES_IN,
    MOST_BYTES_OUT,
    BadPicture,
    Clean,
    clean,
    code_of,
    looked_at,
)

__all__ = [
    "MOST_BYTES_IN",
    "MOST_BYTES_OUT",
    "BadPicture",
    "Clean",
    "clean",
    "code_of",
    "looked_at",
]
