"""How far the plan is, for everyone to see."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from marketplace.dashboard.queries import figures
from marketplace.http.context import read
from marketplace.http.guard import public

blueprint = Blueprint("dashboard", __name__)


@blueprint.get("/dashboard")
@public
def show() -> ResponseReturnValue:
    """The plan's targets, counted now; each number leads to the records behind it."""
    with read() as tx:
        return render_template("dashboard/dashboard.html", figures=figures(tx.session, tx.now), now=tx.now)
