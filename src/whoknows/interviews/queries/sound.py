"""Where sound is kept."""

from pathlib import Path

from django.conf import settings

from whoknows.interviews.models import Recording


def sound_file(recording: Recording) -> Path:
    """Return the file of a recording; its name is random, so that a path tells nothing."""
    return Path(settings.RECORDINGS_FOLDER) / recording.uid.hex
