"""What is sent as a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# Some ten thousand people: what is taken in while somebody waits for the page.
MOST_BYTES = 1_000_000


class PeopleFile(forms.Form):
    """A list of people."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={
            "required": gettext_lazy("Choose the file that holds the list."),
            "empty": gettext_lazy("The file is empty. Choose another one."),
        },
    )

    def clean_file(self) -> UploadedFile[Any]:
        """Refuse a file that would be taken in for longer than anybody waits for a page."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if file.size is None or file.size > MOST_BYTES:
            raise forms.ValidationError(
                _(
                    "The file is over 1 MB. Send it in parts, or have whoever runs this "
                    "installation import it."
                )
            )
        return file
