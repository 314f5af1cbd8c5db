import pytest
from sqlalchemy.exc import IntegrityError

from catalog.kernel.events import Event
from tests.unit.catalog.kernel.conftest import START


def event(**more):
    return Event(
        **{"thing": "door", "thing_id": "1", "sequence": 1, "name": "shut", "actor": "P-1", "role": "", "at": START, **more}
    )


def test_an_event_is_never_edited(store):
    with store.writers() as session:
        session.add(event())
        session.commit()
        session.get(Event, session.query(Event.id).scalar()).reason = "another story"
        with pytest.raises(RuntimeError, match="never edited"):
            session.flush()


def test_an_event_is_never_deleted(store):
    with store.writers() as session:
        written = event()
        session.add(written)
        session.commit()
        session.delete(written)
        with pytest.raises(RuntimeError, match="never edited or deleted"):
            session.flush()


def test_no_two_events_of_a_thing_share_a_sequence(store):
    with store.writers() as session:
        session.add_all([event(), event(thing_id="2"), event(thing="gate")])
        session.commit()
        session.add(event(name="open"))
        with pytest.raises(IntegrityError):
            session.flush()
