"""The first page of a signed-in person: what waits for them."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from marketplace.http.context import read
from marketplace.http.guard import permit
from marketplace.permissions import P
from marketplace.work.queries import work_for

blueprint = Blueprint("work", __name__)


@blueprint.get("/work")
@permit(P.WORK_READ)
def show() -> ResponseReturnValue:
    """The work list."""
    with read() as tx:
        return render_template("work/work.html", sections=work_for(tx))
