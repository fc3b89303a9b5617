"""No book of a test stays open."""

from collections.abc import Iterator

import pytest

from .telling import BOOKS


@pytest.fixture(autouse=True)
def close_books() -> Iterator[None]:
    """Close what the test has opened."""
    yield
    while BOOKS:
        BOOKS.pop().close()
