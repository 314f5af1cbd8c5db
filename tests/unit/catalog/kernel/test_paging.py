import pytest
from sqlalchemy import select

from catalog.kernel.outbox import OutboxRow
from catalog.kernel.paging import MAX_SIZE, Page, paginate
from tests.unit.catalog.kernel.conftest import START

ORDERED = select(OutboxRow).order_by(OutboxRow.id)


@pytest.fixture
def session(store):
    with store.writers() as session:
        session.add_all(OutboxRow(id=f"{number:03}", topic="mail", payload={}, due_at=START) for number in range(45))
        session.flush()
        yield session


@pytest.mark.parametrize(
    ("number", "first", "count", "shown"),
    [(1, "000", 20, 1), (2, "020", 20, 2), (3, "040", 5, 3), (4, "040", 5, 3), (0, "000", 20, 1), (-7, "000", 20, 1)],
)
def test_a_page_outside_is_brought_into_range(session, number, first, count, shown):
    page = paginate(session, ORDERED, number, 20)
    assert (page.items[0].id, len(page.items), page.number, page.total, page.pages) == (first, count, shown, 45, 3)


@pytest.mark.parametrize(("asked", "given"), [(0, 1), (10, 10), (5_000, MAX_SIZE)])
def test_the_size_of_a_page_is_limited(session, asked, given):
    assert paginate(session, ORDERED, 1, asked).size == given


def test_an_empty_list_has_one_empty_page(session):
    page = paginate(session, ORDERED.where(OutboxRow.topic == "fax"))
    assert (page.items, page.number, page.pages, page.total) == ([], 1, 1, 0)


def test_a_full_last_page_makes_no_empty_one():
    assert Page([], 1, 20, 40).pages == 2
