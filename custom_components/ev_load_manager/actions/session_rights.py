"""Who may see which sessions, and who may pause, go on and put first at an outlet.

Automations have no user, and may do what administrators may.
"""

from functools import partial
import sqlite3

from homeassistant.auth.models import User
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.exceptions import Unauthorized

from ..balancing.site import ConnectorId
from ..errors import refusal
from ..sessions.book import Book
from ..sessions.pauses import forget_pause, note_pause
from ..sessions.rights import ALL, Viewer, outlets_of, persons_of
from ..sessions.shared import async_shared_book


def open_book(hass: HomeAssistant) -> Book:
    """The session book; raises ServiceValidationError while no group runs."""
    book = async_shared_book(hass).book
    if book is None:
        raise refusal("book_closed")
    return book


async def viewer_of(hass: HomeAssistant, user: User | None) -> Viewer:
    """What somebody sees of the book; None is an automation."""
    if user is None or user.is_admin:
        return ALL
    return Viewer(await open_book(hass).read(lambda book: persons_of(book, user.id)))


async def user_of(hass: HomeAssistant, context: Context) -> User | None:
    """Who called; None: an automation. Raises Unauthorized for one who is not known any more."""
    if context.user_id is None:
        return None
    user = await hass.auth.async_get_user(context.user_id)
    if user is None:
        raise Unauthorized(context=context)
    return user


async def own_outlets(hass: HomeAssistant, user: User) -> frozenset[ConnectorId]:
    """Where a user's session runs, or whose place is theirs; none where the book can't be read."""
    book = async_shared_book(hass).book
    if book is None:
        return frozenset()
    try:
        found = await book.read(lambda connection: outlets_of(connection, user.id))
    except sqlite3.Error, OSError:
        return frozenset()
    return frozenset(ConnectorId(*one) for one in found)


@callback
def note_who_paused(
    hass: HomeAssistant, user: User | None, outlet: ConnectorId, *, allowed: bool
) -> None:
    """Somebody has let an outlet charge, or not: a driver's pause is for their own session only."""
    book = async_shared_book(hass).book
    if book is None:
        return
    charger, connector = outlet
    if allowed or user is None or user.is_admin:
        book.alter(partial(forget_pause, charger=charger, connector=connector))
    else:
        book.alter(partial(note_pause, user_id=user.id, charger=charger, connector=connector))


async def may_act_at(hass: HomeAssistant, user: User | None, outlet: ConnectorId) -> bool:
    """Whether somebody may pause, go on and put first at an outlet."""
    if user is None or user.is_admin:
        return True
    return user.is_active and outlet in await own_outlets(hass, user)
