"""The garage of the soak: many chargers of several makes behind one fuse, and their house."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
import itertools
import math
import random
import time
from typing import Any, Final

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.const import DOMAIN
from custom_components.ev_load_manager.group.load_manager import LoadManager
from homeassistant.config_entries import ConfigEntry
from homeassistant.helpers import entity_registry as er

from ..charger.configuration import read_only
from ..charger.frames import SUBPROTOCOL16
from ..charger.grid import L1, L2, L3, Currents, Wiring, same
from ..charger.habits import HABITS
from ..charger.in_version import in_version
from ..charger.machine import Machine
from ..charger.models import ABB_TERRA_AC, EVBOX_G4, GENERIC, WATTS_ONLY, ZAPTEC_GO, ChargerModel
from ..charger.v201.device_model import Address, number
from ..charger.v201.habits import HABITS as HABITS_SINCE_2_0_1
from ..charger.v201.models import STATION_21, ProfileAnswer, StationModel
from ..charger.v201.schemas import SUBPROTOCOL21
from ..plant.house import Appliance, House
from ..plant.site import GRID, GROUP, SimulatedSite, SupplyCircuit
from ..set_up import Group, Home, MeterSetting
from .assistant import Assistant

TICK: Final = 1.0
"""Seconds between two looks at what flows."""
METER_INTERVAL: Final = 5
"""Seconds between two readings of the meter."""
REPORTS: Final = 60
"""Seconds between two reports of a charger."""
_KEPT: Final = 20
"""Frames and calls that a charger remembers, for people who wonder."""
_BASE: Final[Currents] = (0.25, 0.30, 0.20)
"""What the house draws by night, as a part of what the group may have."""
_WIRINGS: Final[tuple[Wiring, ...]] = ((L1, L2, L3), (L2, L3, L1), (L3, L1, L2))
_MODELS: Final = (GENERIC, EVBOX_G4, ZAPTEC_GO, GENERIC, ABB_TERRA_AC, WATTS_ONLY)
_PER_CHARGER: Final = 1.6
"""A per phase that the group may have for each charger."""
_COMES_IN_WITHIN: Final = 600.0
_FULL_DAY: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What the garage may have, A per phase."""

    group: float
    grid: float
    safe: float

    @classmethod
    def of(cls, chargers: int) -> Limits:
        """Far too little for everyone at once, as it is in life."""
        group = max(80.0, round(_PER_CHARGER * chargers))
        return cls(group=group, grid=round(group * 1.4), safe=round(group * 0.6))


@dataclass(slots=True)
class Garage:
    """The site and its group, while time passes."""

    site: SimulatedSite
    assistant: Assistant
    home: Home
    group: Group
    limits: Limits
    is_dead: bool = False
    """Home Assistant was killed, and the next has not started yet."""
    burials: list[tuple[float, float]] = field(default_factory=list)
    """When what was left of a killed one still spoke, by the machine's own clock."""
    absent: list[str] = field(default_factory=list)
    """Chargers that never came in when the garage was set up."""

    @property
    def entry(self) -> ConfigEntry[LoadManager]:
        """The group's config entry."""
        return self.home.hass.config_entries.async_get_known_entry(self.group.entry_id)

    @property
    def manager(self) -> LoadManager | None:
        """The group at work; None while it isn't."""
        return None if self.is_dead else self.group.manager

    @property
    def is_led(self) -> bool:
        """Somebody leads the chargers."""
        return self.manager is not None

    async def killed(self, seconds: float) -> None:
        """Kill Home Assistant now; the next starts on what is on the disk, `seconds` later."""
        manager = self.group.manager
        assert manager is not None
        self.assistant.kill(manager)
        self.is_dead = True
        self.burials.append((began := time.time(), math.inf))
        await self.assistant.bury(self.home, self.group.entry_id)
        self.burials[-1] = (began, time.time())
        await clock.sleep(seconds)
        self.home = await self.assistant.start()
        self.group = replace(self.group, api=self.home.api, hass=self.home.hass)
        self.is_dead = False

    def books(self) -> Mapping[str, Mapping[str, Any]]:
        """What is kept of each charger."""
        manager = self.entry.runtime_data
        return {
            charger.charger_id: manager.access.point(charger.charger_id).state()
            for charger in manager.chargers.values()
        }

    async def set_limit(self, amperes: float) -> None:
        """Write the number entity of the group's limit, and judge by it from now on."""
        entity = er.async_get(self.home.hass).async_get_entity_id(
            "number", DOMAIN, f"{self.group.entry_id}_maximum_current"
        )
        await self.home.hass.services.async_call(
            "number", "set_value", {"entity_id": entity, "value": amperes}, blocking=True
        )
        self.site.set_limit(GROUP, amperes)

    def live(self, seconds_of_day: float) -> None:
        """Let the house be as it is at a time of day: busy in the evening."""
        evening = max(0.0, math.sin((seconds_of_day / _FULL_DAY - 0.4) * 2 * math.pi))
        one, two, three = (part * self.limits.group * (1.0 + 0.8 * evening) for part in _BASE)
        self.site.house.base = (one, two, three)


_CHECKED_ONE_OF = 20
"""Of each kind of frame of each charger, after the first twenty."""


def build(
    url: str,
    chargers: int,
    *,
    seed: int,
    peculiar: float,
    protocols: Sequence[str] = (SUBPROTOCOL16,),
) -> tuple[SimulatedSite, Limits]:
    """Lay out the site; a part of its chargers (`peculiar`) has one of the habits.

    They speak `protocols` in turn.
    """
    limits = Limits.of(chargers)
    site = SimulatedSite(
        url,
        circuits=(
            SupplyCircuit(GRID, same(limits.grid), carries_house=True),
            SupplyCircuit(GROUP, same(limits.group), parent=GRID),
        ),
        house=House(same(0.0), noise=0.2, seed=seed),
        # A meter whose values stand still for half a minute counts as frozen.
        meter_noise=0.05,
        tick=TICK,
        idle_tick=10 * TICK,
        seed=seed,
    )
    site.house.appliances["heater"] = Appliance(same(0.15 * limits.group))
    rng = random.Random(f"{seed} models")
    models = itertools.cycle(_MODELS)
    spoken = itertools.cycle(protocols)
    habits = tuple(HABITS.values())
    for place in range(chargers):
        is_peculiar, protocol = rng.random() < peculiar, next(spoken)
        charger = site.add_charger(
            f"CP{place + 1:03}",
            _reports_rarely(
                _peculiar(rng, protocol)
                if is_peculiar and protocol != SUBPROTOCOL16
                else in_version(rng.choice(habits) if is_peculiar else next(models), protocol)
            ),
            wiring=_WIRINGS[place % 3],
            # Looking whether every frame is right would take longer than all the rest.
            check_every=_CHECKED_ONE_OF,
        )
        _forget_soon(charger)
    return site, limits


def _peculiar(rng: random.Random, protocol: str) -> StationModel:
    """One of the habits that chargers of later versions have."""
    habits = [
        one
        for one in HABITS_SINCE_2_0_1.values()
        if one.knows_21 is (protocol == SUBPROTOCOL21) and _can_be_led(one)
    ]
    return rng.choice(habits) if habits else STATION_21


def _can_be_led(model: StationModel) -> bool:
    """It takes limits and keeps them, so that a fuse can be judged by what it draws."""
    takes = model.profiles is ProfileAnswer.BY_THE_RULES and not model.ignores_all_limits
    return takes and model.strict and not model.drops_profiles_offline


def _reports_rarely(model: ChargerModel | StationModel) -> ChargerModel | StationModel:
    if isinstance(model, StationModel):
        place = Address("SampledDataCtrlr", "TxUpdatedInterval")
        return replace(model, variables={**model.variables, place: number(REPORTS)})
    keys = {**model.extra_keys, "MeterValueSampleInterval": read_only(REPORTS)}
    return replace(model, extra_keys=keys)


def _forget_soon(charger: Machine) -> None:
    """Memory is to be the integration's, and not that of the simulation."""
    charger.calls = deque(maxlen=_KEPT)
    charger.link.transcript = deque(maxlen=_KEPT)


async def set_up(site: SimulatedSite, limits: Limits, assistant: Assistant, home: Home) -> Garage:
    """Add the group with all its chargers; returns when everyone is connected, or gave up."""
    await site.meter.start()
    group = await home.set_up_group(
        name="Soak",
        rated=limits.group,
        maximum=limits.group,
        meter=MeterSetting(
            port=site.meter.port,
            rated=limits.grid,
            maximum=limits.grid,
            safe_limit=limits.safe,
            interval=METER_INTERVAL,
        ),
    )
    garage = Garage(site, assistant, home, group, limits)
    garage.live(0.0)
    for charger in site.chargers.values():
        wiring = charger.connectors[1].wiring
        await group.add_charger(charger.id, name=charger.id, wiring=wiring)
    await site.start(meter=False)
    for charger in site.chargers.values():
        try:
            await charger.until(partial(_is_accepted, charger), seconds=_COMES_IN_WITHIN)
        except TimeoutError:
            garage.absent.append(f"{charger.id} ({charger.model_name}) never came in")
    # Nobody has come yet, and everyone has been told what it may do.
    await clock.sleep(60.0)
    return garage


def _is_accepted(charger: Machine) -> bool:
    return charger.accepted
