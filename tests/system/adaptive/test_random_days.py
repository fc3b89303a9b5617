"""An automation that changes whatever it can at random: limits, books and reasons hold.

A whole group in a real Home Assistant, with chargers on real sockets and a meter on
real Modbus, in time that jumps. `RANDOM_HOURS` and `RANDOM_SEEDS` of the environment
say how long and how often (docs/developing.md).
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from math import inf
import os
import random
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.balancing.decision import Mode
from custom_components.ev_load_manager.balancing.site import Policy
from custom_components.ev_load_manager.const import (
    CONF_CHARGER_ID,
    CONF_FEEDER,
    CONF_GRID_MAXIMUM_CURRENT,
    CONF_GRID_RATED_CURRENT,
    CONF_MAXIMUM_CURRENT,
    CONF_METER,
    CONF_METER_INTERVAL,
    CONF_RATED_CURRENT,
    CONF_SAFE_LIMIT,
    DIRECTLY,
    DOMAIN,
)
from custom_components.ev_load_manager.group.load_manager import LoadManager
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr
from simulation.charger.car import Car, CarModel
from simulation.charger.grid import L1, L2, L3, Wiring, same
from simulation.charger.models import ALFEN_EVE_DOUBLE, EVBOX_G4, GENERIC
from simulation.faults.group_books import Watchman
from simulation.plant.house import House
from simulation.plant.site import GRID, GROUP, SimulatedSite, SupplyCircuit
from simulation.soak.ledger import Ledger
from tests.groups import charger, charger_form, entity_of, feeder, group, open_charger, set_up
from tests.system.adaptive.conftest import settings
from tests.system.adaptive.witness import Witness

HOURS = float(os.environ.get("RANDOM_HOURS", "0.33"))
SEEDS = range(1, 1 + int(os.environ.get("RANDOM_SEEDS", "3")))

SHED = "shed"
GRID_RATED = 32.0
RATED = {GRID: GRID_RATED, GROUP: 32.0, SHED: 20.0}
WIRINGS: dict[str, Wiring] = {
    "l1_l2_l3": (L1, L2, L3),
    "l2_l3_l1": (L2, L3, L1),
    "l3_l1_l2": (L3, L1, L2),
}
CARS = (
    CarModel(name="three phases", maximum=16.0, taper=2_000.0, wanted=9_000.0),
    CarModel(name="one phase", phases=1, maximum=32.0, wanted=6_000.0),
    CarModel(name="two phases", phases=2, maximum=16.0, wanted=9_000.0),
    CarModel(name="short", shortfall=0.8, delay=(7.0, 10.0), wanted=9_000.0),
)


class Garage:
    """A group, its site, and who changes them."""

    def __init__(self, hass: HomeAssistant, seed: int) -> None:
        """Lay it out; `start` sets it up."""
        self.hass = hass
        self.random = random.Random(seed)
        self.site = SimulatedSite(
            "ws://127.0.0.1:0",
            circuits=(
                SupplyCircuit(GRID, same(GRID_RATED), carries_house=True),
                SupplyCircuit(GROUP, same(RATED[GROUP]), parent=GRID),
                SupplyCircuit(SHED, same(RATED[SHED]), parent=GROUP),
            ),
            house=House(same(5.0), noise=0.1, seed=seed),
            meter_noise=0.05,
            tick=1.0,
            seed=seed,
        )
        self.site.add_charger("A", EVBOX_G4, validate=False)
        self.site.add_charger("B", GENERIC, circuit=SHED, validate=False)
        self.site.add_charger(
            "C", ALFEN_EVE_DOUBLE, wiring=(L3, L1, L2), circuit=SHED, validate=False
        )
        self.outlets = ("A/1", "B/1", "C/1", "C/2")
        self.set = dict(RATED)
        self.safe_limit = 16.0
        self.away: set[str] = set()
        self.temporary: dict[str, tuple[float, float]] = {}
        """By circuit: until when (monotonic), and A."""
        self.entry: MockConfigEntry
        self.witness: Witness

    async def start(self) -> None:
        """Set the group up, and let its chargers connect."""
        await self.site.meter.start()
        self.entry = group(
            feeder(SHED, **{CONF_RATED_CURRENT: RATED[SHED], CONF_MAXIMUM_CURRENT: RATED[SHED]}),
            charger("A"),
            charger("B", **{CONF_FEEDER: SHED}),
            charger("C", connectors=2, wiring="l3_l1_l2", **{CONF_FEEDER: SHED}),
            **{
                CONF_RATED_CURRENT: RATED[GROUP],
                CONF_MAXIMUM_CURRENT: RATED[GROUP],
                CONF_METER: settings(self.site.meter),
                CONF_METER_INTERVAL: 5.0,
                CONF_GRID_RATED_CURRENT: GRID_RATED,
                CONF_GRID_MAXIMUM_CURRENT: GRID_RATED,
                CONF_SAFE_LIMIT: self.safe_limit,
            },
        )
        await set_up(self.hass, self.entry)
        for one in self.site.chargers.values():
            one.link.url = f"ws://127.0.0.1:{self.manager.port}"
        await self.site.start(meter=False)
        for one in self.site.chargers.values():
            await one.until(lambda one=one: one.accepted)
        for model, outlet in zip(CARS, reversed(self.outlets), strict=True):
            self.site.plug_in(outlet, Car(model, name=outlet))

    @property
    def manager(self) -> LoadManager:
        """The group at work."""
        manager: LoadManager = self.entry.runtime_data
        return manager

    def books(self) -> dict[str, Any]:
        """What is kept of each charger."""
        return {name: self.manager.access.point(name).state() for name in self.site.chargers}

    def permitted(self, circuit: str) -> float:
        """What a circuit may carry now, A per phase, by all that was set."""
        site, decision = self.manager.site, self.manager.decision
        bound = self.temporary[circuit][1] if circuit in self.limited_for_a_time() else inf
        if site.policy is Policy.MINIMUM_FOR_ALL or not site.balancing:
            return min(RATED[circuit], bound)
        if circuit == GROUP and decision.mode is Mode.SAFE_LIMIT:
            bound = min(bound, self.safe_limit)
        return min(self.set[circuit], bound)

    def limited_for_a_time(self) -> set[str]:
        """Circuits with a limit for some time."""
        now = clock.monotonic()
        return {circuit for circuit, (until, _) in self.temporary.items() if now < until}

    # What is changed

    async def something_happens(self) -> str:
        """Change one thing; returns which."""
        change = self.random.choice(
            (
                self._limit,
                self._limit,
                self._grid_limit,
                self._outlet_maximum,
                self._option,
                self._switch,
                self._allow,
                self._temporary,
                self._first_in_line,
                self._reconfigure,
                self._house,
                self._meter,
                self._link,
                self._people,
                self._people,
                self._people,
            )
        )
        await change()
        return change.__name__

    async def _act(self, domain: str, action: str, **data: Any) -> None:
        await self.hass.services.async_call(domain, action, data, blocking=True)

    async def _number(self, amperes: float, *unique_id: object) -> None:
        entity_id = entity_of(self.hass, "number", *unique_id)
        await self._act("number", "set_value", entity_id=entity_id, value=amperes)

    async def _limit(self) -> None:
        circuit = self.random.choice((GROUP, SHED))
        amperes = round(self.random.uniform(0.0, RATED[circuit]), 1)
        owner = self.entry.entry_id if circuit == GROUP else SHED
        await self._number(amperes, owner, "maximum_current")
        self.set[circuit] = amperes

    async def _grid_limit(self) -> None:
        key, most = self.random.choice((("grid_maximum_current", GRID_RATED), ("safe_limit", 25.0)))
        amperes = round(self.random.uniform(8.0, most), 1)
        await self._number(amperes, self.entry.entry_id, key)
        if key == "safe_limit":
            self.safe_limit = amperes
        else:
            self.set[GRID] = amperes

    async def _outlet_maximum(self) -> None:
        name, _, number = self.random.choice(self.outlets).partition("/")
        amperes = round(self.random.uniform(6.0, 16.0), 1)
        await self._number(amperes, self._subentry(name), number, "maximum")

    async def _option(self) -> None:
        key, options = self.random.choice(
            (
                ("policy", ("take_turns", "minimum_for_all")),
                ("phase_choice", ("each_phase", "highest_phase", "l2")),
            )
        )
        entity_id = entity_of(self.hass, "select", self.entry.entry_id, key)
        option = self.random.choice(options)
        await self._act("select", "select_option", entity_id=entity_id, option=option)

    async def _switch(self) -> None:
        key = self.random.choice(("dlm", "alm"))
        entity_id = entity_of(self.hass, "switch", self.entry.entry_id, key)
        on = self.random.random() < 0.7
        await self._act("switch", "turn_on" if on else "turn_off", entity_id=entity_id)

    async def _allow(self) -> None:
        name, _, number = self.random.choice(self.outlets).partition("/")
        entity_id = entity_of(self.hass, "switch", self._subentry(name), number, "charging_allowed")
        on = self.random.random() < 0.9
        await self._act("switch", "turn_on" if on else "turn_off", entity_id=entity_id)

    async def _temporary(self) -> None:
        circuit = self.random.choice((GROUP, SHED))
        where = {"config_entry_id": self.entry.entry_id}
        if circuit == SHED:
            where["feeder"] = SHED
        if circuit in self.temporary and self.random.random() < 0.5:
            await self._act(DOMAIN, "clear_temporary_limit", **where)
            del self.temporary[circuit]
            return
        amperes = round(self.random.uniform(0.0, RATED[circuit]), 1)
        seconds = self.random.randint(60, 1200)
        await self._act(
            DOMAIN, "set_temporary_limit", **where, limit=amperes, duration={"seconds": seconds}
        )
        self.temporary[circuit] = (clock.monotonic() + seconds, amperes)

    async def _first_in_line(self) -> None:
        name = self.random.choice("AB")
        registry = dr.async_get(self.hass)
        device = next(
            one
            for one in dr.async_entries_for_config_entry(registry, self.entry.entry_id)
            if (DOMAIN, self._subentry(name)) in one.identifiers
        )
        with suppress(ServiceValidationError):  # nobody may be there
            await self._act(DOMAIN, "put_first_in_line", device_id=device.id)

    async def _reconfigure(self) -> None:
        """An electrician changes the wiring, and says so; or somebody the priority."""
        name = self.random.choice("AB")
        wiring = self.random.choice(tuple(WIRINGS))
        result = await open_charger(self.hass, self.entry, name)
        form = charger_form(
            name=name, wiring=wiring, priority=self.random.choice(("low", "normal", "high"))
        )
        form[CONF_FEEDER] = SHED if name == "B" else DIRECTLY
        self.site.chargers[name].connectors[1].wiring = WIRINGS[wiring]
        self.witness.changed()
        result = await self.hass.config_entries.subentries.async_configure(result["flow_id"], form)
        assert result["reason"] == "reconfigure_successful", result

    async def _house(self) -> None:
        self.witness.changed()
        self.site.house.base = same(self.random.uniform(-5.0, 20.0))

    async def _meter(self) -> None:
        self.site.meter.silent = not self.site.meter.silent

    async def _link(self) -> None:
        """A charger is out of reach for a while, or back: nobody can tell it anything."""
        if self.away:
            await self.bring_back()
            return
        one = self.site.chargers[self.random.choice("ABC")]
        self.away.add(one.id)
        one.link.halt()

    async def bring_back(self) -> None:
        """Whoever is out of reach is back."""
        for name in tuple(self.away):
            one = self.site.chargers[name]
            one.link.start()
            await one.until(lambda one=one: one.accepted)
        self.away.clear()

    async def _people(self) -> None:
        outlet = self.random.choice(self.outlets)
        one, number = self.site.outlet(outlet)
        if one.connectors[number].car is None or self.random.random() < 0.6:
            if one.connectors[number].car is not None:
                one.unplug(number)
            car = Car(self.random.choice(CARS), name=outlet, seed=self.random.randrange(1000))
            self.site.plug_in(outlet, car)
        else:
            self.site.unplug(outlet)

    def _subentry(self, charger_id: str) -> str:
        return next(
            one.subentry_id
            for one in self.entry.subentries.values()
            if one.data.get(CONF_CHARGER_ID) == charger_id
        )


@asynccontextmanager
async def opened(hass: HomeAssistant, seed: int) -> AsyncGenerator[Garage]:
    """Run a garage; nobody reads its meter any more when that goes."""
    garage = Garage(hass, seed)
    try:
        await garage.start()
        yield garage
    finally:
        await hass.config_entries.async_unload(garage.entry.entry_id)
        await garage.site.stop()


@pytest.mark.parametrize("seed", SEEDS)
async def test_limits_books_and_reasons_hold_whatever_an_automation_changes(
    hass: HomeAssistant, socket_enabled: None, time_jumps: None, seed: int
) -> None:
    async with opened(hass, seed) as garage:
        site, manager = garage.site, garage.manager
        judge = Watchman(site.chargers, lambda: garage.manager).judge
        witness = garage.witness = Witness(
            manager, site, (GROUP, SHED), garage.permitted, garage.limited_for_a_time, garage.away
        )
        manager.add_listener(witness.look)
        ledger, done = Ledger(), []
        ends = clock.monotonic() + HOURS * 3600.0
        while clock.monotonic() < ends:
            done.append(f"{clock.monotonic():.1f}: {await garage.something_happens()}")
            await clock.sleep(garage.random.uniform(2.0, 90.0))
            ledger.close(site.chargers, garage.books())
            witness.look_back()

        await garage.bring_back()
        for outlet in garage.outlets:
            site.unplug(outlet)
        await clock.sleep(60.0)
        ledger.close(site.chargers, garage.books())
        happened = "\n".join(done[-40:])
        assert garage.manager is manager
        assert witness.faults == [], happened
        assert judge.found == [], happened
        assert ledger.lost == [], happened
        assert ledger.booked == pytest.approx(ledger.charged, abs=1.0)
