"""The simulated site adds up what really flows, and sees who is over a limit."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial

import pytest

from custom_components.ev_load_manager import clock
from simulation.charger.car import NIMBLE, ONE_PHASE, CarModel
from simulation.charger.grid import L1, L2, L3, NOTHING, same
from simulation.charger.models import ALFEN_EVE_DOUBLE
from simulation.demo.scenario import (
    at,
    charger_falls_silent,
    does,
    house_draws,
    link_is_cut,
    meter_falls_silent,
    meter_speaks,
    play,
    plugs_in,
    power_fails,
    power_returns,
    sun_gives,
    switches_off,
    switches_on,
    unplugs,
)
from simulation.plant.house import House
from simulation.plant.site import SimulatedSite, SupplyCircuit
from tests.simulation.central import Central

ONE_PHASE_NIMBLE: CarModel = replace(ONE_PHASE, maximum=10.0, delay=(2.0, 3.0), ramp=8.0)


@pytest.fixture
async def site(central: Central) -> AsyncIterator[SimulatedSite]:
    """A twin and a single one, wired differently, behind one group."""
    built = SimulatedSite(central.url, house=House((2.0, 3.0, 4.0)))
    built.add_charger("A", wiring=(L2, L3, L1))
    built.add_charger("B", ALFEN_EVE_DOUBLE)
    await built.start()
    for charger in built.chargers.values():
        await charger.until(partial(getattr, charger, "accepted"))
    yield built
    await built.stop()


async def test_currents_are_summed_by_the_real_wiring(site: SimulatedSite) -> None:
    charger = site.chargers["A"]
    site.plug_in("A/1", ONE_PHASE_NIMBLE)
    await charger.until(lambda: charger.currents[L2] == 10.0)
    assert site.currents("group") == (0.0, 10.0, 0.0)
    assert site.currents("grid") == (2.0, 13.0, 4.0)


async def test_the_watch_sees_a_phase_over_its_limit(site: SimulatedSite) -> None:
    site.set_limit("group", 16.0)
    site.plug_in("B/1", NIMBLE)
    site.plug_in("B/2", NIMBLE)
    twin = site.chargers["B"]
    await twin.until(lambda: twin.currents == (32.0, 32.0, 32.0))
    await asyncio.sleep(clock.real(10))
    site.unplug("B/2")
    await twin.until(lambda: twin.currents == (16.0, 16.0, 16.0))
    await asyncio.sleep(clock.real(1))
    worst = [one for one in site.excursions if one.circuit == "group"]
    assert {one.phase for one in worst} == {L1, L2, L3}
    assert site.watches["group"].highest == pytest.approx(16.0)
    assert site.watches["group"].longest >= 10.0


async def test_a_snapshot_has_a_row_per_connector_and_the_totals(site: SimulatedSite) -> None:
    site.plug_in("B/2", NIMBLE, name="Anna's")
    twin = site.chargers["B"]
    await twin.until(lambda: twin.currents == (16.0, 16.0, 16.0))
    view = site.snapshot()
    rows = {(row.charger, row.number): row for row in view.connectors}
    assert rows["B", 2].status == "Charging"
    assert rows["B", 2].car == "Anna's"
    assert rows["B", 2].measured == (16.0, 16.0, 16.0)
    assert rows["B", 2].offered == 32.0
    assert rows["A", 1].status == "Available"
    assert view.circuits["grid"].currents == (18.0, 19.0, 20.0)
    assert view.house == (2.0, 3.0, 4.0)


async def test_a_story_happens_in_order_and_is_told(site: SimulatedSite) -> None:
    told: list[str] = []
    waited: list[float] = []

    async def wait(_: SimulatedSite) -> None:
        waited.append(clock.monotonic())

    story = (
        at(9, unplugs("A/1")),
        at(0, plugs_in("car A", "A/1", NIMBLE)),
        at(1, switches_on("heater")),
        at(2, switches_off("heater")),
        at(3, house_draws((5.0, 5.0, 5.0))),
        at(4, sun_gives((1.0, 1.0, 1.0))),
        at(5, meter_falls_silent()),
        at(6, meter_speaks()),
        at(7, link_is_cut("B")),
        at(8, charger_falls_silent("B")),
        at(10, does("somebody waits", wait)),
    )
    began = clock.monotonic()
    await play(site, story, tell=told.append)
    assert told[0] == "at 0 s car A plugs into A/1"
    assert told[-2:] == ["at 9 s the car at A/1 leaves", "at 10 s somebody waits"]
    assert waited[0] - began >= 10.0
    assert site.house.currents == (4.0, 4.0, 4.0)
    assert not site.meter.silent


async def test_a_power_cut_takes_everything_and_gives_it_back(site: SimulatedSite) -> None:
    charger = site.chargers["A"]
    site.plug_in("A", NIMBLE)
    await charger.until(lambda: charger.currents != NOTHING)
    await play(site, [at(0, power_fails())])
    assert site.currents("grid") == NOTHING
    assert site.meter.silent
    await play(site, [at(0, power_returns())])
    await charger.until(lambda: charger.currents == same(16.0))
    assert site.currents("grid") == (18.0, 19.0, 20.0)


async def test_feeders_carry_only_what_hangs_on_them(central: Central) -> None:
    site = SimulatedSite(
        central.url,
        circuits=(
            SupplyCircuit("grid", same(35.0), carries_house=True),
            SupplyCircuit("group", same(32.0), parent="grid"),
            SupplyCircuit("garage", same(16.0), parent="group"),
        ),
    )
    site.add_charger("A", circuit="garage")
    site.add_charger("B", circuit="group")
    await site.start(meter=False)
    site.plug_in("A", NIMBLE)
    site.plug_in("B", NIMBLE)
    charger = site.chargers["B"]
    await charger.until(lambda: site.currents("group") == same(32.0))
    assert site.currents("garage") == same(16.0)
    assert site.excursions == []
    await site.stop()


def test_an_outlet_that_is_not_there_cannot_be_plugged_into() -> None:
    site = SimulatedSite("ws://127.0.0.1:1")
    with pytest.raises(KeyError):
        site.plug_in("A/1")
    with pytest.raises(KeyError):
        site.add_charger("A", circuit="nowhere")


async def test_stopping_a_site_leaves_no_task_behind(site: SimulatedSite) -> None:
    site.plug_in("A", NIMBLE)
    await site.stop()
    names = {task.get_name().split()[0] for task in asyncio.all_tasks()}
    assert names.isdisjoint({"A", "B", "site", "meter's"})
