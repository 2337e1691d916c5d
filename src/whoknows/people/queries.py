"""Who somebody is, and what they may see."""

from datetime import date
from hashlib import sha256
from uuid import UUID

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from whoknows.base.errors import NotAllowed, NotFound, NotSignedIn
from whoknows.base.models import Installation
from whoknows.base.prepared import IsAmong, Prepared, given
from whoknows.people.models import (
    Membership,
    Organisation,
    PartnerAgreement,
    Person,
    Reach,
    Role,
    Shared,
    SharingClass,
    Token,
    Unit,
)
from whoknows.people.models.person import PersonQuerySet

_MOST_WORDS = 10
DEMO_DOMAIN = "@demo.example"
# The attribute of Person that holds the places by which the reader may know them.
SHOWN: str = "shown_memberships"

# Asked for with every request.
_PLACES = Prepared(
    lambda: (
        Membership.objects.active(given("on"))
        .filter(IsAmong("owner", given("owners")))
        .values_list("organisation", "unit", "unit__organisation")
    )
)
_UNITS_AROUND = Prepared(
    lambda: Unit.objects.filter(
        IsAmong("pk", given("units")),
        parent__isnull=False,
        parent__organisation=F("organisation"),
    ).values_list("parent", flat=True)
)
_PARTNERS = Prepared(
    lambda: (
        PartnerAgreement.objects.in_force(given("on"))
        .filter(
            Q(IsAmong("one", given("organisations"))) | Q(IsAmong("other", given("organisations")))
        )
        .values_list("one", "other")
    )
)
_TOKENS = Prepared(
    lambda: Token.objects.select_related("person").filter(IsAmong("digest", given("digests")))
)


def reach_of(person: Person | AnonymousUser, *, on: date) -> Reach:
    """Return what ``person`` belongs to on a day; a stranger reaches only what is public.

    Two queries, and one more for each level of nested units.
    """
    if not isinstance(person, Person) or not person.is_active:
        return Reach()
    rows = _PLACES.rows(owners=[person.pk], on=on)
    organisations = frozenset(organisation for organisation, _, _ in rows)
    # A unit counts only where it belongs: no database constraint can say so.
    units = frozenset(unit for organisation, unit, its in rows if unit and its == organisation)
    return Reach(
        person=person.pk,
        organisations=organisations,
        units=_with_units_around(units),
        partners=_partners_of(organisations, on=on),
    )


def _with_units_around(units: frozenset[int]) -> frozenset[int]:
    around, outer = units, units
    while outer:
        parents = _UNITS_AROUND.rows(units=list(outer))
        outer = frozenset(parent for parent in parents if parent) - around
        around |= outer
    return around


def _partners_of(organisations: frozenset[int], *, on: date) -> frozenset[int]:
    if not organisations:
        return frozenset()
    pairs = _PARTNERS.rows(organisations=list(organisations), on=on)
    return frozenset(side for pair in pairs for side in pair) - organisations


def persons_visible_to(reach: Reach) -> PersonQuerySet:
    """Return the persons ``reach`` may see, each with ``shown_memberships`` to name them by.

    Where they are comes first, then where they were, the latest first.
    """
    memberships = (
        Membership.objects.visible_to(reach)
        .shown()
        .select_related("organisation", "unit")
        .order_by(F("ended_on").desc(nulls_first=True), "started_on")
    )
    return Person.objects.visible_to(reach).prefetch_related(
        Prefetch("memberships", queryset=memberships, to_attr=SHOWN)
    )


def persons_to_browse(reach: Reach, *, words: str = "") -> PersonQuerySet:
    """Return the persons ``reach`` may see, those of the reader's organisations first, by name.

    With ``words``, those in whose name, or in a job title or unit of theirs that the reader may
    see, each of the words stands; the first ten count.
    """
    places = Membership.objects.visible_to(reach).shown().filter(owner=OuterRef("pk"))
    found = persons_visible_to(reach)
    for word in words.replace("\x00", " ").split()[:_MOST_WORDS]:
        there = places.filter(Q(title__icontains=word) | Q(unit__name__icontains=word))
        found = found.filter(Q(name__icontains=word) | Exists(there))
    is_colleague = Exists(places.filter(organisation__in=reach.organisations))
    return found.annotate(is_colleague=is_colleague).order_by("-is_colleague", "name", "pk")


def person_visible_to(reach: Reach, *, uid: UUID) -> Person:
    """Return the person known as ``uid``.

    Raises:
        NotFound: There is nobody, or nobody whom this reader may see.
    """
    person = persons_visible_to(reach).filter(uid=uid).first()
    if person is None:
        raise NotFound("There is no such person here, or they are not visible to you.")
    return person


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


def membership_for_posting(person: Person, *, on: date) -> Membership | None:
    """Return the membership under which ``person`` posts: the first begun of those in force."""
    return (
        Membership.objects.active(on)
        .filter(owner=person)
        .select_related("organisation", "unit")
        .order_by("started_on", "pk")
        .first()
    )


def membership_in(person: Person, *, organisation: str, on: date) -> Membership:
    """Return the membership of ``person`` in the organisation of this name or slug.

    Raises:
        NotFound: They do not belong to it on that day.
    """
    found = (
        Membership.objects.active(on)
        .filter(owner=person)
        .filter(Q(organisation__slug=organisation) | Q(organisation__name=organisation))
        .select_related("organisation")
        .first()
    )
    if found is None:
        raise NotFound(
            "{person} does not belong to “{organisation}”. Check the name.",
            person=person,
            organisation=organisation,
        )
    return found


def organisation_named(name: str) -> Organisation | None:
    """Return the organisation with this slug, or this name in whatever capitals; None if none."""
    by_name = Organisation.objects.filter(name__iexact=name.strip()).order_by("pk")
    return Organisation.objects.filter(slug=name).first() or by_name.first()


def must_belong(person: Person, *, to: Organisation, on: date) -> None:
    """Pass for who belongs to the organisation on that day: rights over one's own end with it.

    Raises:
        NotAllowed: They left.
    """
    if not Membership.objects.active(on).filter(owner=person, organisation=to).exists():
        raise NotAllowed(
            "You do not belong to {organisation} any more. What you shared there stays as it is.",
            organisation=to.name,
        )


def sharing_choices(shared: Shared | None, *, on: date) -> list[tuple[str, str]]:
    """Return the sharing classes that mean something where ``shared`` belongs, narrowest first.

    For what is posted under a membership, and for what was posted.
    """
    if shared is None:
        return []
    left_out = set()
    if shared.unit_id is None:
        left_out.add(SharingClass.UNIT)
    if not _partners_of(frozenset({shared.organisation_id}), on=on):
        left_out.add(SharingClass.PARTNERS)
    return [(c.value, str(c.label)) for c in SharingClass if c not in left_out]


def organisations_run_by(person: Person | AnonymousUser, *, on: date) -> frozenset[int]:
    """Return the organisations whose administrator ``person`` is."""
    if not isinstance(person, Person):
        return frozenset()
    rows = Membership.objects.active(on).filter(owner=person, role=Role.ADMINISTRATOR)
    return frozenset(rows.values_list("organisation", flat=True))


def organisations_now(person: Person, *, on: date) -> list[int]:
    """Return the organisations ``person`` belongs to on a day: what they do is told to these."""
    rows = Membership.objects.active(on).filter(owner=person).order_by("organisation")
    return list(rows.values_list("organisation", flat=True))


def organisations_looked_after(person: Person, *, on: date) -> QuerySet[Organisation]:
    """Return the organisations whose administrator ``person`` is, by name."""
    return Organisation.objects.filter(pk__in=organisations_run_by(person, on=on))


def organisation_looked_after(person: Person, *, slug: str, on: date) -> Organisation:
    """Return the organisation of this slug, whose administrator ``person`` is.

    Raises:
        NotFound: They are not, or there is none.
    """
    found = organisations_looked_after(person, on=on).filter(slug=slug).first()
    if found is None:
        raise NotFound("You look after no such organisation.")
    return found


def answers_for(by: Person | AnonymousUser, person: Person, *, on: date) -> bool:
    """Whether ``person`` belongs, and belonged, to nobody but the organisations ``by`` runs."""
    if by.is_superuser:
        return True
    elsewhere = Membership.objects.filter(owner=person).exclude(
        organisation__in=organisations_run_by(by, on=on)
    )
    return not person.is_superuser and not elsewhere.exists()


def members_of(
    organisation: Organisation, *, on: date, words: str = "", is_waiting: bool = False
) -> QuerySet[Membership]:
    """Return the memberships in force, by name, for who looks after the organisation.

    With ``words``, those in whose name, address, job title or unit each of them stands; the first
    ten count. With ``is_waiting``, of those only who may sign in and has chosen no password yet.
    """
    found = Membership.objects.active(on).filter(organisation=organisation)
    for word in words.replace("\x00", " ").split()[:_MOST_WORDS]:
        found = found.filter(
            Q(owner__name__icontains=word)
            | Q(owner__email__icontains=word)
            | Q(title__icontains=word)
            | Q(unit__name__icontains=word)
        )
    if is_waiting:
        found = found.filter(
            owner__is_active=True,
            owner__email__isnull=False,
            owner__password__startswith=UNUSABLE_PASSWORD_PREFIX,
        )
    return found.select_related("owner", "unit", "organisation").order_by("owner__name", "pk")


def member_of(organisation: Organisation, *, uid: UUID, on: date) -> Membership:
    """Return the membership in force of the person known as ``uid``.

    Raises:
        NotFound: They do not belong to it.
    """
    found = members_of(organisation, on=on).filter(owner__uid=uid).first()
    if found is None:
        raise NotFound("Nobody like that belongs to {there} today.", there=organisation)
    return found


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
