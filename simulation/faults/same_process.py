"""A Home Assistant in this process, with a fresh group for every fault."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.load_manager import LoadManager
from homeassistant.config_entries import ConfigEntry

from ..grid import same
from ..set_up import Group, Home
from ..site import GRID, GROUP, SimulatedSite, SupplyCircuit
from .fault import Fault
from .scene import CHARGERS, LIMIT, RATED, Scene


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
            charger.charger_id: manager.charge_point(charger.charger_id).state()
            for charger in manager.chargers.values()
        }


def garage(url: str, fault: Fault) -> SimulatedSite:
    """The site of every fault; the charger on the right is the fault's own."""
    site = SimulatedSite(
        url,
        circuits=(
            SupplyCircuit(GRID, same(99.0), carries_house=True),
            SupplyCircuit(GROUP, same(LIMIT), parent=GRID),
        ),
    )
    for charger_id, model, wiring in CHARGERS:
        if charger_id == "RIGHT":
            off = fault.clock_offset
            model = replace(fault.model, takes_clock=False) if off else fault.model
            site.add_charger(charger_id, model, wiring=wiring, clock_offset=off)
        else:
            site.add_charger(charger_id, model, wiring=wiring)
    return site


async def add_chargers(site: SimulatedSite, group: Group) -> None:
    """Let a group accept the chargers of a site."""
    for charger_id, _, wiring in CHARGERS:
        await group.add_charger(charger_id, name=charger_id, wiring=wiring)
    for charger in site.chargers.values():
        await charger.until(lambda charger=charger: charger.accepted)


@asynccontextmanager
async def same_process(home: Home, fault: Fault) -> AsyncIterator[Scene]:
    """A garage as the fault wants it; taken down at the end."""
    clock.set_factor(fault.speed)
    group = await home.set_up_group(name=fault.name, rated=RATED, maximum=LIMIT)
    site = garage(home.chargers_url, fault)
    try:
        await site.start(meter=False)
        await add_chargers(site, group)
        scene = Scene(site, SameProcess(home, group))
        await fault.begins(scene)
        yield scene
    finally:
        await site.stop()
        await group.remove()


def inside(scene: Scene) -> SameProcess:
    """The Home Assistant of a scene that is in this process."""
    assert isinstance(scene.assistant, SameProcess)
    return scene.assistant
