"""Who signs in, by what, and where mail finds them."""

from hashlib import sha256

from django.conf import settings
from django.core import signing
from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from whoknows.base.errors import NotFound, NotSignedIn
from whoknows.base.models import Installation
from whoknows.base.prepared import IsAmong, Prepared, given
from whoknows.people.models import MailChoice, Membership, Person, Token
from whoknows.people.queries.persons import SHOWN

DEMO_DOMAIN = "@demo.example"
_SIGNER = signing.Signer(salt="whoknows.mail")
_TOKENS = Prepared(
    lambda: Token.objects.select_related("person").filter(IsAmong("digest", given("digests")))
)


def person_by_email(email: str) -> Person:
    """Return who signs in with ``email``, however it is capitalised.

    Raises:
        NotFound: Nobody does.
    """
    person = Person.objects.get_queryset().filter(email=email.strip().lower()).first()
    if person is None:
        raise NotFound(
            "Nobody here has the e-mail address {email}. Check the spelling.", email=email
        )
    return person


def person_with_token(secret: str) -> Person:
    """Return whom a personal token stands for.

    Raises:
        NotSignedIn: The token is unknown, or its person may no longer sign in.
    """
    digest = sha256(secret.encode()).hexdigest()
    tokens = _TOKENS.rows(digests=[digest])
    if not tokens or not tokens[0].person.is_active:
        raise NotSignedIn("This token is not valid. Make a new one on your own page.")
    return tokens[0].person


def tokens_of(person: Person) -> QuerySet[Token]:
    """Return the tokens of ``person``, the newest first."""
    return Token.objects.filter(person=person)


def demo_accounts() -> list[Person]:
    """Return the people one may look around as: none, unless this installation is a demo."""
    if not Installation.objects.filter(is_demo=True).exists():
        return []
    reserved = Person.objects.get_queryset().filter(email__endswith=DEMO_DOMAIN, is_active=True)
    shown = Membership.objects.select_related("organisation").order_by("started_on")
    found = reserved.prefetch_related(Prefetch("memberships", shown, to_attr=SHOWN))
    return list(found.order_by("pk"))


def sends_mail() -> bool:
    """Whether a mail server is set."""
    return not settings.EMAIL_BACKEND.endswith("dummy.EmailBackend")


def hears_by_mail(person: Person, *, is_hint: bool = False) -> bool:
    """Whether ``person`` can be told by mail, and wants to.

    A hint is of what they may help with, but nobody asked them to.
    """
    wanted = {MailChoice.ALL} if is_hint else {MailChoice.ALL, MailChoice.PERSONAL}
    is_real = person.email is not None and not person.email.endswith(DEMO_DOMAIN)
    is_reached = is_real and person.is_active and person.is_contactable
    return sends_mail() and is_reached and person.mail in wanted


def mail_link(person: Person) -> str:
    """Return the path where whoever got a mail chooses what comes, without signing in."""
    return reverse("people:mail", args=[_SIGNER.sign(str(person.uid))])


def whose_mail(signed: str) -> Person:
    """Return the person whose mail the end of a :func:`mail_link` is about.

    Raises:
        NotFound: Nobody was ever given such a link, or they are gone.
    """
    try:
        found = Person.objects.get_queryset().filter(uid=_SIGNER.unsign(signed)).first()
    except signing.BadSignature:
        found = None
    if found is None:
        raise NotFound("This link is not whole. Open it from the mail once more, or sign in.")
    return found
