"""What the forms about persons ask for."""

from __future__ import annotations

from catalog.kernel.errors import N_
from catalog.kernel.fields import Strict, choice, mail, number, pick, text
from catalog.kernel.terms import Term
from marketplace.states import Post


class Language(Term):
    """The languages of the site, each by its own name."""

    ZH = "zh", "中文", "中文"
    EN = "en", "English", "English"


class Account(Strict):
    """One's own account."""

    name = text(N_("Your name"), required=True, max=120)
    language = choice(Language, N_("Language of pages and mails"), required=True)


class NewToken(Strict):
    """A token for a program."""

    name = text(N_("What is it for?"), required=True, max=80)
    days = number(N_("Valid for how many days?"), low=1, high=366, required=True)


class NewAppointment(Strict):
    """A person and a post."""

    email = mail(N_("Mail address"), required=True, help=N_("The person needs a confirmed account with this address."))
    post = choice(Post, N_("Post"), required=True)
    office_id = pick(N_("Office"), help=N_("For operators: the office they act for."), required=False)
