"""What the central system says in some hours of a garage is what it said before.

A refactoring must not change a frame. What was said is recorded in
`frames.json`: for every charger the frames that it was told, each once, and
their order. `RECORD_FRAMES=1` in the environment records it anew, which is right
only where a change of what is said was meant.
"""

from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from difflib import unified_diff
import json
import os
from pathlib import Path
import random
import re
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.const import (
    CONF_CHARGER_ID,
    CONF_GRID_MAXIMUM_CURRENT,
    CONF_GRID_RATED_CURRENT,
    CONF_MAXIMUM_CURRENT,
    CONF_METER,
    CONF_METER_INTERVAL,
    CONF_RATED_CURRENT,
    CONF_SAFE_LIMIT,
    DOMAIN,
)
from custom_components.ev_load_manager.group.load_manager import LoadManager
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
from simulation.charger.car import Car, CarModel
from simulation.charger.grid import same
from simulation.charger.habits import HABITS
from simulation.charger.models import (
    ALFEN_EVE_DOUBLE,
    EVBOX_G4,
    GENERIC,
    KEY_CONTROLLED,
    STACK_ZERO,
    WATTS_ONLY,
    ZAPTEC_GO,
    ChargerModel,
)
from simulation.plant.house import House
from simulation.plant.site import GRID, GROUP, SimulatedSite, SupplyCircuit
from tests.groups import charger, entity_of, group, set_up
from tests.system.adaptive.conftest import settings

RECORDING = Path(__file__).with_name("frames.json")
RECORDS = bool(os.environ.get("RECORD_FRAMES"))
SEED = 16
BEGINS = datetime(2026, 11, 28, 20, 0, tzinfo=UTC)
CHANGES = 40
"""So many things happen, some half a minute apart."""

MODELS: dict[str, ChargerModel] = {
    "alfen": ALFEN_EVE_DOUBLE,
    "evbox": EVBOX_G4,
    "generic": GENERIC,
    "key": KEY_CONTROLLED,
    "stack zero": STACK_ZERO,
    "watts": WATTS_ONLY,
    "zaptec": ZAPTEC_GO,
    "session": HABITS["session_profile_only"],
    "silent": HABITS["silent_without_keys"],
}
CARS = (
    CarModel(name="three phases", maximum=16.0, wanted=9_000.0),
    CarModel(name="one phase", phases=1, maximum=32.0, wanted=6_000.0),
    CarModel(name="full soon", maximum=16.0, taper=2_000.0, wanted=3_000.0),
)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[\d.]*(Z|\+00:00)?")


class Garage:
    """A group with its site, and what happens there."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Lay it out; `start` sets it up."""
        self.hass = hass
        self.random = random.Random(SEED)
        self.site = SimulatedSite(
            "ws://127.0.0.1:0",
            circuits=(
                SupplyCircuit(GRID, same(63.0), carries_house=True),
                SupplyCircuit(GROUP, same(50.0), parent=GRID),
            ),
            house=House(same(5.0)),
            meter_noise=0.05,
            tick=1.0,
            seed=SEED,
        )
        for name, model in MODELS.items():
            self.site.add_charger(name, model, validate=False).link.transcript = deque()
        self.outlets = [
            f"{name}/{number}"
            for name, one in self.site.chargers.items()
            for number in one.connectors
        ]
        self.entry: MockConfigEntry

    async def start(self) -> None:
        """Set the group up, and let its chargers connect."""
        await self.site.meter.start()
        self.entry = group(
            *(charger(name, connectors=model.connectors) for name, model in MODELS.items()),
            **{
                CONF_RATED_CURRENT: 50.0,
                CONF_MAXIMUM_CURRENT: 50.0,
                CONF_METER: settings(self.site.meter),
                CONF_METER_INTERVAL: 5.0,
                CONF_GRID_RATED_CURRENT: 63.0,
                CONF_GRID_MAXIMUM_CURRENT: 63.0,
                CONF_SAFE_LIMIT: 20.0,
            },
        )
        await set_up(self.hass, self.entry)
        for one in self.site.chargers.values():
            one.link.url = f"ws://127.0.0.1:{self.manager.port}"
        await self.site.start(meter=False)
        for one in self.site.chargers.values():
            await one.until(lambda one=one: one.accepted)

    @property
    def manager(self) -> LoadManager:
        """The group at work."""
        manager: LoadManager = self.entry.runtime_data
        return manager

    async def something_happens(self) -> None:
        """Let people, the house, links and the meter do something."""
        happens: Callable[[], Awaitable[None]] = self.random.choice(
            (*3 * (self._people,), self._limit, self._house, self._link, self._meter)
        )
        await happens()

    async def _people(self) -> None:
        outlet = self.random.choice(self.outlets)
        one, number = self.site.outlet(outlet)
        if one.connectors[number].car is None:
            self.site.plug_in(outlet, Car(self.random.choice(CARS), name=outlet, seed=SEED))
        else:
            self.site.unplug(outlet)

    async def _limit(self) -> None:
        entity_id = entity_of(self.hass, "number", self.entry.entry_id, "maximum_current")
        await self.hass.services.async_call(
            "number",
            "set_value",
            {"entity_id": entity_id, "value": float(self.random.randint(6, 50))},
            blocking=True,
        )

    async def _house(self) -> None:
        self.site.house.base = same(float(self.random.randint(-5, 40)))

    async def _link(self) -> None:
        one = self.site.chargers[self.random.choice(tuple(MODELS))]
        one.link.halt()
        await clock.sleep(30.0)
        one.link.start()
        await one.until(lambda: one.accepted)

    async def _meter(self) -> None:
        self.site.meter.silent = True
        await clock.sleep(45.0)
        self.site.meter.silent = False

    async def everything_is_asked(self) -> None:
        """Have a person who knows OCPP use every action."""
        registry = dr.async_get(self.hass)
        by_hand = {"action": "TriggerMessage", "payload": {"requestedMessage": "Heartbeat"}}
        later = clock.now() + timedelta(hours=1)
        actions: tuple[tuple[str, dict[str, Any]], ...] = (
            ("call_ocpp", by_hand),
            ("unlock_connector", {"connector": 1}),
            ("set_availability", {"available": False, "connector": 1}),
            ("set_availability", {"available": True}),
            ("reserve", {"connector": 1, "driver": "CARD-1", "until": later}),
            ("cancel_reservation", {"connector": 1}),
            ("send_local_list", {}),
            ("upload_diagnostics", {"location": "ftp://example.com/"}),
            ("update_firmware", {"location": "ftp://example.com/firmware"}),
            ("remote_start", {"connector": 1}),
            ("remote_stop", {"connector": 1}),
            ("reset_charger", {"type": "soft"}),
        )
        for subentry in self.entry.subentries.values():
            name = subentry.data[CONF_CHARGER_ID]
            self.site.unplug(f"{name}/1")
            await clock.sleep(20.0)
            self.site.plug_in(f"{name}/1", Car(CARS[0], name=name, seed=SEED), id_tag=None)
            device = next(
                one
                for one in dr.async_entries_for_config_entry(registry, self.entry.entry_id)
                if (DOMAIN, subentry.subentry_id) in one.identifiers
            )
            for action, data in actions:
                await clock.sleep(12.0)
                with suppress(HomeAssistantError):
                    await self.hass.services.async_call(
                        DOMAIN, action, {"device_id": device.id, **data}, blocking=True
                    )
        await clock.sleep(120.0)

    def frames(self) -> dict[str, list[str]]:
        """What each charger was told, without ids and moments."""
        return {
            name: [_plain(heard.text) for heard in one.link.transcript if not heard.sent]
            for name, one in self.site.chargers.items()
        }


def _plain(text: str) -> str:
    """A frame without what is another every time, and what means nothing: the order of fields."""
    kind, _, *rest = json.loads(_MOMENT.sub("<moment>", text))
    return json.dumps([kind, *rest], sort_keys=True)


def _recording(frames: dict[str, list[str]]) -> dict[str, Any]:
    """What is kept of frames: each once, and their order, ten to a line of the file."""
    kept = {}
    for name, told in frames.items():
        once = {frame: number for number, frame in enumerate(dict.fromkeys(told))}
        order = [str(once[frame]) for frame in told]
        lines = [" ".join(order[begin : begin + 10]) for begin in range(0, len(order), 10)]
        kept[name] = {"frames": list(once), "order": lines}
    return kept


def _told(recording: dict[str, Any]) -> dict[str, list[str]]:
    """The frames of a recording, in their order."""
    return {
        name: [kept["frames"][int(number)] for line in kept["order"] for number in line.split()]
        for name, kept in recording.items()
    }


@asynccontextmanager
async def opened(hass: HomeAssistant) -> AsyncGenerator[Garage]:
    """Run a garage; nobody reads its meter any more when that goes."""
    garage = Garage(hass)
    try:
        await garage.start()
        yield garage
    finally:
        await hass.config_entries.async_unload(garage.entry.entry_id)
        await garage.site.stop()


HEARTBEAT = '[3, {"currentTime": "<moment>"}]'
"""The answer to one."""


def _in_order(told: list[str]) -> list[str]:
    """What was asked of a charger in its order, then what it was answered, heartbeats last.

    An answer waits for a disk where something has to be stored, a question to the charger for
    none or another: which of them leaves first is the machine's business. A charger's heartbeat and
    its values are due in the same second, and which of them it asks first is its own.
    """
    return sorted(told, key=lambda frame: (not frame.startswith("[2,"), frame == HEARTBEAT))


def _compare(frames: dict[str, list[str]]) -> None:
    """Compare what was told with the recording, or record it."""
    if RECORDS:
        RECORDING.write_text(json.dumps(_recording(frames), indent=1) + "\n")
        pytest.skip("recorded")
    before = _told(json.loads(RECORDING.read_text()))
    differences = [
        line
        for name in {**before, **frames}
        for line in unified_diff(
            _in_order(before.get(name, [])),
            _in_order(frames.get(name, [])),
            *(name, name),
            lineterm="",
            n=1,
        )
    ]
    assert not differences, "\n".join(
        ("other frames than recorded; if that is meant: RECORD_FRAMES=1", *differences)
    )


@pytest.fixture
def as_every_time() -> Iterator[None]:
    """Begin at the same moment, with the same chance.

    Home Assistant reads a meter at a random part of the second.
    """
    random.seed(SEED)
    real = clock.now()
    shift = BEGINS - real
    clock.set_now(real + shift)
    yield
    clock.set_now(clock.now() - shift)


@pytest.mark.usefixtures("socket_enabled", "time_jumps", "as_every_time")
async def test_every_frame_is_as_it_was(hass: HomeAssistant) -> None:
    async with opened(hass) as garage:
        for _ in range(CHANGES):
            await garage.something_happens()
            await clock.sleep(garage.random.uniform(10.0, 60.0))
        await garage.everything_is_asked()
        frames = garage.frames()
    _compare(frames)
