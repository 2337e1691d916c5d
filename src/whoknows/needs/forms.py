"""What people say about needs."""

from django import forms
from django.utils.translation import gettext_lazy as _

from whoknows.communities.models import Community, CommunityQuerySet
from whoknows.needs.actions.answering import LONGEST_ANSWER
from whoknows.needs.models import LONGEST_NEED, Verdict
from whoknows.people.models import SharingClass


class RaiseNeed(forms.Form):
    """A need, and who may see it."""

    words = forms.CharField(
        max_length=LONGEST_NEED,
        widget=forms.Textarea(attrs={"rows": 3}),
        label=_("What are you trying to do?"),
        error_messages={
            "required": _("Say what you are trying to do, in your own words."),
            "max_length": _("That is longer than 20,000 characters. Keep what matters."),
        },
    )
    sharing = forms.ChoiceField(
        label=_("Who can see this?"),
        widget=forms.RadioSelect,
        initial=SharingClass.ORGANISATION,
    )
    community = forms.ModelChoiceField(
        queryset=Community.objects.none(),
        required=False,
        label=_("Post it to"),
        empty_label=_("no community in particular"),
    )

    def __init__(
        self,
        *args: object,
        sharing_choices: list[tuple[str, str]],
        communities: CommunityQuerySet,
        **kwargs: object,
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["sharing"].choices = sharing_choices  # type: ignore[attr-defined]
        self.fields["community"].queryset = communities  # type: ignore[attr-defined]


class SayMissing(forms.Form):
    """Words for which there is nothing to use."""

    words = forms.CharField(
        max_length=LONGEST_NEED,
        error_messages={"required": _("Say what is missing, in your own words.")},
    )


class ShareNeed(forms.Form):
    """Who may see a need from now on."""

    sharing = forms.ChoiceField(choices=SharingClass.choices, label=_("Who can see this?"))


class AnswerNeed(forms.Form):
    """An answer."""

    text = forms.CharField(
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 5}),
        label=_("Your answer"),
        help_text=_("What to do, and how one sees that it worked. Markdown is fine."),
        error_messages={"required": _("Write a line or two before you send your answer.")},
    )


class AnswerOwnNeed(AnswerNeed):
    """What somebody found out about an open need of their own."""

    is_solved = forms.BooleanField(required=False, initial=True, label=_("It is solved by this"))


class MeetNeed(forms.Form):
    """What solved a need beside the answers: an aid, or something that is not here."""

    code = forms.CharField(required=False, max_length=8)


class JudgeAnswer(forms.Form):
    """What an answer did for whoever asked; ``taken_back`` if nothing after all."""

    TAKEN_BACK = "taken_back"
    verdict = forms.ChoiceField(choices=[*Verdict.choices, (TAKEN_BACK, TAKEN_BACK)])


class FollowUp(forms.Form):
    """How it went since."""

    said = forms.ChoiceField(
        label=_("Did you do it again since, without asking anybody?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the answers.")},
    )

    def __init__(self, *args: object, outcomes: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["said"].choices = outcomes  # type: ignore[attr-defined]


class ReferNeed(forms.Form):
    """Whom to point to a need."""

    person = forms.UUIDField()


class SaySolved(forms.Form):
    """What solved it."""

    words = forms.CharField(max_length=LONGEST_NEED)
    kind = forms.ChoiceField(choices=[("need", "need"), ("aid", "aid")])
    id = forms.IntegerField(min_value=1)


class MakeCard(forms.Form):
    """An answer as an aid."""

    title = forms.CharField(
        max_length=200,
        label=_("Title"),
        help_text=_("What one does with it: “Clear error E4”, not “Error handling”."),
        error_messages={"required": _("Say in the title what one does with it.")},
    )
    text = forms.CharField(
        max_length=50_000,
        label=_("Steps"),
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("Each numbered line is a step."),
        error_messages={"required": _("Write at least one step.")},
    )
