from tests.unit.catalog.kernel.conftest import Door


def test_a_term_is_its_code_and_carries_both_labels():
    assert Door("open") is Door.OPEN
    assert Door.OPEN == "open"
    assert (Door.OPEN.label("zh"), Door.OPEN.label("en")) == ("开", "Open")


def test_a_language_nobody_knows_reads_english():
    assert Door.LOCKED.label("fr") == "Locked"


def test_codes_keep_the_order_of_declaration():
    assert Door.codes() == ("open", "shut", "locked", "gone")
