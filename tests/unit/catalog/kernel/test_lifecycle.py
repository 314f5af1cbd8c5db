import pytest
from sqlalchemy import select

from catalog.kernel.errors import Invalid, NotAllowed, NotFound, SignInRequired, WrongState
from catalog.kernel.events import Event
from catalog.kernel.lifecycle import LifeCycle, advance, move
from tests.unit.catalog.kernel.conftest import DOOR, Blocked, Door, Thing, person

READER = person("door.read")
MOVER = person("door.read", "door.move")
KEEPER = person("door.read", "door.move", "door.lock", "door.force")


def test_a_command_moves_the_thing_and_writes_its_event(store, clock):
    thing = Thing()
    with store.begin(MOVER) as tx:
        row = advance(tx, DOOR, thing, "shut", reason="wind", changes={"count": 2})
    assert (thing.state, thing.updated_at, row.name) == (Door.SHUT, clock.now, "shut")
    with store.readers() as session:
        event = session.scalars(select(Event)).one()
    assert (event.thing, event.thing_id, event.sequence, event.name) == ("door", "door-1", 1, "shut")
    assert (event.frm, event.to, event.actor, event.role) == ("open", "shut", "P-1", "keeper")
    assert (event.reason, event.changes, event.at) == ("wind", {"count": 2}, clock.now)


@pytest.mark.parametrize(
    ("actor", "refusal"),
    [(READER, NotAllowed), (person(), NotFound), (person("door.read", anonymous=True), SignInRequired)],
    ids=["who sees it is told no", "who may not see it learns nothing", "a visitor is asked to sign in"],
)
def test_permission_is_asked_first(store, actor, refusal):
    for state in Door:
        thing = Thing(state=state)
        with store.read(actor) as tx, pytest.raises(refusal):
            advance(tx, DOOR, thing, "shut")
        assert thing.state is state


def test_state_is_asked_second(store):
    with store.read(MOVER) as tx, pytest.raises(WrongState) as refused:
        advance(tx, DOOR, Thing(state=Door.GONE, blocked=True), "shut")
    assert refused.value.params == {"command": "shut", "state": Door.GONE}


def test_guards_are_asked_last_and_say_why(store):
    thing = Thing(blocked=True)
    with store.read(MOVER) as tx, pytest.raises(Blocked):
        advance(tx, DOOR, thing, "shut")
    assert thing.state is Door.OPEN


@pytest.mark.parametrize(
    ("actor", "state", "needs"),
    [(MOVER, Door.SHUT, "door.move"), (KEEPER, Door.LOCKED, "door.force"), (person("door.force"), Door.SHUT, "door.force")],
)
def test_of_rows_with_one_name_the_one_that_actor_and_state_fit_is_taken(store, actor, state, needs):
    with store.read(actor) as tx:
        assert DOOR.choose(tx, Thing(state=state), "open").needs == needs


def test_a_row_for_another_state_does_not_lend_its_permission(store):
    with store.read(person("door.read", "door.move")) as tx, pytest.raises((NotAllowed, WrongState)):
        advance(tx, DOOR, Thing(state=Door.LOCKED), "open")


def test_a_command_without_a_target_keeps_the_state_and_still_writes_its_event(store, reactions):
    thing = Thing(state=Door.SHUT)
    with store.begin(MOVER) as tx:
        advance(tx, DOOR, thing, "paint")
    assert thing.state is Door.SHUT
    assert reactions.seen == ["paint"]


def test_where_a_row_leaves_a_choice_the_service_says_which(store):
    with store.read(KEEPER) as tx:
        with pytest.raises(ValueError, match="say which"):
            advance(tx, DOOR, Thing(), "remove", reason="fire")
        with pytest.raises(ValueError, match="does not lead to"):
            advance(tx, DOOR, Thing(), "remove", to=Door.LOCKED, reason="fire")
        thing = Thing()
        advance(tx, DOOR, thing, "remove", to=Door.GONE, reason="fire")
        assert thing.state is Door.GONE


@pytest.mark.parametrize("reason", ["", "  "])
def test_where_a_row_asks_for_a_reason_none_is_refused_at_its_field(store, reason):
    thing = Thing()
    with store.read(KEEPER) as tx, pytest.raises(Invalid) as refused:
        advance(tx, DOOR, thing, "remove", to=Door.GONE, reason=reason)
    assert list(refused.value.fields) == ["reason"]
    assert thing.state is Door.OPEN


@pytest.mark.parametrize(
    ("actor", "thing", "expected"),
    [
        (MOVER, Thing(), ["shut", "paint"]),
        (MOVER, Thing(blocked=True), ["paint"]),
        (MOVER, Thing(state=Door.SHUT), ["open", "paint"]),
        (MOVER, Thing(state=Door.GONE), []),
        (READER, Thing(), []),
        (KEEPER, Thing(state=Door.LOCKED), ["open", "remove"]),
    ],
)
def test_available_commands_are_those_whose_state_permission_and_guards_agree(store, actor, thing, expected):
    with store.read(actor) as tx:
        assert [row.name for row in DOOR.available(tx, thing)] == expected


def test_every_available_command_can_be_chosen_and_no_other(store):
    for actor in (READER, MOVER, KEEPER, person("door.lock"), person("door.force")):
        for state in Door:
            with store.read(actor) as tx:
                offered = {row.name for row in DOOR.available(tx, Thing(state=state))}
                for name in DOOR.names():
                    try:
                        DOOR.choose(tx, Thing(state=state), name)
                        chosen = True
                    except (NotAllowed, NotFound, WrongState):
                        chosen = False
                    assert chosen == (name in offered), (actor, state, name)


def test_two_rows_that_nothing_tells_apart_are_refused():
    rows = [move("go", Door.OPEN, Door.SHUT, "door.move"), move("go", {Door.OPEN, Door.SHUT}, Door.GONE, "door.move")]
    with pytest.raises(ValueError, match="two rows start from"):
        LifeCycle("door", Door, Door.OPEN, rows)


def test_an_unknown_command_is_a_defect():
    with pytest.raises(KeyError, match="fly"):
        DOOR.named("fly")


def test_the_diagram_shows_every_move_its_start_and_its_ends():
    drawn = DOOR.mermaid().splitlines()
    assert drawn[:2] == ["stateDiagram-v2", "  [*] --> open"]
    assert "  open --> shut: shut" in drawn
    assert "  shut --> shut: paint" in drawn
    assert [line for line in drawn if line.endswith("[*]")] == ["  gone --> [*]"]


def test_the_system_acts_under_its_own_name(store):
    thing = Thing(state=Door.SHUT)
    with store.begin(READER) as tx:
        with tx.as_system():
            advance(tx, DOOR, thing, "lock")
        assert tx.actor is READER
    with store.readers() as session:
        assert session.scalars(select(Event.actor)).all() == ["system"]
