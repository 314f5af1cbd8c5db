"""The description of the API (OpenAPI 3.1), made from the same table of collections as its routes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import current_app
from flask_babel import gettext as _
from marshmallow import Schema, fields

from catalog.kernel.fields import Instant
from catalog.kernel.terms import Term
from catalog.search.port import FACETS, Sort
from marketplace.api.components import SHARED, problem_responses, responses, schemas, texts
from marketplace.api.lists import SEARCHED, parameters
from marketplace.commands import Collection, NoInput
from marketplace.http.context import language
from marketplace.i18n import say

VERSION = "1.0.0"

OPEN: list[dict[str, list[str]]] = [{}, {"bearer": []}]
CLOSED: list[dict[str, list[str]]] = [{"bearer": []}]

_FORMATS = {"email": "email", "url": "uri"}


def describe(collections: Mapping[str, Collection], prefix: str) -> dict[str, Any]:
    """The document in the request's language, made once per language."""
    made: dict[str, dict[str, Any]] = current_app.extensions.setdefault("openapi", {})
    if language() not in made:
        made[language()] = Description(collections, prefix).build()
    return made[language()]


def operation_id(collection: str, act: str) -> str:
    """The name of an operation: that of its collection and what is done."""
    return f"{collection}.{act}"


class Description:
    """One document in the making."""

    def __init__(self, collections: Mapping[str, Collection], prefix: str) -> None:
        self.collections = collections
        self.prefix = prefix
        plugin = MarshmallowPlugin()
        self.spec = APISpec(
            title=_("Open-Resource Scenario Marketplace"),
            version=VERSION,
            openapi_version="3.1.0",
            plugins=[plugin],
            info={"description": texts()["about"]},
            servers=[{"url": "/"}],
            tags=[{"name": name, "description": say(collection.label)} for name, collection in collections.items()],
        )
        assert plugin.converter is not None
        plugin.map_to_openapi_type(Instant, "string", "date-time")
        plugin.converter.add_attribute_function(_describe_field)
        self.converter = plugin.converter

    def build(self) -> dict[str, Any]:
        """The whole document."""
        components = self.spec.components
        components.security_scheme("bearer", {"type": "http", "scheme": "bearer", "description": texts()["bearer"]})
        for name, schema in schemas().items():
            components.schema(name, schema)
        for name, response in responses().items():
            components.response(name, response)
        for collection in self.collections.values():
            components.schema(representation_name(collection), _representation(collection))
            self._collection(collection)
        for path, summary, schema, security in SHARED:
            self.spec.path(
                f"{self.prefix}{path}",
                operations={
                    "get": {
                        "operationId": operation_id("api", path.strip("/").partition(".")[0]),
                        "summary": say(summary),
                        "security": OPEN if security is None else CLOSED,
                        "parameters": _paging() if schema == "Notifications" else [],
                        "responses": {"200": _ok(say(summary), {"$ref": f"#/components/schemas/{schema}"})}
                        | problem_responses(400, 401),
                    }
                },
            )
        return self.spec.to_dict()

    def _input(self, schema: type[Schema], name: str) -> dict[str, Any]:
        """The body of one operation, under a name of its own."""
        shape = self.converter.schema2jsonschema(schema)
        self.spec.components.schema(name, shape)
        content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}
        return {"required": bool(shape.get("required")), "content": content}

    def _collection(self, collection: Collection) -> None:
        name = collection.name
        self._operation(
            collection,
            "",
            {
                "get": _list_operation(collection),
                **({"post": self._create_operation(collection)} if collection.create is not None else {}),
            },
        )
        one = {"$ref": f"#/components/schemas/{representation_name(collection)}"}
        self._operation(
            collection,
            "/{id}",
            {
                "get": {
                    "operationId": operation_id(name, "show"),
                    "summary": texts()["show"],
                    "security": OPEN,
                    "parameters": [_id()],
                    "responses": {"200": _tagged(texts()["the_thing"], one)} | problem_responses(400, 401, 404),
                }
            },
        )
        self._operation(
            collection,
            "/{id}/events",
            {
                "get": {
                    "operationId": operation_id(name, "events"),
                    "summary": texts()["events"],
                    "description": texts()["events_more"],
                    "security": OPEN,
                    "parameters": [_id()],
                    "responses": {"200": _ok(texts()["events"], {"$ref": "#/components/schemas/Timeline"})}
                    | problem_responses(400, 401, 404),
                }
            },
        )
        for command in collection.commands:
            self._operation(collection, f"/{{id}}/{command}", {"post": self._command_operation(collection, command)})

    def _operation(self, collection: Collection, address: str, operations: dict[str, Any]) -> None:
        for operation in operations.values():
            operation["tags"] = [collection.name]
        self.spec.path(f"{self.prefix}/{collection.name}{address}", operations=operations)

    def _create_operation(self, collection: Collection) -> dict[str, Any]:
        assert collection.create is not None
        response = _tagged(texts()["created"], {"$ref": f"#/components/schemas/{representation_name(collection)}"})
        response["headers"]["Location"] = {
            "description": texts()["location"],
            "schema": {"type": "string", "format": "uri-reference"},
        }
        return {
            "operationId": operation_id(collection.name, "create"),
            "summary": say(collection.create.label),
            "security": CLOSED,
            "requestBody": self._input(collection.create.input, f"{representation_name(collection)}_create"),
            "responses": {"201": response} | problem_responses(400, 401, 403, 404, 409, 415, 422),
        }

    def _command_operation(self, collection: Collection, name: str) -> dict[str, Any]:
        command = collection.commands[name]
        rows = collection.cycle.named(name)
        states = dict.fromkeys(state for row in rows for state in collection.cycle.states if state in row.frm)
        one = {"$ref": f"#/components/schemas/{representation_name(collection)}"}
        operation = {
            "operationId": operation_id(collection.name, name),
            "summary": say(command.label),
            "description": _("Possible in these states: %(states)s.", states=", ".join(states)),
            "security": CLOSED,
            "parameters": [_id(), _if_match()],
            "responses": {
                "200": _tagged(texts()["done"], one),
                "201": {"description": texts()["done_made"], "headers": {"Location": {"schema": {"type": "string"}}}},
                "204": {"description": texts()["done_unseen"]},
            }
            | problem_responses(400, 401, 403, 404, 409, 412, 415, 422, 428),
        }
        if command.input is not NoInput:
            operation["requestBody"] = self._input(command.input, f"{representation_name(collection)}_{name}")
        return operation


def representation_name(collection: Collection) -> str:
    """The name of the schema of a collection's things."""
    return collection.thing.title()


def _representation(collection: Collection) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["id", "state", "version", "commands"],
        "properties": {
            "id": {"type": "string", "description": texts()["id"]},
            "state": _terms(collection.cycle.states) | {"description": texts()["state"]},
            "version": {"type": "integer", "minimum": 1, "description": texts()["version"]},
            "commands": {
                "type": "array",
                "items": {"type": "string", "enum": list(collection.commands)} if collection.commands else {"type": "string"},
                "description": texts()["commands"],
            },
        },
        "additionalProperties": True,
    }


def _terms(terms: type[Term]) -> dict[str, Any]:
    return {
        "type": "string",
        "enum": list(terms.codes()),
        "x-labels": {term.value: term.label(language()) for term in terms},
    }


def _describe_field(converter: Any, field: fields.Field, ret: dict[str, Any]) -> dict[str, Any]:
    """What the declaration of a field knows beyond its type: label and help, choices, formats."""
    told: dict[str, Any] = {}
    label, help_text = say(field.metadata.get("label", "")), say(field.metadata.get("help", ""))
    if label:
        told["title"] = label
    if help_text:
        told["description"] = help_text
    if terms := field.metadata.get("terms"):
        told["x-labels"] = {term.value: term.label(language()) for term in terms}
    if (widget := field.metadata.get("widget")) in _FORMATS and field.required:
        told["format"] = _FORMATS[widget]
    if isinstance(field, fields.Dict) and "minLength" in ret:
        told["minProperties"] = ret.pop("minLength")
    return told


def _list_operation(collection: Collection) -> dict[str, Any]:
    one = {"$ref": f"#/components/schemas/{representation_name(collection)}"}
    properties: dict[str, Any] = {
        "items": {"type": "array", "items": one},
        "total": {"type": "integer", "minimum": 0},
        "page": {"type": "integer", "minimum": 1},
        "size": {"type": "integer", "minimum": 1, "maximum": 100},
    }
    searched = collection.name == SEARCHED
    if searched:
        count = {"type": "object", "additionalProperties": {"type": "integer", "minimum": 1}}
        properties["facets"] = {
            "type": "object",
            "properties": dict.fromkeys(FACETS, count),
            "description": texts()["facets"],
        }
        properties["loosened"] = {"type": "boolean", "description": texts()["loosened"]}
    page = _ok(texts()["page"], {"type": "object", "required": ["items", "total", "page", "size"], "properties": properties})
    page["headers"] = {"Link": {"description": texts()["link"], "schema": {"type": "string"}}}
    return {
        "operationId": operation_id(collection.name, "list"),
        "summary": texts()["list"],
        **({"description": texts()["search"]} if searched else {}),
        "security": OPEN,
        "parameters": [*_filters(collection), *(_searching() if searched else ()), *_paging()],
        "responses": {"200": page} | problem_responses(400, 401, *((503,) if searched else ())),
    }


def _filters(collection: Collection) -> list[dict[str, Any]]:
    return [
        _query(name, {"type": "array", "items": _terms(terms) if terms else {"type": "string"}}, texts()["any_of"])
        | {"explode": True}
        for name, terms in parameters(collection).items()
    ]


def _searching() -> list[dict[str, Any]]:
    return [
        _query("q", {"type": "string"}, texts()["q"]),
        _query(
            "sort",
            {"type": "string", "enum": [order.value for order in Sort], "default": Sort.RELEVANCE.value},
            texts()["sort"],
        ),
    ]


def _paging() -> list[dict[str, Any]]:
    return [
        _query("page", {"type": "integer", "minimum": 1, "default": 1}, texts()["page_number"]),
        _query("size", {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}, texts()["page_size"]),
    ]


def _query(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"in": "query", "name": name, "schema": schema, "description": description}


def _id() -> dict[str, Any]:
    return {"in": "path", "name": "id", "required": True, "schema": {"type": "string"}}


def _if_match() -> dict[str, Any]:
    schema = {"type": "string", "pattern": '^"[1-9][0-9]*"$', "examples": ['"3"']}
    return {"in": "header", "name": "If-Match", "required": True, "schema": schema, "description": texts()["if_match"]}


def _ok(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _tagged(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return _ok(description, schema) | {"headers": {"ETag": {"description": texts()["etag"], "schema": {"type": "string"}}}}
