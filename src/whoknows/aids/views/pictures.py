"""Pictures of aids: the file itself, and the part of the editor that adds and removes them."""

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from whoknows.aids import actions, forms, queries
from whoknows.aids.models import Aid, Picture
from whoknows.base.errors import BadInput, NotFound
from whoknows.people.http import ReaderRequest, SignedInRequest

FIELDS = ("picture-file", "picture-alt")


@require_safe
def picture(request: ReaderRequest, code: str, picture: str) -> HttpResponse:
    """Hand out a picture to whoever may see its aid, and what names it there."""
    found = queries.picture_visible_to(request.reach, code=code, picture=picture)
    answer = HttpResponse(bytes(found.data), content_type=found.media)
    answer["Content-Disposition"] = f'inline; filename="{found.code}.{found.ending}"'
    answer["X-Content-Type-Options"] = "nosniff"
    # Its code is made from its bytes: under this address there will never be others.
    answer["Cache-Control"] = "private, max-age=31536000, immutable"
    return answer


class PictureDesk:
    """The part of the editor of an aid where its pictures come in and go out."""

    def __init__(self, request: SignedInRequest, aid: Aid) -> None:
        self.request, self.aid = request, aid
        do, _colon, code = request.POST.get("do", "").partition(":")
        self.failed, self.said = False, ""
        self.form = forms.AddPicture(prefix="picture")
        if do == "picture" or "picture-file" in request.FILES:
            self._add()
        elif do == "drop-picture":
            self._remove(code)

    def _add(self) -> None:
        form = forms.AddPicture(self.request.POST, self.request.FILES, prefix="picture")
        if form.is_valid() and self._added(form):
            self.said = _("The picture is there. Copy the text beside it to where it shall stand.")
            return
        self.form, self.failed = form, True

    def _added(self, form: forms.AddPicture) -> Picture | None:
        file = form.cleaned_data["file"]
        try:
            return actions.add_picture(
                aid=self.aid,
                file=file.file,
                size=file.size,
                alt=form.cleaned_data["alt"],
                by=self.request.user,
                now=timezone.now(),
            )
        except BadInput as error:
            form.add_error("file", error.message)
            return None

    def _remove(self, code: str) -> None:
        try:
            actions.remove_picture(
                aid=self.aid, code=code, by=self.request.user, now=timezone.now()
            )
        except NotFound as error:
            self.said = error.message
        else:
            self.said = _("The picture is removed.")

    def rows(self) -> list[tuple[Picture, str]]:
        """Return the pictures, each with what one writes to place it."""
        found = queries.pictures_of(self.aid, reach=self.request.reach)
        return [(each, queries.reference_to(each)) for each in found]
