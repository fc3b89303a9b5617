"""What the page asks of the session book, and what administrators change in it.

Everybody sees their own sessions, as far as they are a driver's user; only administrators see all,
and change anything.
"""

from collections.abc import Callable, Mapping
from functools import partial, wraps
import sqlite3
from typing import Any, Final

import voluptuous as vol

from homeassistant.components.websocket_api import async_register_command
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.decorators import (
    async_response,
    require_admin,
    websocket_command,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send

from .. import clock
from ..actions.session_book import async_correct, async_make_statement, async_rework
from ..actions.session_rights import open_book, own_outlets, viewer_of
from ..const import DOMAIN
from ..errors import refusal
from ..sessions import drivers, keeping, views
from ..sessions.book import Book
from ..sessions.corrections import FIELDS, CorrectionError
from ..sessions.keeping import KeepingError
from ..sessions.months import month_number
from ..sessions.price_entities import tells_price
from ..sessions.queries import MOST, MOST_ID, PAGE, Cursor
from ..sessions.shared import SIGNAL_KEPT, async_shared_book
from ..sessions.split_merge import merge, split
from ..sessions.statement_making import made_statements
from ..sessions.writer import Work
from .websocket_api import Handler, Message, in_users_words

_MONTH: Final = vol.All(int, month_number)
_ID: Final = vol.All(int, vol.Range(min=1, max=MOST_ID))
_AT: Final = vol.All(int, vol.Range(min=0, max=253_402_300_799))
_TEXT: Final = vol.All(str, vol.Length(max=100))
_ASKED: Final = {
    vol.Required("month"): _MONTH,
    vol.Optional("places"): [_ID],
    vol.Optional("persons"): [_ID],
    vol.Optional("text"): _TEXT,
    vol.Optional("incomplete"): bool,
}


@callback
def async_register_session_commands(hass: HomeAssistant) -> None:
    """Make the commands known; once for the whole integration."""
    for command in (
        overview,
        month,
        list_sessions,
        details,
        my_outlets,
        correct_session,
        split_session,
        merge_sessions,
        reconciliation,
        kept,
        change_person,
        forget_person,
        give_card,
        take_card,
        add_tariff,
        end_tariff,
        change_place,
        change_settings,
        statement,
        statements,
    ):
        async_register_command(hass, command)


def _of_the_book(handler: Handler) -> Handler:
    """Say in the user's words what the book does not take."""

    @wraps(handler)
    async def answer(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
        try:
            await handler(hass, connection, msg)
        except (KeepingError, CorrectionError) as error:
            raise refusal(f"book_{error.key}") from error
        except (sqlite3.Error, OSError) as error:
            raise refusal("book_unreadable", error=str(error)) from error

    return in_users_words(answer)


type _Command = Callable[[HomeAssistant, ActiveConnection, Message], None]


def _command(name: str, of: Mapping[Any, Any] | None = None) -> Callable[[Handler], _Command]:
    """A command `ev_load_manager/sessions/<name>` with the fields of `of`, for everybody."""
    schema: dict[Any, Any] = {vol.Required("type"): f"{DOMAIN}/sessions/{name}"}

    def decorate(handler: Handler) -> _Command:
        return websocket_command(schema | dict(of or {}))(async_response(_of_the_book(handler)))

    return decorate


@_command("overview")
async def overview(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
    """Tell whether there is anything to see, and of which months, places and drivers."""
    book = async_shared_book(hass).book
    viewer = await viewer_of(hass, connection.user)
    found: dict[str, Any] = {"months": []}
    if book is not None:
        found = await book.read(partial(views.overview, viewer=viewer))
    connection.send_result(
        msg["id"],
        found
        | {"currency": hass.config.currency, "trouble": None if book is None else book.trouble},
    )


@_command("month", of=_ASKED)
async def month(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
    """Tell what a month adds up to, by place and by driver."""
    asked = views.asked_for(await viewer_of(hass, connection.user), msg)
    found = await open_book(hass).read(partial(views.month, asked=asked))
    connection.send_result(msg["id"], found)


@_command(
    "list",
    of={
        **_ASKED,
        vol.Optional("after"): vol.ExactSequence([int, int]),
        vol.Optional("most", default=PAGE): vol.All(int, vol.Range(min=1, max=MOST)),
    },
)
async def list_sessions(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
    """Tell a page of a month's sessions, the newest first, and where the next begins."""
    asked = views.asked_for(await viewer_of(hass, connection.user), msg)
    after = Cursor(*msg["after"]) if "after" in msg else None
    found = await open_book(hass).read(
        partial(views.listed, asked=asked, after=after, most=msg["most"])
    )
    connection.send_result(msg["id"], found)


@_command("details", of={vol.Required("uid"): str})
async def details(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
    """Tell all that is known of one session."""
    viewer = await viewer_of(hass, connection.user)
    users = await _users(hass) if viewer.sees_all else {}
    found = await open_book(hass).read(
        partial(views.details, uid=msg["uid"], viewer=viewer, users=users)
    )
    if found is None:
        raise refusal("book_no_session")
    connection.send_result(msg["id"], found)


@_command("my_outlets")
async def my_outlets(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
    """Tell where somebody's own session runs, or whose place is theirs: they may act there."""
    own = await own_outlets(hass, connection.user)
    connection.send_result(msg["id"], sorted(f"{charger}/{number}" for charger, number in own))


@require_admin
@_command(
    "correct",
    of={
        vol.Required("uid"): str,
        vol.Required("field"): vol.In(FIELDS),
        vol.Required("value"): vol.Any(None, bool, int, vol.All(str, vol.Length(max=500))),
        vol.Required("why"): vol.All(str, vol.Length(max=500)),
    },
)
async def correct_session(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
    """Change one thing of a session; what was told stays."""
    await async_correct(
        hass,
        connection.user,
        msg["uid"],
        msg["field"],
        msg["value"],
        msg["why"],
    )
    connection.send_result(msg["id"])


@require_admin
@_command(
    "split",
    of={
        vol.Required("uid"): str,
        vol.Required("at"): _AT,
        vol.Required("why"): vol.All(str, vol.Length(max=500)),
    },
)
async def split_session(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
    """Make two sessions of one: what came from a moment on is another's; its uid."""
    found = await async_rework(
        hass,
        connection.user,
        partial(split, uid=msg["uid"], at=msg["at"], why=msg["why"]),
        msg["uid"],
    )
    connection.send_result(msg["id"], found)


@require_admin
@_command(
    "merge",
    of={
        vol.Required("uid"): str,
        vol.Required("other"): str,
        vol.Required("why"): vol.All(str, vol.Length(max=500)),
    },
)
async def merge_sessions(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
    """Make one session of two of an outlet."""
    await async_rework(
        hass,
        connection.user,
        partial(merge, uid=msg["uid"], other_uid=msg["other"], why=msg["why"]),
        msg["uid"],
    )
    connection.send_result(msg["id"])


@require_admin
@_command("reconciliation", of={vol.Required("month"): _MONTH})
async def reconciliation(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
    """Compare a month's sessions with what the outlets' own meters counted."""
    found = await open_book(hass).read(
        partial(views.reconciliation, number=msg["month"], zone=hass.config.time_zone)
    )
    connection.send_result(msg["id"], found)


@require_admin
@_command("kept")
async def kept(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
    """Tell drivers, cards, prices, places and settings, and who could be a driver."""
    found = await open_book(hass).read(
        partial(views.kept, now=clock.now().timestamp(), zone=hass.config.time_zone)
    )
    users = await _users(hass)
    connection.send_result(
        msg["id"],
        found
        | {
            "users": [{"id": user, "name": name} for user, name in users.items()],
            "currency": hass.config.currency,
        },
    )


@require_admin
@_command(
    "change_person",
    of={
        vol.Optional("person"): _ID,
        vol.Required("name"): _TEXT,
        vol.Optional("kind", default="driver"): vol.In(("driver", "group", "guest")),
        vol.Optional("ref", default=""): _TEXT,
        vol.Optional("ha_user_id", default=None): vol.Any(None, str),
        vol.Optional("budget_wh", default=None): vol.Any(
            None, vol.All(int, vol.Range(min=0, max=1_000_000_000))
        ),
        vol.Optional("over_budget", default="warn"): vol.In(("warn", "refuse")),
        # Without it they stay where they are.
        vol.Optional("group"): vol.Any(None, _ID),
    },
)
async def change_person(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
    """Add a driver, or change one; the id."""
    user = msg["ha_user_id"]
    if user is not None and await hass.auth.async_get_user(user) is None:
        raise refusal("book_no_user")
    asked = ("name", "kind", "ref", "ha_user_id", "budget_wh", "over_budget")
    given = {key: msg[key] for key in asked}
    found = await _change(hass, partial(keeping.change_person, person=msg.get("person"), **given))
    if "group" in msg:
        now = int(clock.now().timestamp())
        await _change(hass, partial(keeping.change_group, person=found, group=msg["group"], at=now))
    connection.send_result(msg["id"], found)


@require_admin
@_command("forget_person", of={vol.Required("person"): _ID})
async def forget_person(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
    """Forget a driver: name, cards and account go, the energy stays."""
    at = int(clock.now().timestamp())
    await _change(hass, partial(drivers.forget, person=msg["person"], at=at))
    if (told := async_shared_book(hass).statistics) is not None:
        await told.forget(msg["person"])
    connection.send_result(msg["id"])


@require_admin
@_command(
    "give_card",
    of={
        vol.Required("person"): _ID,
        vol.Required("tag"): vol.All(str, vol.Length(max=36)),
        vol.Optional("from_ts"): _AT,
        vol.Optional("to_ts", default=None): vol.Any(None, _AT),
        vol.Optional("label", default=""): _TEXT,
        vol.Optional("vehicle", default=""): _TEXT,
    },
)
async def give_card(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
    """A card is a driver's from a moment on, and no longer who had it before's."""
    given = {key: msg[key] for key in ("person", "tag", "to_ts", "label", "vehicle")}
    now = int(clock.now().timestamp())
    await _change(hass, partial(keeping.give_card, now=now, from_ts=msg.get("from_ts"), **given))
    connection.send_result(msg["id"])


@require_admin
@_command("take_card", of={vol.Required("use"): _ID, vol.Optional("at"): _AT})
async def take_card(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
    """A card is no longer a driver's."""
    at = msg.get("at", int(clock.now().timestamp()))
    await _change(hass, partial(keeping.take_card, use=msg["use"], at=at))
    connection.send_result(msg["id"])


_PRICE: Final = vol.Any(int, float)


@require_admin
@_command(
    "add_tariff",
    of={
        vol.Optional("applies", default="all"): vol.In(("all", "place", "person")),
        vol.Optional("applies_to", default=None): vol.Any(None, _ID),
        vol.Optional("from_ts"): _AT,
        vol.Optional("price", default=None): vol.Any(None, _PRICE),
        vol.Optional("entity_id", default=None): vol.Any(None, str),
        vol.Optional("add", default=0.0): _PRICE,
        vol.Optional("per_hour", default=0.0): _PRICE,
        vol.Optional("per_session", default=0.0): _PRICE,
        vol.Optional("tax", default=None): vol.Any(None, _PRICE),
        vol.Optional("net", default=False): bool,
    },
)
async def add_tariff(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
    """A price from a moment on (now), in the place of the one before; its id."""
    given = {
        key: msg[key]
        for key in (
            *("applies", "applies_to", "price", "entity_id", "add"),
            *("per_hour", "per_session", "tax", "net"),
        )
    }
    entity = msg["entity_id"]
    if entity is not None and not tells_price(hass, entity):
        raise refusal("book_no_price_entity", entity=entity.strip() or "?")
    since = msg.get("from_ts", int(clock.now().timestamp()))
    found = await _change(
        hass,
        partial(keeping.add_tariff, from_ts=since, currency=hass.config.currency, **given),
    )
    await _price_since(hass, since)
    connection.send_result(msg["id"], found)


@require_admin
@_command("end_tariff", of={vol.Required("tariff"): _ID})
async def end_tariff(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
    """A price holds no longer."""
    now = int(clock.now().timestamp())
    await _change(hass, partial(keeping.end_tariff, tariff=msg["tariff"], at=now))
    await _price_since(hass, now)
    connection.send_result(msg["id"])


@require_admin
@_command(
    "change_place",
    of={
        vol.Required("place"): _ID,
        vol.Required("name"): _TEXT,
        vol.Optional("evse_id", default=""): vol.All(str, vol.Length(max=48)),
        vol.Optional("person", default=None): vol.Any(None, _ID),
        # Without them it is served as it was.
        vol.Inclusive("charger", "outlet"): vol.All(str, vol.Length(max=100)),
        vol.Inclusive("connector", "outlet"): vol.All(int, vol.Range(min=1, max=1000)),
    },
)
async def change_place(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
    """Name a place, and say whose it is, and which outlet serves it from now on."""
    given = {key: msg[key] for key in ("place", "name", "evse_id", "person")}

    def work(book: sqlite3.Connection) -> None:
        keeping.change_place(book, **given)
        if "charger" in msg:
            now = int(clock.now().timestamp())
            keeping.exchange_outlet(book, msg["place"], msg["charger"], msg["connector"], now)

    await _change(hass, work)
    connection.send_result(msg["id"])


@require_admin
@_command(
    "change_settings",
    of={
        vol.Optional("letterhead"): vol.All(str, vol.Length(max=keeping.LONGEST_TEXT)),
        vol.Optional("retention_months"): vol.Any(
            None, vol.All(int, vol.Range(min=1, max=keeping.MOST_MONTHS))
        ),
        vol.Optional("statistics"): bool,
        vol.Optional("driver_entities"): bool,
        vol.Optional("country_code"): vol.All(str, vol.Length(max=2)),
        vol.Optional("party_id"): vol.All(str, vol.Length(max=3)),
        vol.Optional("address"): vol.All(str, vol.Length(max=45)),
        vol.Optional("city"): vol.All(str, vol.Length(max=45)),
        vol.Optional("postal_code"): vol.All(str, vol.Length(max=10)),
    },
)
async def change_settings(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
    """Change what is set for the whole book."""
    changes = {key: value for key, value in msg.items() if key not in ("id", "type")}
    before = (await open_book(hass).read(keeping.settings))["statistics"]
    await _change(hass, partial(keeping.change_settings, changes=changes))
    wanted = changes.get("statistics", before)
    if wanted != before and (told := async_shared_book(hass).statistics) is not None:
        await told.switch(wanted)
    connection.send_result(msg["id"])


@_command(
    "statement",
    of={
        vol.Required("month"): _MONTH,
        vol.Optional("person"): _ID,
        vol.Optional("place"): _ID,
    },
)
async def statement(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
    """Draw up a month's statement and freeze it; its number and version."""
    viewer = await viewer_of(hass, connection.user)
    found = await async_make_statement(
        hass, viewer, msg["month"], person=msg.get("person"), place=msg.get("place")
    )
    connection.send_result(msg["id"], found)


@require_admin
@_command("statements", of={vol.Required("month"): _MONTH})
async def statements(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
    """Tell which statements of a month were made."""
    found = await open_book(hass).read(partial(made_statements, month=msg["month"]))
    connection.send_result(msg["id"], found)


async def _change[Result](hass: HomeAssistant, work: Work[Result]) -> Result:
    """Change something, and have prices listened to as they are then."""
    shared = async_shared_book(hass)
    found = await open_book(hass).change(work)
    if shared.prices is not None:
        await shared.prices.refresh()
    async_dispatcher_send(hass, SIGNAL_KEPT)
    return found


async def _price_since(hass: HomeAssistant, since: int) -> None:
    """Price anew what was not over then, in pieces: chargers tell on meanwhile."""
    book: Book = open_book(hass)
    after: int | None = 0
    while after is not None:
        after = await book.change(partial(keeping.price_some, since=since, after=after))


async def _users(hass: HomeAssistant) -> dict[str, str]:
    """The people who may sign in, by id."""
    return {
        user.id: user.name or user.id
        for user in await hass.auth.async_get_users()
        if not user.system_generated and user.is_active
    }
