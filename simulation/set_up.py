"""Sets a group up as a person would: through Home Assistant's own flows and actions."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.balancing.phases import Phase
from custom_components.ev_load_manager.balancing.site import ConnectorId
from custom_components.ev_load_manager.const import DOMAIN
from custom_components.ev_load_manager.group.load_manager import LoadManager
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from .home_assistant import WITH_PAGE, Api, home_assistant

WIRING_NAMES: Mapping[tuple[int, ...], str] = {
    (0, 1, 2): "l1_l2_l3",
    (1, 2, 0): "l2_l3_l1",
    (2, 0, 1): "l3_l1_l2",
    (0,): "l1",
    (1,): "l2",
    (2,): "l3",
}


_RARE = ("unit", "supply_current", "profile", "meter_choice")
"""Settings of a charger that its form keeps in a section."""


@dataclass(slots=True)
class Group:
    """A group in a running Home Assistant, and what a person may do with it."""

    api: Api
    hass: HomeAssistant
    entry_id: str

    @property
    def manager(self) -> LoadManager | None:
        """The group itself, where it runs in this process; None while it isn't loaded."""
        entry = self.hass.config_entries.async_get_known_entry(self.entry_id)
        if entry.state is not ConfigEntryState.LOADED:
            return None
        manager: LoadManager = entry.runtime_data
        return manager

    async def add_feeder(
        self, name: str, *, rated: float, meter: MeterSetting | None = None
    ) -> str:
        """Add a feeder with a fuse of `rated` A, and a meter if it has one; returns its id."""
        form: dict[str, Any] = {
            "name": name,
            "parent": "group",
            "rated_current": rated,
            "maximum_current": rated,
            "meter_choice": "none" if meter is None else "new",
        }
        forms: dict[str, Mapping[str, Any]] = {"user": form}
        if meter is not None:
            asked = meter.forms()
            kept = ("safe_limit", "meter_timeout", "meter_interval")
            forms |= asked | {
                "meter": {"next_step_id": "meter_modbus"},
                "meter_limits": {key: asked["meter_limits"][key] for key in kept},
            }
        await self.api.flow(
            [self.entry_id, "feeder"], lambda shown: forms[shown["step_id"]], subentry=True
        )
        entry = self.hass.config_entries.async_get_known_entry(self.entry_id)
        return next(one.subentry_id for one in entry.subentries.values() if one.title == name)

    async def add_charger(
        self, charger_id: str, *, name: str, wiring: tuple[int, ...], **settings: Any
    ) -> None:
        """Accept a charger with the wiring that its installer told.

        `settings` are those of its form that differ from the usual.
        """

        def answer(form: Mapping[str, Any]) -> Mapping[str, Any]:
            if form["step_id"] == "user":
                return {"next_step_id": "charger_id"}
            if form["step_id"] == "charger_id":
                return {"charger_id": charger_id}
            values = {
                "name": name,
                "wiring": WIRING_NAMES[wiring],
                "minimum": 6,
                "maximum": 16,
                "priority": "normal",
                **settings,
            }
            rare = {key: values.pop(key) for key in _RARE if key in values}
            return {**values, "rare": {"unit": "A", **rare}}

        await self.api.flow([self.entry_id, "charger"], answer, subentry=True)

    async def add_backend(
        self, charger_id: str, *, url: str, role: str = "decides", subentry_id: str | None = None
    ) -> None:
        """Have a charger keep a billing backend; everybody may charge while it is away.

        `subentry_id` is the charger's, where Home Assistant is in another process.
        """
        charger = subentry_id or self._charger(charger_id)

        def answer(form: Mapping[str, Any]) -> Mapping[str, Any]:
            if form["step_id"] != "user":
                return {}
            return {
                "name": "Operator",
                "charger": charger,
                "url": url,
                "role": role,
                "offline": "everybody",
                "known_days": 30,
                "both_lists": False,
            }

        await self.api.flow([self.entry_id, "backend"], answer, subentry=True)

    def _charger(self, charger_id: str) -> str:
        entry = self.hass.config_entries.async_get_known_entry(self.entry_id)
        return next(
            one.subentry_id
            for one in entry.subentries.values()
            if one.data.get("charger_id") == charger_id
        )

    async def set_power(self, form: Mapping[str, Any]) -> None:
        """Fill in the form of limits in kW, windows and signals."""
        await self.api.reconfigure(DOMAIN, self.entry_id, [{"next_step_id": "power"}, form])

    async def remove(self) -> None:
        """Delete the group."""
        await self.api.delete(f"config/config_entries/entry/{self.entry_id}")

    async def set_number(self, key: str, amperes: float) -> None:
        """Write a number of the group."""
        await self.api.call("number", "set_value", entity_id=self.entity(key), value=amperes)

    async def set_switch(self, key: str, on: bool) -> None:
        """Turn a switch of the group."""
        action = "turn_on" if on else "turn_off"
        await self.api.call("switch", action, entity_id=self.entity(key))

    async def select(self, key: str, option: str) -> None:
        """Choose from a select of the group."""
        await self.api.call("select", "select_option", entity_id=self.entity(key), option=option)

    async def set_connector_maximum(self, charger_id: str, number: int, amperes: float) -> None:
        """Write the number entity of a connector."""
        entity = self._connector_entity(charger_id, number, "maximum")
        await self.api.call("number", "set_value", entity_id=entity, value=amperes)

    async def allow_charging(self, charger_id: str, number: int, on: bool) -> None:
        """Turn the switch of a connector."""
        entity = self._connector_entity(charger_id, number, "charging_allowed")
        await self.api.call("switch", "turn_on" if on else "turn_off", entity_id=entity)

    def state(self, key: str) -> str:
        """The state of an entity of the group."""
        state = self.hass.states.get(self.entity(key))
        return "missing" if state is None else state.state

    def phases(self, charger_id: str, number: int) -> str:
        """The phases that a car is counted on: all wired ones until its own are learned."""
        manager = self.hass.config_entries.async_get_known_entry(self.entry_id).runtime_data
        decided = manager.decision.connectors.get(ConnectorId(charger_id, number))
        if decided is None:
            return ""
        return " ".join(phase.name for phase in Phase if decided.reserved[phase] > 0.0)

    def next_turn(self, charger_id: str, number: int) -> str:
        """How long a car waits for its turn at most, in minutes and seconds of the site's time."""
        manager = self.hass.config_entries.async_get_known_entry(self.entry_id).runtime_data
        decided = manager.decision.connectors.get(ConnectorId(charger_id, number))
        if decided is None or decided.next_turn is None:
            return ""
        seconds = max(0, int(decided.next_turn - clock.monotonic()))
        return f"{seconds // 60}:{seconds % 60:02d}"

    def connector_state(self, charger_id: str, number: int, key: str) -> str:
        """The state of an entity of a connector."""
        state = self.hass.states.get(self._connector_entity(charger_id, number, key))
        return "missing" if state is None else state.state

    def entity(self, key: str) -> str:
        """The id of an entity of the group."""
        return self._find(f"{self.entry_id}_{key}")

    def _connector_entity(self, charger_id: str, number: int, key: str) -> str:
        entry = self.hass.config_entries.async_get_known_entry(self.entry_id)
        subentry_id = next(
            subentry.subentry_id
            for subentry in entry.subentries.values()
            if subentry.unique_id == charger_id
        )
        return self._find(f"{subentry_id}_{number}_{key}")

    def _find(self, unique_id: str) -> str:
        for entity in er.async_get(self.hass).entities.values():
            if entity.platform == DOMAIN and entity.unique_id == unique_id:
                return entity.entity_id
        raise KeyError(unique_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterSetting:
    """The grid meter, and what the grid connection may carry (A per phase)."""

    port: int
    model: str = "eastron_sdm630"
    rated: float = 20.0
    maximum: float = 16.0
    safe_limit: float = 12.0
    interval: int = 2
    """Seconds between two readings."""

    def forms(self) -> dict[str, Mapping[str, Any]]:
        """What is filled into the flow's forms."""
        return {
            "meter_modbus": {
                "connection": "tcp",
                "host": "127.0.0.1",
                "port": self.port,
                "unit_id": 1,
            },
            "meter_model": {"model": self.model, "ct_ratio": 1, "inverted": False},
            "meter_confirm": {"next_step_id": "meter_limits"},
            "meter_limits": {
                "grid_rated_current": self.rated,
                "grid_maximum_current": self.maximum,
                "safe_limit": self.safe_limit,
                "meter_timeout": 30,
                "meter_interval": self.interval,
                "allow_export_charging": False,
            },
        }


@dataclass(slots=True)
class Home:
    """A running Home Assistant."""

    api: Api
    hass: HomeAssistant
    ocpp_port: int

    @property
    def chargers_url(self) -> str:
        """Where chargers connect to."""
        return f"ws://127.0.0.1:{self.ocpp_port}"

    async def set_up_group(
        self,
        *,
        name: str = "Garage",
        phases: int = 3,
        rated: float = 20.0,
        maximum: float = 16.0,
        policy: str = "take_turns",
        meter: MeterSetting | None = None,
    ) -> Group:
        """Go through the flow that adds a group; raises RuntimeError where it refuses."""
        forms: dict[str, Mapping[str, Any]] = {
            "user": {
                "name": name,
                "phases": str(phases),
                "voltage": 230,
                "rated_current": rated,
                "maximum_current": maximum,
                "policy": policy,
                "rare": {"listen_host": "127.0.0.1", "listen_port": self.ocpp_port},
            },
            "meter": {"next_step_id": "meter_none" if meter is None else "meter_modbus"},
        }
        if meter is not None:
            forms |= meter.forms()
        result = await self.api.flow(DOMAIN, lambda form: forms[form["step_id"]])
        return Group(self.api, self.hass, result["result"]["entry_id"])


@asynccontextmanager
async def home(
    folder: Path, *, port: int, ocpp_port: int, parts: str = WITH_PAGE
) -> AsyncIterator[Home]:
    """Run Home Assistant on `port` until the block ends; chargers come to `ocpp_port`."""
    async with (
        home_assistant(folder, port=port, parts=parts) as hass,
        aiohttp.ClientSession() as session,
    ):
        api = await Api.connect(session, f"http://127.0.0.1:{port}")
        yield Home(api, hass, ocpp_port)
