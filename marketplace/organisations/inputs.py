"""What the forms of organisations ask for."""

from __future__ import annotations

from marshmallow import validate, validates

from catalog.kernel.errors import N_
from catalog.kernel.fields import TOO_LONG, Strict, address, choice, choices, mail, moment, pick, remarks, text
from catalog.kernel.terms import Term
from catalog.vocab import Industry, Region, SizeClass, Tier
from marketplace.states import OrganisationKind as Kind


class RegistrableKind(Term):
    """The kinds that people register themselves; offices are established."""

    PLATFORM = Kind.PLATFORM.value, Kind.PLATFORM.zh, Kind.PLATFORM.en
    ENTERPRISE = Kind.ENTERPRISE.value, Kind.ENTERPRISE.zh, Kind.ENTERPRISE.en
    SERVICE_PLATFORM = Kind.SERVICE_PLATFORM.value, Kind.SERVICE_PLATFORM.zh, Kind.SERVICE_PLATFORM.en


class Facts(Strict):
    """What an organisation says of itself."""

    name_zh = text(N_("Name in Chinese"), required=True, max=200, help=N_("The full legal name, as on the business licence."))
    name_en = text(N_("Name in English"), max=200)
    credit_code = text(
        N_("Unified social credit code"), required=True, max=40, help=N_("18 digits and capitals, as on the business licence.")
    )
    region = choice(Region, N_("Region"), required=True)
    industry = choice(Industry, N_("Industry"))
    size_class = choice(SizeClass, N_("Size"), help=N_("Enterprises give the size class they fall under."))
    mailbox = mail(
        N_("Contact mailbox"),
        required=True,
        help=N_("A mailbox of the organisation, not of a person: it is shown to the public."),
    )
    website = address(N_("Website"))
    intro_zh = text(N_("Introduction in Chinese"), max=2000, long=True)
    intro_en = text(N_("Introduction in English"), max=2000, long=True)

    @validates("website")
    def check_website(self, value: str, data_key: str) -> None:
        """The column is shorter than an address may be elsewhere."""
        validate.Length(max=500, error=TOO_LONG)(value)


class _Kinds(Strict):
    """What it is."""

    kinds = choices(
        RegistrableKind,
        N_("Kind of organisation"),
        required=True,
        help=N_("Platforms open resources, enterprises apply for them, service platforms help enterprises to apply."),
    )


class Registration(Facts, _Kinds):
    """A new organisation."""


class Return(Strict):
    """Remarks at the fields of the registration."""

    remarks = remarks(help=N_("Say what is to be corrected, at the field it concerns."), names=tuple(Facts().fields))


class NewMember(Strict):
    """A person and a role."""

    email = mail(N_("Mail address"), required=True, help=N_("The person needs a confirmed account with this address."))
    role = pick(N_("Role"))


class EndedMembership(Strict):
    """One of the members."""

    membership = pick(N_("Member"))


class TierRecord(Strict):
    """A certificate of a cultivation tier."""

    tier = choice(Tier, N_("Cultivation tier"), required=True)
    certificate = text(N_("Certificate number"), required=True, max=80)
    issued_at = moment(N_("Issued"), required=True)
    expires_at = moment(N_("Expires"), required=True)


class ServiceOffer(Strict):
    """An enterprise, by its code."""

    credit_code = text(N_("Credit code of the enterprise"), required=True, max=40)


class AcceptedOffer(Strict):
    """One of the offers."""

    relation = pick(
        N_("Service platform"), help=N_("Its advisers will be able to draft applications for you and to see your cases.")
    )
