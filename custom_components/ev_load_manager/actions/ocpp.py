"""Actions for people who know OCPP: administrators only, and no way past a limit."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

import voluptuous as vol

from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.service import async_register_admin_service
from homeassistant.util import dt as dt_util

from .. import clock
from ..balancing.readings import Status
from ..const import DOMAIN
from ..csms.charge_point import authorization
from ..csms.charge_point.authorization import LONGEST
from ..csms.charge_point.charge_point import Change
from ..csms.dialect import Dialect, ManualCallError, Question, TagStatus
from ..csms.models import load_catalogue
from ..csms.onboarding.configuration import Configuration
from ..csms.transport.errors import CallError, CallTimeout, ChargePointError, NotConnected
from ..csms.transport.masking import masked
from ..entities.targets import ChargerTarget, ConnectorTarget, Place, places
from ..errors import refusal

ATTR_ACTION: Final = "action"
ATTR_AVAILABLE: Final = "available"
ATTR_CONNECTOR: Final = "connector"
ATTR_DRIVER: Final = "driver"
ATTR_LOCATION: Final = "location"
ATTR_LOST_LINK: Final = "lost_link"
ATTR_PAYLOAD: Final = "payload"
ATTR_RESTART: Final = "restart"
ATTR_RETRIEVE: Final = "retrieve_at"
ATTR_START: Final = "start"
ATTR_END: Final = "end"
ATTR_TYPE: Final = "type"
ATTR_UNTIL: Final = "until"

REMOTE_TAG: Final = "HOMEASSISTANT"
"""Who charges where everybody may and nobody was named."""

_DEVICE: Final = vol.Schema({vol.Required(ATTR_DEVICE_ID): cv.string})
type _Fields = dict[vol.Marker, Any]

_CONNECTOR: Final[_Fields] = {
    vol.Optional(ATTR_CONNECTOR): vol.All(vol.Coerce(int), vol.Range(min=1))
}
_LOCATION: Final[_Fields] = {vol.Required(ATTR_LOCATION): vol.All(cv.string, vol.Length(min=1))}


@dataclass(frozen=True, slots=True)
class _Charger:
    """The charger that an action is for, and its outlet, if one was named."""

    place: ChargerTarget
    number: int | None

    @property
    def name(self) -> str:
        """What people call it."""
        return self.place.settings.name

    @property
    def dialect(self) -> Dialect:
        """The version of OCPP that it speaks."""
        return self.place.point.dialect

    async def ask(self, question: Question) -> dict[str, Any]:
        """Send a call and return the answer; raises HomeAssistantError."""
        action = question.action
        try:
            answer = await self.place.point.call(question)
        except CallTimeout as error:
            raise self.failed("charger_no_answer", action=action) from error
        except CallError as error:
            raise self.failed("charger_refused", action=action, error=str(error)) from error
        except ChargePointError as error:
            raise self.failed("charger_not_connected") from error
        if self.dialect.resets(question) and self.dialect.accepts(answer):
            self.place.control.limits.expect_reboot()
        self._note_reservation(question, answer)
        return answer

    def _note_reservation(self, question: Question, answer: dict[str, Any]) -> None:
        """Remember what it agreed to keep for somebody, and that it keeps something no more."""
        point = self.place.point
        if question.reservation is not None and self.dialect.accepts(answer):
            point.reservations.add(question.reservation)
        elif question.cancels is not None and self.dialect.is_cancelled(answer):
            point.reservations.remove(question.cancels)
        else:
            return
        point.changed(Change.STATUS)

    async def order(self, question: Question) -> dict[str, Any]:
        """The same for a call whose answer tells whether it is done."""
        answer = await self.ask(question)
        if not self.dialect.carries_out(question, answer):
            status = self.dialect.status(answer)
            raise self.failed("charger_refused", action=question.action, error=status)
        return answer

    async def tells(self, key: str) -> int | None:
        """A configuration key's number; None where it tells none."""
        configuration = Configuration(self.place.point)
        try:
            await configuration.read((key,))
        except ChargePointError:
            return None
        return configuration.number(key)

    @property
    def only_outlet(self) -> int:
        """The number of its outlet, where it has one; 0, which is any, where it has more."""
        numbers = tuple(self.place.point.connectors)
        return numbers[0] if len(numbers) == 1 else 0

    def failed(self, key: str, **placeholders: str) -> HomeAssistantError:
        """What tells people that it did not do as it was asked."""
        return HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key=key,
            translation_placeholders={"charger": self.name, **placeholders},
        )


type Handler = Callable[[HomeAssistant, _Charger, ServiceCall], Awaitable[dict[str, Any]]]


@callback
def async_setup_ocpp_services(hass: HomeAssistant) -> None:
    """Make the actions known; once for the whole integration."""
    for name, handler, schema in _ACTIONS:
        async_register_admin_service(
            hass,
            DOMAIN,
            name,
            partial(_async_handle, handler),
            schema=_DEVICE.extend(schema),
            supports_response=SupportsResponse.OPTIONAL,
        )


async def _async_handle(handler: Handler, call: ServiceCall) -> ServiceResponse:
    answer = await handler(call.hass, _charger(call), call)
    # What a charger tells may hold secrets, and answers are kept in traces.
    response: dict[str, Any] = masked(answer)
    return response


def _charger(call: ServiceCall) -> _Charger:
    """The charger that is meant; raises ServiceValidationError where it is none."""
    device = dr.async_get(call.hass).async_get(call.data[ATTR_DEVICE_ID])
    keys = set() if device is None else device.identifiers
    named = call.data.get(ATTR_CONNECTOR)
    for place in _all_places(call.hass):
        if (DOMAIN, place.key) not in keys:
            continue
        match place:
            case ChargerTarget():
                return _Charger(place, named)
            case ConnectorTarget():
                return _Charger(place.charger, named or place.number)
    raise refusal("device_no_charger")


def _all_places(hass: HomeAssistant) -> list[Place]:
    return [
        place
        for entry in hass.config_entries.async_loaded_entries(DOMAIN)
        for place in places(hass, entry)
    ]


async def _call_ocpp(hass: HomeAssistant, charger: _Charger, call: ServiceCall) -> dict[str, Any]:
    action, payload = call.data[ATTR_ACTION], call.data[ATTR_PAYLOAD]

    def check() -> None:
        charger.dialect.check_manual_call(action, payload, load_catalogue())

    try:
        await hass.async_add_executor_job(check)
    except ManualCallError as error:
        raise refusal(error.key, **error.placeholders) from error
    question = charger.dialect.manual_call(action, payload)
    if question.id_tag is not None:
        _check_tag(charger, question.id_tag)
    return await charger.ask(question)


async def _reset(hass: HomeAssistant, charger: _Charger, call: ServiceCall) -> dict[str, Any]:
    return await charger.order(charger.dialect.reset(hard=call.data[ATTR_TYPE] == "hard"))


async def _unlock(hass: HomeAssistant, charger: _Charger, call: ServiceCall) -> dict[str, Any]:
    number = charger.number or 1
    state = charger.place.point.connectors.get(number)
    plug = None if state is None else state.plug
    return await charger.order(charger.dialect.unlock(number, plug))


async def _availability(
    hass: HomeAssistant, charger: _Charger, call: ServiceCall
) -> dict[str, Any]:
    question = charger.dialect.set_available(
        charger.number or 0, available=call.data[ATTR_AVAILABLE]
    )
    return await charger.order(question)


async def _remote_start(
    hass: HomeAssistant, charger: _Charger, call: ServiceCall
) -> dict[str, Any]:
    id_tag = _tag(charger, call.data.get(ATTR_DRIVER, "").strip())
    # Without a connector it is left to the charger which one is meant: many refuse that.
    number = charger.number or _plugged_in(charger)
    charger.place.manager.access.ordered(id_tag)
    return await charger.order(charger.dialect.start(number, id_tag))


def _plugged_in(charger: _Charger) -> int:
    """The outlet at which a session can begin; raises ServiceValidationError."""
    states = charger.place.point.connectors
    if len(states) <= 1:
        return next(iter(states), 1)
    waiting = [
        number for number, state in sorted(states.items()) if state.status is Status.PREPARING
    ]
    if len(waiting) != 1:
        raise refusal("outlet_needed", charger=charger.name)
    return waiting[0]


async def _remote_stop(hass: HomeAssistant, charger: _Charger, call: ServiceCall) -> dict[str, Any]:
    running = {
        number: state.transaction.id
        for number, state in charger.place.point.connectors.items()
        if state.transaction is not None and charger.number in (None, number)
    }
    if not running:
        raise refusal("no_session")
    if len(running) > 1:
        raise refusal("several_sessions", charger=charger.name)
    (transaction_id,) = running.values()
    return await charger.order(charger.dialect.stop(transaction_id))


async def _reserve(hass: HomeAssistant, charger: _Charger, call: ServiceCall) -> dict[str, Any]:
    until = dt_util.as_utc(call.data[ATTR_UNTIL])
    if until <= clock.now():
        raise refusal("reservation_over")
    id_tag = _tag(charger, call.data[ATTR_DRIVER].strip())
    question = charger.dialect.reserve(
        charger.place.point.reservations.next_id(),
        charger.number or charger.only_outlet,
        id_tag,
        until,
        group=charger.place.manager.access.id_tags.info(id_tag).group,
    )
    return await charger.order(question)


async def _cancel_reservation(
    hass: HomeAssistant, charger: _Charger, call: ServiceCall
) -> dict[str, Any]:
    reservations = charger.place.point.reservations
    # What is kept at any outlet shows at each of them, and ends at each.
    kept = reservations.of(charger.number or charger.only_outlet) or reservations.of(0)
    if kept is None:
        raise refusal("no_reservation", charger=charger.name)
    return await charger.order(charger.dialect.cancel_reservation(kept.id))


async def _local_list(hass: HomeAssistant, charger: _Charger, call: ServiceCall) -> dict[str, Any]:
    tags = charger.place.manager.access.accepted
    told = await charger.ask(charger.dialect.read_list_version())
    version = charger.dialect.list_version(told)
    if version is None or version < 0:
        raise refusal("no_local_list", charger=charger.name)
    at_once = await charger.tells(charger.dialect.list_portion) or authorization.AT_ONCE
    for portion in authorization.portions(tags, at_once=at_once):
        version += 1
        await charger.order(charger.dialect.write_list(version, portion.infos, adds=portion.adds))
    return {"version": version, "tags": len(tags)}


async def _diagnostics(hass: HomeAssistant, charger: _Charger, call: ServiceCall) -> dict[str, Any]:
    question = charger.dialect.upload_diagnostics(
        call.data[ATTR_LOCATION], _moment(call, ATTR_START), _moment(call, ATTR_END)
    )
    return await charger.ask(question)


async def _firmware(hass: HomeAssistant, charger: _Charger, call: ServiceCall) -> dict[str, Any]:
    at = _moment(call, ATTR_RETRIEVE) or clock.now()
    return await charger.ask(charger.dialect.update_firmware(call.data[ATTR_LOCATION], at))


async def _check(hass: HomeAssistant, charger: _Charger, call: ServiceCall) -> dict[str, Any]:
    control = charger.place.control
    try:
        finding = await control.check_alone(
            lost_link=call.data[ATTR_LOST_LINK], restart=call.data[ATTR_RESTART]
        )
    except NotConnected as error:
        raise charger.failed("charger_not_connected") from error
    except TimeoutError as error:
        raise charger.failed("charger_no_answer", action=charger.dialect.limit_name) from error
    report = control.fail_safe
    return {
        "finding": finding.value,
        "state": report.state.value,
        "fallback": report.fallback,
        "after": report.lifetime,
        "kept_over_link": report.kept_over_link,
        "kept_over_reboot": report.kept_over_reboot,
    }


def _tag(charger: _Charger, driver: str) -> str:
    """The id tag of a driver, who was named or not; raises ServiceValidationError."""
    id_tags = charger.place.manager.access.id_tags
    if not driver:
        if id_tags.accept_all:
            return REMOTE_TAG
        raise refusal("driver_needed")
    known = id_tags.find(driver)
    tag = driver if known is None else known.id_tag
    if len(tag) > LONGEST:
        raise refusal("driver_unknown")
    _check_tag(charger, tag)
    return tag


def _check_tag(charger: _Charger, tag: str) -> None:
    access = charger.place.manager.access
    if access.may_begin_none(tag):
        raise refusal("driver_over_budget")
    match access.status(tag):
        case TagStatus.BLOCKED:
            raise refusal("driver_blocked")
        case TagStatus.EXPIRED:
            raise refusal("driver_expired")
        case TagStatus.INVALID:
            raise refusal("driver_unknown")


def _moment(call: ServiceCall, attribute: str) -> datetime | None:
    moment: datetime | None = call.data.get(attribute)
    return None if moment is None else dt_util.as_utc(moment)


_ACTIONS: Final[tuple[tuple[str, Handler, _Fields], ...]] = (
    (
        "check_without_home_assistant",
        _check,
        {
            vol.Optional(ATTR_LOST_LINK, default=False): cv.boolean,
            vol.Optional(ATTR_RESTART, default=False): cv.boolean,
        },
    ),
    (
        "call_ocpp",
        _call_ocpp,
        {vol.Required(ATTR_ACTION): cv.string, vol.Optional(ATTR_PAYLOAD, default=dict): dict},
    ),
    (
        "reset_charger",
        _reset,
        {vol.Optional(ATTR_TYPE, default="soft"): vol.In(("soft", "hard"))},
    ),
    ("unlock_connector", _unlock, _CONNECTOR),
    (
        "set_availability",
        _availability,
        {vol.Required(ATTR_AVAILABLE): cv.boolean, **_CONNECTOR},
    ),
    ("remote_start", _remote_start, {vol.Optional(ATTR_DRIVER): cv.string, **_CONNECTOR}),
    ("remote_stop", _remote_stop, _CONNECTOR),
    (
        "reserve",
        _reserve,
        {
            vol.Required(ATTR_DRIVER): vol.All(cv.string, vol.Length(min=1)),
            vol.Required(ATTR_UNTIL): cv.datetime,
            **_CONNECTOR,
        },
    ),
    ("cancel_reservation", _cancel_reservation, _CONNECTOR),
    ("send_local_list", _local_list, {}),
    (
        "upload_diagnostics",
        _diagnostics,
        {
            **_LOCATION,
            vol.Optional(ATTR_START): cv.datetime,
            vol.Optional(ATTR_END): cv.datetime,
        },
    ),
    (
        "update_firmware",
        _firmware,
        {**_LOCATION, vol.Optional(ATTR_RETRIEVE): cv.datetime},
    ),
)
