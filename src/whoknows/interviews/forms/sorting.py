"""Transcripts, items and drafts."""

from __future__ import annotations

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from whoknows.engine.interviews.transcripts import MOST_CHARACTERS
from whoknows.engine.text.visible import has_letters
from whoknows.interviews.models import ItemKindChoice, OutlineEntry

_DRAFT_KINDS = [
    ("procedure", _("a procedure: step by step, with what tells one and what goes wrong")),
    ("checklist", _("a checklist: what to do and to look for")),
    ("reference", _("a reference: a row for each point, to look up")),
]


class BringTranscript(forms.Form):
    """A transcript, pasted or as a file."""

    text = forms.CharField(
        required=False,
        max_length=MOST_CHARACTERS,
        label=_("Paste it"),
        help_text=_("One statement a line, the name first: “Ana: What tells you that?”"),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    file = forms.FileField(
        required=False,
        label=_("Or choose a file"),
        help_text=_("WebVTT (.vtt), SubRip (.srt) or plain text."),
    )

    def clean_file(self) -> str:
        """Return the text of the file; what is no UTF-8 is read as the Windows code page."""
        given: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if given is None:
            return ""
        if (given.size or 0) > MOST_CHARACTERS * 2:
            raise forms.ValidationError(_("This file is too large. Bring it in parts."))
        raw: bytes = given.read()
        try:
            return raw.decode("utf-16" if raw[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8")
        except UnicodeDecodeError:
            return raw.decode("cp1252", "replace")

    def clean(self) -> dict[str, object]:
        said = self.cleaned_data
        if not self.errors and not (said.get("text", "").strip() or said.get("file")):
            self.add_error("text", _("Paste the transcript, or choose a file."))
        return said

    def said(self) -> str:
        """Return the text to read: the file's, if one was chosen."""
        return str(self.cleaned_data["file"] or self.cleaned_data["text"])


class MendStatement(forms.Form):
    """Other words for a statement."""

    words = forms.CharField(
        max_length=5_000,
        label=_("What was said"),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write what was said, or strike it out.")},
    )


class ChangeItem(forms.Form):
    """What an item is."""

    kind = forms.ChoiceField(choices=ItemKindChoice.choices, label=_("This is"))
    text = forms.CharField(
        max_length=1_000,
        label=_("In words for somebody new"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    entry = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None, label=_("It belongs to")
    )

    def __init__(self, *args: object, outline: list[OutlineEntry], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        choices = [("", _("the whole")), *((entry.pk, entry.words) for entry in outline)]
        self.fields["entry"].choices = choices  # type: ignore[attr-defined]


class AddItem(ChangeItem):
    """A new item made of statements that are ticked."""

    def __init__(self, *args: object, outline: list[OutlineEntry], **kwargs: object) -> None:
        super().__init__(*args, outline=outline, **kwargs)
        self.fields["text"].required = False
        self.fields["text"].help_text = _("Left empty, it says what the statements say.")

    def ticked(self, name: str) -> list[int]:
        """Return the numbers of the boxes ``name`` that are ticked."""
        return [int(v) for v in self.data.getlist(name) if v.isdecimal() and len(v) < 10]  # type: ignore[attr-defined]  # noqa: PLR2004 - no number is longer


class MakeDraft(forms.Form):
    """What the draft becomes, and who can see it."""

    title = forms.CharField(
        max_length=200,
        label=_("Title"),
        help_text=_("What one does with it."),
        error_messages={"required": _("Say in the title what one does with it.")},
    )
    kind = forms.ChoiceField(choices=_DRAFT_KINDS, label=_("It becomes"))
    topics = forms.CharField(
        required=False, max_length=400, label=_("Topics"), help_text=_("Separated by commas.")
    )
    sharing = forms.ChoiceField(label=_("Who can see the draft?"))

    def __init__(
        self, *args: object, sharing_choices: list[tuple[str, str]], **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["sharing"].choices = [c for c in sharing_choices if c[0] != "private"]  # type: ignore[attr-defined]

    def clean_topics(self) -> tuple[str, ...]:
        names = (" ".join(part.split()) for part in self.cleaned_data["topics"].split(","))
        return tuple(dict.fromkeys(name[:80] for name in names if has_letters(name)))


class SendToReview(forms.Form):
    """Who tries it for the first time."""

    novice = forms.CharField(
        max_length=254,
        label=_("Who is new to it?"),
        help_text=_("A name or an e-mail address. Somebody who was not there."),
        error_messages={"required": _("Say who is new to it.")},
    )
