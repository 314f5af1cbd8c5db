"""The pages that every collection has alike: its list, a thing, the form or confirmation of each command, the creation.

Each is a route of its own that declares what it needs; what it shows and does comes from the table of collections.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from catalog.kernel.errors import Conflict, Invalid, NotFound
from catalog.kernel.paging import paginate
from catalog.kernel.transaction import Tx
from marketplace.collections import collection_of
from marketplace.commands import Choices, Collection, Command, load
from marketplace.http.context import begin, read
from marketplace.http.errors import status_of, text_of
from marketplace.http.forms import Typed, form_view, read_form
from marketplace.http.guard import permit, public
from marketplace.http.rendering import thing_url, zone
from marketplace.http.words import field_labels
from marketplace.i18n import say
from marketplace.policy import POLICY
from marketplace.timeline import timeline

#: What the template of a thing needs besides the thing itself.
More = Callable[[Tx, Any], Mapping[str, Any]]


@dataclass(frozen=True)
class Shown:
    """How a collection appears among the pages.

    ``listed``/``single``: whether the list and the page of a thing are drawn here. ``open``: anyone may come (what they
    see is filtered). ``create`` is the permission to make one. ``more(tx, thing)`` adds to what the template of a thing
    gets; ``offer(tx, choices, values)`` narrows what the form of a creation offers to what goes with what it begins with.
    """

    listed: bool = True
    single: bool = True
    open: bool = False
    create: str = ""
    more: More = field(default=lambda tx, thing: {})
    offer: Callable[[Tx, Choices, Mapping[str, Any]], Choices] = field(default=lambda tx, choices, values: choices)


def build_blueprint(collections: Mapping[str, Collection], shown: Mapping[str, Shown]) -> Blueprint:
    """The routes of every collection; ``shown`` says what is particular, by the collection's name."""
    blueprint = Blueprint("things", __name__)
    for name, collection in collections.items():
        look = shown.get(name, Shown())
        declare = public if look.open else permit(collection.read)
        if look.listed:
            blueprint.add_url_rule(f"/{name}", name, declare(_list_view(collection, look)))
        if collection.create:
            needed = permit(look.create)
            blueprint.add_url_rule(
                f"/{name}/new", f"{name}_new", needed(_creation_view(collection, look)), methods=["GET", "POST"]
            )
        if look.single:
            blueprint.add_url_rule(f"/{name}/<key>", f"{name}_one", declare(_thing_view(collection, look)))
        for command in collection.commands:
            needs = dict.fromkeys(row.needs for row in collection.cycle.named(command))
            view = permit(*needs)(_command_view(collection, command))
            blueprint.add_url_rule(f"/{name}/<key>/{command}", f"{name}_{command}", view, methods=["GET", "POST"])
    return blueprint


# -- lists and things --------------------------------------------------------------------------------------------------


def page_number() -> int:
    """The page that the address asks for, 1 where it asks for nothing readable."""
    asked = request.args.get("page", "1")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1


def _list_view(collection: Collection, look: Shown) -> Callable[[], ResponseReturnValue]:
    def show_list() -> ResponseReturnValue:
        with read() as tx:
            query = collection.visible(tx)
            chosen = {name: [value for value in request.args.getlist(name) if value] for name in collection.filters}
            for name, values in chosen.items():
                if values:
                    query = collection.filters[name](query, _known(collection, name, values))
            page = paginate(tx.session, query, page_number())
            return render_template(
                [f"things/{collection.name}_list.html", "things/list.html"],
                collection=collection,
                page=page,
                chosen=chosen,
                can_create=bool(look.create) and POLICY[look.create].possible(tx.actor),
            )

    return show_list


def _known(collection: Collection, name: str, values: list[str]) -> list[str]:
    """Only values that exist: a mistyped state in an address finds nothing instead of failing."""
    if name != "state":
        return values
    return [value for value in values if value in collection.cycle.states.codes()]


def _thing_view(collection: Collection, look: Shown) -> Callable[[str], ResponseReturnValue]:
    def show_thing(key: str) -> ResponseReturnValue:
        with read() as tx:
            thing = collection.get(tx, key)
            return render_template(
                [f"things/{collection.name}.html", "things/thing.html"],
                collection=collection,
                thing=thing,
                it=collection.represent(tx, thing),
                events=timeline(tx, collection.thing, thing),
                **look.more(tx, thing),
            )

    return show_thing


# -- commands ----------------------------------------------------------------------------------------------------------


def _command_view(collection: Collection, name: str) -> Callable[[str], ResponseReturnValue]:
    command = collection.commands[name]

    def run_command(key: str) -> ResponseReturnValue:
        if request.method == "GET":
            return _command_page(collection, name, key)
        given = read_form(command.input(), request.form, zone())
        try:
            with begin() as tx:
                made = collection.execute(tx, key, name, given, _version())
                made_id, of = made.id, collection_of(made)
        except Invalid as problem:
            return _command_page(collection, name, key, problem, request.form), status_of(problem)
        except Conflict as problem:
            return _conflict_page(collection, key, problem), status_of(problem)
        flash(_("Done: %(command)s.", command=say(command.label)), "good")
        return redirect(_after(of, made_id), 303)

    return run_command


def _version() -> int:
    given = request.form.get("version", "")
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise BadRequest
    return int(given)


def _after(collection: Collection, key: str) -> str:
    """Where to go on: the thing, unless it can no longer be seen by who acted."""
    with read() as tx:
        try:
            collection.get(tx, key)
        except NotFound:
            return f"{request.script_root}/work"
    return thing_url(collection.name, key)


def _command_page(
    collection: Collection, name: str, key: str, problem: Invalid | None = None, typed: Typed | None = None
) -> ResponseReturnValue:
    command: Command = collection.commands[name]
    with read() as tx:
        thing = collection.get(tx, key)
        try:
            collection.cycle.choose(tx, thing, name)
        except Conflict as conflict:
            return _conflict_page(collection, key, conflict), status_of(conflict)
        values = command.initial(tx, thing) if command.initial else {}
        choices: Choices = command.choices(tx, thing) if command.choices else {}
        form = form_view(command.input(), values, choices, zone(), problem, typed, field_labels(collection))
        return render_template(
            [f"commands/{collection.name}_{name}.html", "commands/command.html"],
            collection=collection,
            thing=thing,
            it=collection.represent(tx, thing),
            name=name,
            command=command,
            form=form,
            version=typed.get("version") if typed else thing.version,
        )


def _conflict_page(collection: Collection, key: str, problem: Conflict) -> str:
    """What the state is now, with what can be done now."""
    with read() as tx:
        thing = collection.get(tx, key)
        return render_template(
            "errors/conflict.html",
            collection=collection,
            thing=thing,
            it=collection.represent(tx, thing),
            text=text_of(problem),
            status=status_of(problem),
        )


# -- creations ---------------------------------------------------------------------------------------------------------


def _creation_view(collection: Collection, look: Shown) -> Callable[[], ResponseReturnValue]:
    creation = collection.create
    assert creation is not None

    def create() -> ResponseReturnValue:
        schema = creation.input()
        given = read_form(schema, request.form if request.method == "POST" else request.args, zone())
        if request.method == "GET":
            # What the page before already knows (which resources, which platform) may stand in the address.
            return _creation_page(collection, look, given)
        try:
            with begin() as tx:
                thing = creation.run(tx, **load(schema, given))
                tx.session.flush()
                key = thing.id
        except Invalid as problem:
            return _creation_page(collection, look, given, problem, request.form), status_of(problem)
        except Conflict as problem:
            refused = Invalid({"": [text_of(problem)]})
            return _creation_page(collection, look, given, refused, request.form), status_of(problem)
        flash(_("Done: %(command)s.", command=say(creation.label)), "good")
        return redirect(thing_url(collection.name, key), 303)

    return create


def _creation_page(
    collection: Collection,
    look: Shown,
    values: Mapping[str, Any],
    problem: Invalid | None = None,
    typed: Typed | None = None,
) -> str:
    creation = collection.create
    assert creation is not None
    with read() as tx:
        choices = look.offer(tx, creation.choices(tx) if creation.choices else {}, values)
        form = form_view(creation.input(), values, choices, zone(), problem, typed)
        return render_template(
            [f"commands/{collection.name}_new.html", "commands/new.html"],
            collection=collection,
            creation=creation,
            form=form,
        )
