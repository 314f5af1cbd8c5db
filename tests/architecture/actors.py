"""One actor of each kind, each with a single role or post, none in conflict with anything."""

from marketplace.actor import CLOCK, SYSTEM, VISITOR, Actor
from marketplace.states import Post, Role


def _person(name: str, **more: object) -> Actor:
    return Actor("person", f"P-{name}", f"user-{name}", name, **more)


ACTORS: dict[str, Actor] = {
    "visitor": VISITOR,
    "clock": CLOCK,
    "system": SYSTEM,
    "person": _person("nobody"),
    **{post.value: _person(post.value, posts=frozenset({post})) for post in Post},
    **{role.value: _person(role.value, in_role={role: frozenset({"own"})}) for role in Role},
    "serving adviser": _person("serving", in_role={Role.ADVISER: frozenset({"own"})}, served=frozenset({"served"})),
}
