"""What people do with the session book, from the page and by actions alike."""

from collections.abc import Callable
from functools import partial
import sqlite3
from typing import Any

from homeassistant.auth.models import User
from homeassistant.core import HomeAssistant

from .. import clock
from ..errors import refusal
from ..sessions.corrections import correct
from ..sessions.news import CORRECTED, News, news_of
from ..sessions.rights import Viewer
from ..sessions.statement_making import Nothing, make_statement
from ..sessions.statements import MixedCurrencies
from .session_rights import open_book


async def async_correct(
    hass: HomeAssistant, user: User | None, uid: str, field: str, value: Any, why: str
) -> None:
    """Correct a session, and tell who listens; raises CorrectionError."""

    def work(connection: sqlite3.Connection) -> News:
        correct(
            connection,
            uid,
            field,
            value,
            user_id=None if user is None else user.id,
            why=why,
            at=int(clock.now().timestamp()),
        )
        return _corrected(connection, uid)

    book = open_book(hass)
    book.announce(await book.change(work))


async def async_rework(
    hass: HomeAssistant, user: User | None, work: Callable[..., str | None], uid: str
) -> str | None:
    """Split or merge sessions, and tell who listens; raises CorrectionError."""

    def done(connection: sqlite3.Connection) -> tuple[str | None, News]:
        found = work(
            connection,
            user_id=None if user is None else user.id,
            now=int(clock.now().timestamp()),
        )
        return found, _corrected(connection, uid)

    book = open_book(hass)
    found, news = await book.change(done)
    book.announce(news)
    return found


def _corrected(connection: sqlite3.Connection, uid: str) -> News:
    (session,) = connection.execute(
        "SELECT id FROM session WHERE once = ?", (bytes.fromhex(uid),)
    ).fetchone()
    return news_of(connection, session, CORRECTED)


async def async_make_statement(
    hass: HomeAssistant,
    viewer: Viewer,
    number: int,
    *,
    person: int | None,
    place: int | None,
) -> dict[str, Any]:
    """Draw up a statement of what somebody may see; raises ServiceValidationError."""
    if not viewer.sees_all and (person is None or not viewer.sees(person)):
        raise refusal("book_not_yours")
    try:
        return await open_book(hass).change(
            partial(
                make_statement,
                month=number,
                person=person,
                place=place,
                at=int(clock.now().timestamp()),
                zone=hass.config.time_zone,
            )
        )
    except MixedCurrencies as error:
        raise refusal("book_mixed_currencies", currencies=str(error)) from error
    except Nothing as error:
        raise refusal("book_nothing") from error
