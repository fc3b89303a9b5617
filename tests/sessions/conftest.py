"""No book of a test stays open, and no thread of it calls what is the loop's."""

import asyncio
from collections.abc import Iterator
import sqlite3

import pytest

from .telling import BOOKS, new_book


@pytest.fixture(autouse=True)
def close_books() -> Iterator[None]:
    """Close what the test has opened."""
    yield
    while BOOKS:
        BOOKS.pop().close()


@pytest.fixture
def book() -> sqlite3.Connection:
    """An empty book."""
    return new_book()


@pytest.fixture(autouse=True)
async def enable_event_loop_debug() -> None:
    """Have the loop say so where another thread calls it."""
    asyncio.get_running_loop().set_debug(True)
