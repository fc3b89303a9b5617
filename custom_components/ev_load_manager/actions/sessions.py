"""Actions: a month's sessions, as data and as files, and corrections.

Administrators and automations see all; a driver sees their own.
"""

from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, datetime
from functools import partial, wraps
import json
import sqlite3
from typing import Any, Final

import voluptuous as vol

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import Unauthorized
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util

from .. import clock
from ..const import DOMAIN
from ..errors import refusal
from ..sessions import drivers, views
from ..sessions.corrections import CorrectionError
from ..sessions.months import Month, month_at, month_number
from ..sessions.queries import Asked
from ..sessions.views import ATTR_SESSION
from .session_book import async_correct, async_make_statement
from .session_export import csv_of, ocpi_of, statement_html
from .session_rights import open_book, user_of, viewer_of

GET_SESSIONS: Final = "get_sessions"
EXPORT_SESSIONS: Final = "export_sessions"
CORRECT_SESSION: Final = "correct_session"

ATTR_MONTH: Final = "month"
ATTR_DRIVER: Final = "driver"
ATTR_TEXT: Final = "text"
ATTR_LIMIT: Final = "limit"
ATTR_FORMAT: Final = "format"
ATTR_LANGUAGE: Final = "language"
ATTR_FIELD: Final = "field"
ATTR_VALUE: Final = "value"
ATTR_REASON: Final = "reason"

THIS_MONTH: Final = "this"
LAST_MONTH: Final = "last"

MOST_CHARACTERS: Final = 20_000_000
"""Of one answer; what is more is a download."""

_WHICH: Final = {
    vol.Optional(ATTR_MONTH, default=THIS_MONTH): cv.string,
    vol.Optional(ATTR_DRIVER): cv.string,
}
_GET: Final = vol.Schema(
    {
        **_WHICH,
        vol.Optional(ATTR_TEXT, default=""): vol.All(cv.string, vol.Length(max=100)),
        vol.Optional(ATTR_LIMIT, default=100): vol.All(vol.Coerce(int), vol.Range(min=1, max=1000)),
    }
)
_EXPORT: Final = vol.Schema(
    {
        **_WHICH,
        vol.Required(ATTR_FORMAT): vol.In(("csv", "spreadsheet", "ocpi", "statement")),
        vol.Optional(ATTR_LANGUAGE): cv.string,
    }
)
_CORRECT: Final = vol.Schema(
    {
        vol.Required(ATTR_SESSION): cv.string,
        vol.Required(ATTR_FIELD): vol.In(("driver", "energy", "void", "note", "start", "end")),
        vol.Optional(ATTR_VALUE): vol.Any(None, bool, int, float, cv.string),
        vol.Required(ATTR_REASON): vol.All(cv.string, vol.Length(max=500)),
    }
)


@callback
def async_setup_session_services(hass: HomeAssistant) -> None:
    """Make these actions known; once for the whole integration."""
    for name, action, schema, answers in (
        (GET_SESSIONS, _get_sessions, _GET, SupportsResponse.ONLY),
        (EXPORT_SESSIONS, _export_sessions, _EXPORT, SupportsResponse.ONLY),
        (CORRECT_SESSION, _correct_session, _CORRECT, SupportsResponse.NONE),
    ):
        hass.services.async_register(DOMAIN, name, action, schema=schema, supports_response=answers)


type _Action[Answer] = Callable[[ServiceCall], Coroutine[Any, Any, Answer]]


def _of_the_book[Answer](action: _Action[Answer]) -> _Action[Answer]:
    """Say in the user's words that the book can't be read."""

    @wraps(action)
    async def act(call: ServiceCall) -> Answer:
        try:
            return await action(call)
        except (sqlite3.Error, OSError) as error:
            raise refusal("book_unreadable", error=str(error)) from error

    return act


@_of_the_book
async def _get_sessions(call: ServiceCall) -> ServiceResponse:
    asked = await _asked(call)
    book = open_book(call.hass)
    found = await book.read(
        partial(views.listed, asked=asked, after=None, most=call.data[ATTR_LIMIT])
    )
    totals = await book.read(partial(views.month, asked=asked))
    return {
        "month": Month.of(asked.month).text,
        "sessions": [_described(row) for row in found["rows"]],
        "more": found["more"] is not None,
        "total": {**totals["total"], "currency": totals["currency"]},
        "drivers": totals["persons"],
        "places": totals["places"],
    }


def _described(row: Mapping[str, Any]) -> dict[str, Any]:
    """A session with times that templates can read."""
    times = {
        name: None if row[name] is None else datetime.fromtimestamp(row[name], UTC).isoformat()
        for name in ("start", "end")
    }
    return {**row, **times}


@_of_the_book
async def _export_sessions(call: ServiceCall) -> ServiceResponse:
    asked = await _asked(call)
    hass, form = call.hass, call.data[ATTR_FORMAT]
    language = call.data.get(ATTR_LANGUAGE, hass.config.language).partition("-")[0]
    month = Month.of(asked.month).text
    match form:
        case "ocpi":
            viewer = await viewer_of(hass, await user_of(hass, call.context))
            found = await ocpi_of(hass, asked, hands_on=viewer.sees_all)
            content = await hass.async_add_executor_job(partial(json.dumps, found, indent=1))
            return _file(content, f"cdrs_{month}.json", "application/json")
        case "statement":
            return await _statement(call, asked, language)
    pieces: list[str] = []
    lines = csv_of(hass, asked, language=language, spreadsheet=form == "spreadsheet")
    async for piece in lines:
        pieces.append(piece)
        if sum(map(len, pieces)) > MOST_CHARACTERS:
            raise refusal("period_too_long")
    return _file("".join(pieces), f"sessions_{month}.csv", "text/csv")


async def _statement(call: ServiceCall, asked: Asked, language: str) -> ServiceResponse:
    viewer = await viewer_of(call.hass, await user_of(call.hass, call.context))
    persons = asked.persons
    if persons is not None and len(persons) != 1:
        raise refusal("book_no_driver")
    person = None if persons is None else next(iter(persons))
    made = await async_make_statement(call.hass, viewer, asked.month, person=person, place=None)
    content = await statement_html(
        call.hass, viewer, made["number"], made["version"], language=language
    )
    return {**_file(content, f"{made['number']}_{made['version']}.html", "text/html"), **made}


def _file(content: str, filename: str, content_type: str) -> dict[str, Any]:
    return {"content": content, "filename": filename, "content_type": content_type}


@_of_the_book
async def _correct_session(call: ServiceCall) -> None:
    user = await user_of(call.hass, call.context)
    if user is not None and not user.is_admin:
        raise Unauthorized(context=call.context)
    field, value = await _corrected(call)
    try:
        await async_correct(
            call.hass, user, call.data[ATTR_SESSION], field, value, call.data[ATTR_REASON]
        )
    except CorrectionError as error:
        raise refusal(f"book_{error.key}") from error


async def _corrected(call: ServiceCall) -> tuple[str, int | str | None]:
    """What of a session is changed to what, in the book's words."""
    field, value = call.data[ATTR_FIELD], call.data.get(ATTR_VALUE)
    name = {"driver": "person", "energy": "wh"}.get(field, field)
    if value is None or value == "":
        return name, None
    try:
        match field:
            case "driver":
                (person,) = await _drivers(call.hass, str(value))
                return name, person
            case "energy" if not isinstance(value, bool):
                return name, round(float(value) * 1000)
            case "void":
                return name, int(cv.boolean(value))
            case "note":
                return name, str(value)
        moment = dt_util.parse_datetime(str(value), raise_on_error=True)
        return name, int(dt_util.as_utc(moment).timestamp())
    except (ValueError, OverflowError, vol.Invalid) as error:
        raise refusal("book_no_number") from error


async def _asked(call: ServiceCall) -> Asked:
    """Which sessions are meant, of those that who calls may see."""
    viewer = await viewer_of(call.hass, await user_of(call.hass, call.context))
    persons: frozenset[int] | None = None
    if named := call.data.get(ATTR_DRIVER):
        persons = await _drivers(call.hass, named)
        if not viewer.within(persons):
            raise refusal("book_no_driver")
    return Asked(
        month=_month(call.hass, call.data[ATTR_MONTH]),
        persons=viewer.within(persons),
        text=call.data.get(ATTR_TEXT, ""),
    )


async def _drivers(hass: HomeAssistant, name: str) -> frozenset[int]:
    """The driver with a name; raises ServiceValidationError where there is none."""
    found = await open_book(hass).read(drivers.named)
    ids = frozenset(one for one, called in found if called.casefold() == name.strip().casefold())
    if len(ids) != 1:
        raise refusal("book_no_driver")
    return ids


def _month(hass: HomeAssistant, text: str) -> int:
    """A month: `this`, `last`, or as "2026-10"."""
    now = month_at(clock.now().timestamp(), hass.config.time_zone)
    if text == THIS_MONTH:
        return now.number
    if text == LAST_MONTH:
        return now.before().number
    year, _, month = text.partition("-")
    try:
        return month_number(int(year) * 100 + int(month))
    except ValueError as error:
        raise refusal("book_no_month") from error
