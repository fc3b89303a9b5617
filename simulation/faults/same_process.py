"""A Home Assistant in this process, with a fresh group for every fault."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.group.load_manager import LoadManager
from homeassistant.config_entries import ConfigEntry

from ..charger.grid import NOTHING, same
from ..charger.in_version import in_version
from ..jumping_time import JumpingLoop
from ..plant.house import Appliance, House
from ..plant.meter_maps import EM24, SDM630
from ..plant.site import GRID, GROUP, SimulatedSite, SupplyCircuit
from ..set_up import Group, Home, MeterSetting
from .fault import Fault
from .group_books import Watchman
from .scene import BASE, CHARGERS, GRID_LIMIT, GRID_RATED, LIMIT, OVEN, RATED, SAFE_LIMIT, Scene

_METERS: Final = {"cg_em24_din": EM24, "eastron_sdm630": SDM630}
"""What plays a meter that the settings name so."""


@dataclass(slots=True)
class SameProcess:
    """What a story may do with it; it may look inside, too."""

    home: Home
    group: Group

    @property
    def entry(self) -> ConfigEntry[LoadManager]:
        """The group's config entry."""
        return self.home.hass.config_entries.async_get_known_entry(self.group.entry_id)

    @property
    def manager(self) -> LoadManager:
        """The group itself."""
        return self.entry.runtime_data

    async def set_limit(self, amperes: float) -> None:
        """Write the number entity of the group's limit."""
        await self.group.set_number("maximum_current", amperes)

    async def books(self) -> Mapping[str, Mapping[str, Any]]:
        """What is kept of each charger."""
        manager = self.manager
        return {
            charger.charger_id: manager.access.point(charger.charger_id).state()
            for charger in manager.chargers.values()
        }


def garage(url: str, fault: Fault) -> SimulatedSite:
    """The site of every fault; the charger on the right is the fault's own."""
    site = SimulatedSite(
        url,
        circuits=(
            SupplyCircuit(GRID, same(GRID_LIMIT if fault.metered else 99.0), carries_house=True),
            SupplyCircuit(GROUP, same(LIMIT), parent=GRID),
        ),
        house=House(BASE if fault.metered else NOTHING),
        # A meter whose values stand still for half a minute counts as frozen.
        meter_noise=0.05,
        meter_map=_METERS[fault.meter],
        tolerance=fault.tolerance,
        idle_tick=10.0 if fault.jumps and not fault.own_process else 0.0,
    )
    site.house.appliances["oven"] = Appliance(OVEN)
    for charger_id, model, wiring in CHARGERS:
        if charger_id == "RIGHT":
            off = fault.clock_offset
            own = replace(fault.model, takes_clock=False) if off else fault.model
            spoken = in_version(own, fault.protocol)
            site.add_charger(charger_id, spoken, wiring=wiring, clock_offset=off)
        else:
            site.add_charger(charger_id, in_version(model, fault.protocol), wiring=wiring)
    return site


async def start(site: SimulatedSite, home: Home, fault: Fault) -> Group:
    """Start a site, and set its group up."""
    await site.start(meter=fault.metered)
    meter = MeterSetting(
        port=site.meter.port,
        model=fault.meter,
        rated=GRID_RATED,
        maximum=GRID_LIMIT,
        safe_limit=SAFE_LIMIT,
    )
    return await home.set_up_group(
        name=fault.name, rated=RATED, maximum=LIMIT, meter=meter if fault.metered else None
    )


async def add_chargers(site: SimulatedSite, group: Group, fault: Fault) -> None:
    """Let a group accept the chargers of a site."""
    for charger_id, _, wiring in CHARGERS:
        maximum = fault.maximum if charger_id == "RIGHT" else 16.0
        await group.add_charger(charger_id, name=charger_id, wiring=wiring, maximum=maximum)
    for charger in site.chargers.values():
        await charger.until(lambda charger=charger: charger.accepted)


@asynccontextmanager
async def same_process(home: Home, fault: Fault) -> AsyncIterator[Scene]:
    """A garage as the fault wants it; taken down at the end."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, JumpingLoop)
    loop.jumps = fault.jumps
    clock.set_factor(1.0 if fault.jumps else fault.speed)
    site = garage(home.chargers_url, fault)
    group: Group | None = None
    try:
        group = made = await start(site, home, fault)
        await add_chargers(site, group, fault)
        watchman = Watchman(site.chargers, lambda: made.manager)
        scene = Scene(site, SameProcess(home, made), judge=watchman.judge)
        await fault.begins(scene)
        yield scene
    finally:
        await site.stop()
        if group is not None:
            await group.remove()
        loop.jumps = False


def inside(scene: Scene) -> SameProcess:
    """The Home Assistant of a scene that is in this process."""
    assert isinstance(scene.assistant, SameProcess)
    return scene.assistant
