import pytest

from catalog.kernel.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound, SignInRequired, WrongState


def every(kind):
    return [kind, *(found for inner in kind.__subclasses__() for found in every(inner))]


def test_the_text_of_a_refusal_has_its_parameters_filled_in():
    assert str(WrongState(command="open", state="gone")) == "“open” is not possible any more: the present state is “gone”."


def test_a_refusal_keeps_its_msgid_and_parameters_apart_for_the_translation():
    refusal = WrongState(command="open", state="gone")
    assert "%(command)s" in refusal.message
    assert refusal.params == {"command": "open", "state": "gone"}


@pytest.mark.parametrize("kind", [NotFound, NotAllowed, SignInRequired, Conflict, Invalid])
def test_refusals_of_different_kinds_have_different_codes(kind):
    others = {other.code for other in every(DomainError) if other is not kind and other.__module__ == kind.__module__}
    assert kind.code not in others


def test_invalid_input_keeps_the_messages_of_each_field():
    assert Invalid({"title": ["too long"], "": ("whole",)}).fields == {"title": ["too long"], "": ["whole"]}
