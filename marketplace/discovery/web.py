"""The public pages that are more than a collection's list: first page, search, platforms, champions."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from catalog.kernel.errors import NotFound
from catalog.kernel.paging import paginate
from catalog.permissions import P as C
from marketplace.dashboard.queries import figures
from marketplace.discovery import queries, search
from marketplace.http.context import current_actor, language, read, runtime
from marketplace.http.guard import public
from marketplace.http.pages import page_number
from marketplace.models import Organisation
from marketplace.permissions import P
from marketplace.policy import POLICY
from marketplace.states import OrganisationKind, Role
from marketplace.work.queries import work_for

blueprint = Blueprint("discovery", __name__)

#: The plan's figures that stand on the first page.
TOLD_FIRST = ("batches", "pilots", "service_platforms", "scenarios")
SHOWN_KINDS = (OrganisationKind.PLATFORM, OrganisationKind.SERVICE_PLATFORM)


@blueprint.get("/")
@public
def home() -> ResponseReturnValue:
    """What is open now, how far the plan is, and where to begin."""
    with read() as tx:
        return render_template(
            "home.html",
            open_batches=queries.open_batches(tx),
            latest=queries.latest_lists(tx),
            newest=queries.newest_resources(tx),
            listed=queries.listed_count(tx),
            figures=[figure for figure in figures(tx.session, tx.now) if figure.key in TOLD_FIRST],
            waiting=[] if current_actor().anonymous else work_for(tx),
        )


@blueprint.get("/resources")
@public
def resources() -> ResponseReturnValue:
    """The search over everything that is listed."""
    asked = search.question(request.args, language())
    found = runtime().search.search(asked)
    if not found.ids and found.total and asked.page > 1:
        asked = search.last_page(asked, found)
        found = runtime().search.search(asked)
    with read() as tx:
        return render_template(
            "discovery/resources.html",
            asked=asked,
            found=found,
            hits=search.hits(tx, found),
            facets=search.facets(tx, asked, found, language()),
            page=search.page_of(asked, found),
            sorts=search.SORTS,
            can_create=POLICY[C.RESOURCE_CREATE].possible(tx.actor),
        )


@blueprint.get("/platforms")
@public
def platforms() -> ResponseReturnValue:
    """Verified platforms, and service platforms that help enterprises."""
    kinds = [kind for kind in SHOWN_KINDS if kind.value in request.args.getlist("kind")]
    with read() as tx:
        page = paginate(tx.session, queries.platforms(tx, kinds or list(SHOWN_KINDS)), page_number(), 24)
        ids = [organisation.id for organisation in page.items]
        return render_template(
            "discovery/platforms.html",
            page=page,
            kinds=[(kind.value, kind.label(language()), None) for kind in SHOWN_KINDS],
            chosen=[kind.value for kind in kinds],
            listed=queries.listed_by_publisher(tx, ids),
            served=queries.served_by_platform(tx, ids),
        )


@blueprint.get("/platforms/<key>")
@public
def platform(key: str) -> ResponseReturnValue:
    """A platform or service platform and what it opens; its own people see their drafts here too."""
    with read() as tx:
        organisation = tx.get(Organisation, key, P.ORGANISATION_READ)
        if not (organisation.is_platform or organisation.is_service_platform):
            raise NotFound
        return render_template(
            "discovery/platform.html",
            organisation=organisation,
            page=paginate(tx.session, queries.resources_of(tx, key), page_number()),
            pilots=queries.pilots_of(tx, key),
            served=queries.served_by_platform(tx, [key]).get(key, 0),
            own=tx.may(P.ORGANISATION_READ_PRIVATE, organisation),
            can_create=key in current_actor().organisations(Role.EDITOR, Role.MANAGER),
        )


@blueprint.get("/champions")
@public
def champions() -> ResponseReturnValue:
    """The firms behind the dashboard's number of single champions."""
    with read() as tx:
        page = paginate(tx.session, queries.champions(tx.now), page_number(), 50)
        return render_template("discovery/champions.html", page=page)
