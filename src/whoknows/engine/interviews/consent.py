"""What an expert agrees to. A text is never changed once somebody agreed to it: add a new one."""

CONSENT_TEXTS: tuple[tuple[str, ...], ...] = (
    (
        (
            "You are asked to tell how you do something. You decide what you tell, you can leave "
            "out any question, and you can stop at any time."
        ),
        (
            "The people named here see the notes, the transcript and what is sorted out of them. "
            "Nobody else does, not even administrators, and none of it can be found by searching."
        ),
        (
            "If you agree to a recording, its sound is kept on this server. It is deleted as soon "
            "as you accept the transcript, and after {days} days in any case."
        ),
        (
            "A draft of a job aid may be made of what you said. Others can read it then, marked as "
            "not verified, without being told that it came from a conversation with you. You are "
            "asked to check it before it counts as verified."
        ),
        "Nothing in here is used to judge you or your work.",
        (
            "You can take this back at any time with one click. Then recording, transcript, notes "
            "and everything sorted out of them are deleted for good, and a draft that was made of "
            "them too. An aid that was verified already is taken out of use, and its owner is told."
        ),
    ),
)
NEWEST_TEXT = len(CONSENT_TEXTS)


def consent_text(version: int, *, days: int) -> list[str]:
    """Return the paragraphs of one version, counted from 1; ``days`` is how long sound is kept.

    >>> len(consent_text(1, days=30)) > 4
    True
    """
    return [paragraph.format(days=days) for paragraph in CONSENT_TEXTS[version - 1]]
