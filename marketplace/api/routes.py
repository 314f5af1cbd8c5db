"""The routes of the API, made from the collections: one for every list, thing, timeline, creation and command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, request, url_for

from catalog.kernel.errors import Conflict, DomainError, NotFound
from catalog.kernel.transaction import Tx
from marketplace.api import me
from marketplace.api.authentication import authenticate, mark
from marketplace.api.lists import show_list
from marketplace.api.messages import answer, body, demanded_version, document, no_parameters
from marketplace.api.openapi import describe
from marketplace.api.problems import refuse
from marketplace.collections import collection_of
from marketplace.commands import Collection, Creation, load
from marketplace.dumping import stamp
from marketplace.http.context import begin, read
from marketplace.http.guard import permit, public
from marketplace.timeline import Entry, timeline

PREFIX = "/api/v1"


def build_blueprint(collections: Mapping[str, Collection]) -> Blueprint:
    """The API over these collections."""
    blueprint = Blueprint("api", __name__, url_prefix=PREFIX)
    blueprint.before_request(authenticate)
    blueprint.after_request(mark)
    blueprint.register_error_handler(DomainError, refuse)
    for collection in collections.values():
        _add(blueprint, collection)
    blueprint.add_url_rule("/openapi.json", "openapi", _description(collections))
    me.add(blueprint, collections)
    return blueprint


def _add(blueprint: Blueprint, collection: Collection) -> None:
    name = collection.name

    def route(address: str, endpoint: str, view: Callable[..., Response], *methods: str) -> None:
        blueprint.add_url_rule(f"/{name}{address}", f"{name}_{endpoint}", view, methods=methods)

    route("", "list", _list_view(collection), "GET")
    route("/<key>", "show", _show_view(collection), "GET")
    route("/<key>/events", "events", _events_view(collection), "GET")
    if collection.create is not None:
        route("", "create", _create_view(collection, collection.create), "POST")
    for command in collection.commands:
        route(f"/<key>/{command}", f"do_{command}", _command_view(collection, command), "POST")


def _list_view(collection: Collection) -> Callable[..., Response]:
    @public
    def view() -> Response:
        return show_list(collection)

    return view


def _show_view(collection: Collection) -> Callable[..., Response]:
    @public
    def view(key: str) -> Response:
        no_parameters(request.args)
        with read() as tx:
            response = answer(collection.represent(tx, collection.get(tx, key)))
        return response

    return view


def _events_view(collection: Collection) -> Callable[..., Response]:
    @public
    def view(key: str) -> Response:
        no_parameters(request.args)
        with read() as tx:
            entries = timeline(tx, collection.thing, collection.get(tx, key))
        return document({"items": [_event(entry) for entry in entries]})

    return view


def _event(entry: Entry) -> dict[str, Any]:
    return {
        "at": stamp(entry.at),
        "name": entry.name,
        "from": entry.frm,
        "to": entry.to,
        "role": entry.role,
        "by": entry.by,
        "reason": entry.reason,
        "changes": entry.changes,
    }


def _create_view(collection: Collection, creation: Creation) -> Callable[..., Response]:
    @permit()
    def view() -> Response:
        given = body()
        with begin() as tx:
            thing = creation.run(tx, **load(creation.input(), given))
            key = thing.id
            made = _after(tx, collection, key)
        address = url_for(f"api.{collection.name}_show", key=key)
        return Response(status=204) if made is None else answer(made, 201, Location=address)

    return view


def _command_view(collection: Collection, name: str) -> Callable[..., Response]:
    @permit(*dict.fromkeys(row.needs for row in collection.cycle.named(name)))
    def view(key: str) -> Response:
        version = demanded_version()
        given = body()
        try:
            with begin() as tx:
                made = collection.execute(tx, key, name, given, version)
                made_id, of = made.id, collection_of(made)
                done = _after(tx, of, made_id)
        except Conflict as conflict:
            conflict.present = _present(collection, key)
            raise
        if done is None:
            return Response(status=204)
        if made_id != key:
            return answer(done, 201, Location=url_for(f"api.{of.name}_show", key=made_id))
        return answer(done)

    return view


def _after(tx: Tx, collection: Collection, key: str) -> dict[str, Any] | None:
    """The representation after a change, read anew so that what the service added elsewhere shows too.

    None where who acted may no longer read the thing: a reviewer who steps down no longer sees the round.
    """
    tx.session.flush()
    tx.session.expire_all()
    thing = tx.session.get(collection.model, key)
    return collection.represent(tx, thing) if tx.may(collection.read, thing) else None


def _present(collection: Collection, key: str) -> dict[str, Any]:
    """What a caller who lost needs for deciding again: state, version and commands as they are now."""
    with read() as tx:
        try:
            thing = collection.get(tx, key)
        except NotFound:
            return {}
        return {"state": thing.state.value, "version": thing.version, "commands": collection.available(tx, thing)}


def _description(collections: Mapping[str, Collection]) -> Callable[..., Response]:
    @public
    def view() -> Response:
        no_parameters(request.args)
        return document(describe(collections, PREFIX))

    return view
