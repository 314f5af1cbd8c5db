"""The page of one's messages."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from catalog.kernel.paging import paginate
from marketplace.http.context import begin, read
from marketplace.http.guard import permit
from marketplace.http.pages import page_number
from marketplace.notifications.queries import own
from marketplace.notifications.services import mark_read
from marketplace.permissions import P

blueprint = Blueprint("notifications", __name__)


@blueprint.get("/notifications")
@permit(P.WORK_READ)
def show() -> ResponseReturnValue:
    """One's messages, newest first."""
    with read() as tx:
        return render_template("work/notifications.html", page=paginate(tx.session, own(tx), page_number(), 50))


@blueprint.post("/notifications")
@permit(P.WORK_READ)
def mark() -> ResponseReturnValue:
    """Mark them all as read."""
    with begin() as tx:
        mark_read(tx)
    return redirect(f"{request.script_root}/notifications", 303)
