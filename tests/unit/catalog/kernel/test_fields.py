from datetime import UTC, datetime

import pytest
from marshmallow import ValidationError

from catalog.kernel import fields as f
from tests.unit.catalog.kernel.conftest import Door


class Form(f.Strict):
    title = f.text("Title", required=True, max=10)
    note = f.text("Note", long=True)
    door = f.choice(Door, "Door")
    doors = f.choices(Door, "Doors")
    places = f.number("Places", low=1, high=9)
    at = f.moment("At")
    mailbox = f.mail("Mailbox")
    url = f.address("Address")
    tags = f.words("Tags", most=2)
    agreed = f.tick("Agreed")


def load(**given):
    return Form().load({"title": "A title", **given})


def problems(**given):
    with pytest.raises(ValidationError) as refused:
        load(**given)
    return refused.value.messages


def test_what_is_not_given_has_its_empty_value():
    assert load() == {
        "title": "A title", "note": "", "door": None, "doors": [], "places": None, "at": None, "mailbox": "", "url": "",
        "tags": [], "agreed": False,
    }  # fmt: skip


def test_surrounding_blanks_are_taken_away():
    assert load(title="  A title\n")["title"] == "A title"


@pytest.mark.parametrize("name", ["door", "places", "at"])
def test_an_empty_field_of_a_form_means_that_nothing_was_given(name):
    assert load(**{name: " "})[name] is None


@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        ({"title": "  "}, "title", f.REQUIRED),
        ({"title": None}, "title", f.REQUIRED),
        ({"title": "x" * 11}, "title", f.TOO_LONG.replace("{max}", "10")),
        ({"door": "ajar"}, "door", f.NOT_A_CHOICE),
        ({"places": 0}, "places", f.OUT_OF_RANGE.replace("{min}", "1").replace("{max}", "9")),
        ({"places": "many"}, "places", f.NOT_A_NUMBER),
        ({"at": "2026-03-01T08:00:00"}, "at", f.NOT_A_DATE),
        ({"at": "tomorrow"}, "at", f.NOT_A_DATE),
        ({"mailbox": "nobody"}, "mailbox", f.NOT_A_MAIL),
        ({"url": "ftp://files.example"}, "url", f.NOT_A_URL),
        ({"url": "javascript:alert(1)"}, "url", f.NOT_A_URL),
        ({"colour": "red"}, "colour", "There is no field of this name."),
    ],
)
def test_what_cannot_be_accepted_is_told_at_its_field(given, field, message):
    assert problems(**given) == {field: [message]}


def test_every_choice_of_several_is_checked():
    assert list(problems(doors=["open", "ajar"])["doors"]) == [1]


def test_a_choice_is_loaded_as_the_term():
    assert load(door="shut")["door"] is Door.SHUT


def test_a_moment_is_loaded_in_utc_and_shown_in_utc():
    moment = load(at="2026-03-01T16:00:00+08:00")["at"]
    assert moment == datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert Form().dump({"at": moment})["at"] == "2026-03-01T08:00:00Z"


def test_a_number_may_come_as_text():
    assert load(places="3")["places"] == 3


def test_too_many_words_are_refused():
    assert "tags" in problems(tags=["a", "b", "c"])


def test_every_field_carries_its_label_and_widget():
    for name, field in Form().fields.items():
        assert field.metadata["label"], name
        assert field.metadata["widget"], name


class Remarks(f.Strict):
    remarks = f.remarks(names=("title",))


@pytest.mark.parametrize(
    ("given", "good"), [({"title": "unclear"}, True), ({"": "whole"}, True), ({}, False), ({"price": "x"}, False)]
)
def test_remarks_stand_at_known_fields_or_at_the_whole(given, good):
    if good:
        assert Remarks().load({"remarks": given}) == {"remarks": given}
    else:
        with pytest.raises(ValidationError):
            Remarks().load({"remarks": given})
