"""Groups in a real Home Assistant, with real sockets, for tests to play with."""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager.const import (
    CONF_CHARGER,
    CONF_CHARGER_ID,
    CONF_CONNECTORS,
    CONF_IDENTITY,
    CONF_LISTEN_HOST,
    CONF_LISTEN_PORT,
    CONF_MAXIMUM,
    CONF_MAXIMUM_CURRENT,
    CONF_MINIMUM,
    CONF_PARENT,
    CONF_PHASES,
    CONF_POLICY,
    CONF_PRIORITY,
    CONF_RATED_CURRENT,
    CONF_ROLE,
    CONF_UNIT,
    CONF_URL,
    CONF_VOLTAGE,
    CONF_WIRING,
    DIRECTLY,
    DOMAIN,
    ROLE_DECIDES,
    SUBENTRY_BACKEND,
    SUBENTRY_CHARGER,
    SUBENTRY_FEEDER,
    UNIT_AMPERE,
)
from custom_components.ev_load_manager.flows.flow_schemas import CHARGER_SECTIONS, GROUP_SECTIONS
from custom_components.ev_load_manager.flows.sections import Sections
from custom_components.ev_load_manager.sessions import keeping
from custom_components.ev_load_manager.sessions.shared import SIGNAL_KEPT, async_shared_book
from homeassistant.config_entries import (
    SOURCE_USER,
    ConfigEntryState,
    ConfigSubentry,
    ConfigSubentryData,
    ConfigSubentryDataWithId,
)
from homeassistant.const import CONF_NAME
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, State, callback
from homeassistant.data_entry_flow import section
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.helpers.event import async_track_state_change_event
from tests.csms.client import Client
from tests.csms.conftest import ago, sample

LOCALHOST = "127.0.0.1"

GROUP: Mapping[str, Any] = {
    CONF_PHASES: 3,
    CONF_VOLTAGE: 230.0,
    CONF_RATED_CURRENT: 25.0,
    CONF_MAXIMUM_CURRENT: 20.0,
    CONF_POLICY: "take_turns",
    CONF_LISTEN_HOST: LOCALHOST,
    CONF_LISTEN_PORT: 0,
}

CHARGER: Mapping[str, Any] = {
    CONF_WIRING: "l1_l2_l3",
    CONF_UNIT: UNIT_AMPERE,
    CONF_MINIMUM: 6.0,
    CONF_MAXIMUM: 16.0,
    CONF_PRIORITY: "normal",
    CONF_CONNECTORS: 1,
}

OBEDIENT: Mapping[str, Any] = {
    "ChangeAvailability": {"status": "Accepted"},
    "ChangeConfiguration": {"status": "Accepted"},
    "ClearChargingProfile": {"status": "Accepted"},
    "GetConfiguration": {"configurationKey": [], "unknownKey": []},
    "SetChargingProfile": {"status": "Accepted"},
    "TriggerMessage": {"status": "Accepted"},
}
"""Answers of a charger that does what it is told."""


def charger(charger_id: str, name: str = "", **data: Any) -> ConfigSubentryData:
    """A charger's subentry."""
    return ConfigSubentryData(
        data={CONF_CHARGER_ID: charger_id, **CHARGER, **data},
        subentry_type=SUBENTRY_CHARGER,
        title=name or charger_id,
        unique_id=charger_id,
    )


def feeder(feeder_id: str, name: str = "", **data: Any) -> ConfigSubentryDataWithId:
    """A feeder's subentry with a chosen id; it hangs on the group unless told otherwise."""
    return ConfigSubentryDataWithId(
        data={
            CONF_PARENT: DIRECTLY,
            CONF_RATED_CURRENT: 16.0,
            CONF_MAXIMUM_CURRENT: 16.0,
            **data,
        },
        subentry_id=feeder_id,
        subentry_type=SUBENTRY_FEEDER,
        title=name or feeder_id,
        unique_id=None,
    )


def group(*chargers: ConfigSubentryData, name: str = "Garage", **data: Any) -> MockConfigEntry:
    """A group's entry, listening on a free port unless told otherwise."""
    return MockConfigEntry(
        domain=DOMAIN, title=name, data={**GROUP, **data}, subentries_data=list(chargers)
    )


def add_backend(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    charger_id: str,
    *,
    title: str = "Operator",
    **data: Any,
) -> None:
    """Give a charger a billing backend, which nobody answers for unless told otherwise."""
    backend = ConfigSubentryData(
        data={
            CONF_CHARGER: subentry_id(entry, charger_id),
            CONF_URL: f"ws://{LOCALHOST}:1",
            CONF_IDENTITY: charger_id,
            CONF_ROLE: ROLE_DECIDES,
            **data,
        },
        subentry_type=SUBENTRY_BACKEND,
        title=title,
        unique_id=None,
    )
    hass.config_entries.async_add_subentry(entry, ConfigSubentry(**backend))


async def set_up(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Set up a group."""
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED


def subentry_id(entry: MockConfigEntry, charger_id: str) -> str:
    """The subentry of a charger."""
    return next(
        subentry.subentry_id
        for subentry in entry.subentries.values()
        if subentry.data.get(CONF_CHARGER_ID) == charger_id
    )


def client(entry: MockConfigEntry, charger_id: str, **how: Any) -> Client:
    """An obedient charger that will dial the group's port."""
    socket = Client(entry.runtime_data, charger_id, **how)
    socket.answers.update(OBEDIENT)
    return socket


async def open_charger(
    hass: HomeAssistant, entry: MockConfigEntry, charger_id: str, what: str = "reconfigure"
) -> dict[str, Any]:
    """Open what changes a charger's settings, or what has it checked (`check_alone`)."""
    result: dict[str, Any] = await entry.start_subentry_reconfigure_flow(
        hass, subentry_id(entry, charger_id)
    )
    if entry.state is not ConfigEntryState.LOADED:
        return result  # there is nothing to choose from
    assert result["step_id"] == "change"
    form: dict[str, Any] = await hass.config_entries.subentries.async_configure(
        result["flow_id"], {"next_step_id": what}
    )
    return form


def entity_of(hass: HomeAssistant, platform: str, *unique_id: object) -> str:
    """The id of the entity with the unique id whose parts are given."""
    entity_id = er.async_get(hass).async_get_entity_id(
        platform, DOMAIN, "_".join(map(str, unique_id))
    )
    assert entity_id is not None, unique_id
    return entity_id


async def until_state(
    hass: HomeAssistant, entity_id: str, wanted: str | Callable[[State], bool]
) -> State:
    """Wait for an entity's state."""

    def fits(state: State | None) -> bool:
        if state is None:
            return False
        return wanted(state) if callable(wanted) else state.state == wanted

    arrived = asyncio.Event()

    @callback
    def look(event: Event[EventStateChangedData]) -> None:
        if fits(event.data["new_state"]):
            arrived.set()

    end = async_track_state_change_event(hass, entity_id, look)
    state = hass.states.get(entity_id)
    if not fits(state):
        await arrived.wait()
    end()
    state = hass.states.get(entity_id)
    assert state is not None
    return state


async def until_step(entry: MockConfigEntry, condition: Callable[[], bool]) -> None:
    """Wait for a step of the group after which `condition` is true."""
    if condition():
        return
    done = asyncio.Event()

    def look() -> None:
        if condition():
            done.set()

    end = entry.runtime_data.add_listener(look)
    await done.wait()
    end()


async def hold_at_zero(hass: HomeAssistant, entry: MockConfigEntry, charger_id: str) -> None:
    """Forbid a charger's outlet to charge: only where limit and fallback differ is seen what it keeps."""
    allowed = entity_of(hass, "switch", subentry_id(entry, charger_id), 1, "charging_allowed")
    limit = entry.runtime_data.access.control(charger_id).limits.keeper(1)
    await hass.services.async_call("switch", "turn_off", {"entity_id": allowed}, blocking=True)
    await until_step(entry, lambda: limit.offer.accepted == 0.0)


def group_form(port: int, **changes: Any) -> dict[str, Any]:
    """What somebody types into the group's form."""
    typed = {CONF_NAME: "Garage", **GROUP, CONF_PHASES: "3", CONF_LISTEN_PORT: port, **changes}
    return in_sections(typed, GROUP_SECTIONS)


def charger_form(**changes: Any) -> dict[str, Any]:
    """What somebody types into a charger's form."""
    return in_sections({CONF_NAME: "Left", **CHARGER, **changes}, CHARGER_SECTIONS)


def in_sections(values: Mapping[str, Any], sections: Sections) -> dict[str, Any]:
    """What is typed, section by section."""
    inside = {key for keys in sections.values() for key in keys}
    typed = {key: value for key, value in values.items() if key not in inside}
    for name, keys in sections.items():
        if found := {key: values[key] for key in keys if key in values}:
            typed[name] = found
    return typed


async def name_charger(hass: HomeAssistant, entry: MockConfigEntry, charger_id: str) -> Any:
    """Begin to add the charger with this id: the form of its settings, or what is wrong with it."""
    return await hass.config_entries.subentries.async_init(
        (entry.entry_id, SUBENTRY_CHARGER),
        context={"source": SOURCE_USER},
        data={CONF_CHARGER_ID: charger_id},
    )


def suggested(result: Any, key: str) -> Any:
    """What a form shows in a field."""
    marker = next(marker for marker in fields_of(result) if marker == key)
    return (marker.description or {}).get("suggested_value")


def fields_of(result: Any) -> dict[Any, Any]:
    """The fields of a form, also those in its sections, and what picks their values."""
    fields: dict[Any, Any] = {}
    for marker, field in result["data_schema"].schema.items():
        fields |= field.schema.schema if isinstance(field, section) else {marker: field}
    return fields


async def show_names(hass: HomeAssistant) -> None:
    """Have entities tell names of drivers, as people do on the page."""
    shared = async_shared_book(hass)
    assert shared.book is not None
    await shared.book.change(partial(keeping.change_settings, changes={"driver_entities": True}))
    async_dispatcher_send(hass, SIGNAL_KEPT)
    await hass.async_block_till_done()
    assert shared.names_in_entities


async def start_session(socket: Client, connector: int = 1) -> int:
    """A car begins to charge; returns the transaction's id."""
    await socket.status("Charging", connector)
    answer = await socket.call(
        "StartTransaction", connectorId=connector, idTag="tag", meterStart=0, timestamp=ago(0)
    )
    transaction_id: int = answer["transactionId"]
    return transaction_id


async def tell_values(
    socket: Client,
    currents: tuple[float, float, float] | None = None,
    connector: int = 1,
    **measurands: tuple[float, str],
) -> None:
    """Send MeterValues of this moment: A on the charger's own L1, L2, L3, and others.

    Others are `Power_Active_Import=(2300, "W")`.
    """
    values: list[dict[str, object]] = [
        sample(str(value), "Current.Import", phase=f"L{phase}", unit="A")
        for phase, value in enumerate(currents or (), 1)
    ]
    values += [
        sample(str(value), measurand.replace("_", "."), unit=unit)
        for measurand, (value, unit) in measurands.items()
    ]
    await socket.call(
        "MeterValues",
        connectorId=connector,
        meterValue=[{"timestamp": ago(0), "sampledValue": values}],
    )
