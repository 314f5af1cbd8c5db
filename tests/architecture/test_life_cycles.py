"""Every table is checked for what nobody can reach, what nobody can leave and what nobody can do."""

import importlib

import pytest

from catalog.kernel.lifecycle import LifeCycle
from marketplace.collections import COLLECTIONS
from marketplace.policy import POLICY, follow
from marketplace.rules import Rule
from tests.architecture.actors import ACTORS
from tests.architecture.life_cycles import BY_THING, ENDS, LASTING

CYCLES = pytest.mark.parametrize("cycle", BY_THING.values(), ids=BY_THING)


def reached(cycle, start):
    found, ahead = set(), [start]
    while ahead:
        state = ahead.pop()
        if state not in found:
            found.add(state)
            ahead += [target for row in cycle.rows if state in row.frm for target in row.targets(state)]
    return found


def leaves(cycle, state):
    return any(state in row.frm and row.targets(state) != {state} for row in cycle.rows)


def test_every_table_of_the_product_is_checked_here():
    declared = {
        value.thing
        for module in ("catalog.lifecycles", "marketplace.lifecycles")
        for value in vars(importlib.import_module(module)).values()
        if isinstance(value, LifeCycle)
    }
    assert declared == set(BY_THING) == set(ENDS)


@CYCLES
def test_every_state_can_be_reached(cycle):
    assert set(cycle.states) - reached(cycle, cycle.initial) == set()


@CYCLES
def test_every_state_but_the_declared_ends_can_be_left(cycle):
    assert {state for state in cycle.states if not leaves(cycle, state)} == ENDS[cycle.thing]


@CYCLES
def test_from_every_state_an_end_or_a_lasting_state_can_be_reached(cycle):
    rest = ENDS[cycle.thing] | LASTING.get(cycle.thing, set())
    stuck = {state for state in cycle.states if not reached(cycle, state) & rest}
    assert stuck == set()


@CYCLES
def test_every_command_asks_for_a_permission_of_the_table(cycle):
    assert {row.needs for row in cycle.rows} - set(POLICY) == set()

    def __getattr__(self, name):
        return None


def holders(rule: Rule):
    """The kinds of actor that can hold the rule on some thing: its list twin is not simply false for them."""
    return [name for name, actor in ACTORS.items() if str(rule.where(actor).compile()).lower() not in ("false", "0 = 1")]


@CYCLES
def test_every_command_has_somebody_who_may_give_it(cycle):
    nobody = [f"{row.name} ({row.needs})" for row in cycle.rows if not holders(POLICY[row.needs])]
    assert nobody == []


def human(row):
    return row.needs not in {name for name, rule in POLICY.items() if rule is follow} and any(
        ACTORS[name].kind == "person" for name in holders(POLICY[row.needs])
    )


@CYCLES
def test_what_people_may_do_has_a_command_on_every_door_and_nothing_else_has(cycle):
    (collection,) = [found for found in COLLECTIONS.values() if found.cycle is cycle]
    for_people = {row.name for row in cycle.rows if human(row)}
    assert set(collection.commands) == for_people


def test_collections_stand_in_the_order_of_their_addresses():
    expected = "organisations batches resources revisions applications reviews grants pilots scenarios showcases"
    assert list(COLLECTIONS) == expected.split()
    assert all(name == collection.name for name, collection in COLLECTIONS.items())


@CYCLES
def test_a_command_that_needs_a_reason_asks_for_one(cycle):
    (collection,) = [found for found in COLLECTIONS.values() if found.cycle is cycle]
    demanded = {row.name for row in cycle.rows if row.reason} & set(collection.commands)
    silent = [name for name in demanded if "reason" not in collection.commands[name].input().fields]
    assert silent == []
