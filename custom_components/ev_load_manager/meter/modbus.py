"""A grid meter that is asked over Modbus."""

from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Final, override

from homeassistant.core import HomeAssistant

from .. import clock
from ..errors import figure
from .alive import CURRENT_AT_REST, POWER_AT_REST, is_dead, may_be_dead
from .connection import Params
from .decoding import decode, step
from .errors import (
    MeterError,
    MeterNotReadyError,
    MeterNoValueError,
    MeterNoVoltageError,
    MeterOutOfRangeError,
    MeterRefusedError,
    MeterSetupError,
)
from .link import READ_TIMEOUT, Asking, Link, open_link
from .read_plan import ReadPlan, constant_plan, energy_plan, read_plans, voltage_plan
from .reading import MaybePerPhase, Meter, MeterEnergy, MeterValues, PerPhase, signed, total
from .register_map import (
    CT_RATIO,
    CURRENTS,
    ENERGY_EXPORT,
    ENERGY_IMPORT,
    EXPORTS,
    IMPORTS,
    POWERS,
    TOTAL,
    TOTAL_EXPORT,
    TOTAL_IMPORT,
    VOLTAGES,
    VT_RATIO,
    RegisterMap,
)
from .sunspec import find_meter

DEFAULT_RESOLUTION: Final = 0.01
"""A; what meters that send floats show at least."""
HIGHEST_CURRENT: Final = 10_000.0
"""A; where the user gave no range: beyond any transformer at a grid connection."""
MOST_ENERGY: Final = 1e12
"""Wh; what no grid connection of a house draws in its life."""
OVER_RANGE: Final = 1.2
"""Transformers measure up to this times their rated current (IEC 61869-2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModbusMeterSettings:
    """How a meter is read, and how its transformers are mounted."""

    params: Params
    unit_id: int
    map: RegisterMap
    phases: int = 3
    """1 or 3: phases of the grid connection."""
    ct_ratio: float = 1.0
    """What the meter's currents and powers are multiplied by."""
    inverted: bool = False
    """The transformers are the other way round: import shows as export."""
    ct_range: float | None = None
    """The current that the transformers are made for, A."""
    timeout: float = READ_TIMEOUT
    """Seconds that each answer may take."""
    of_building: bool = False
    """It measures a whole building, where something always flows; a feeder or a charger may rest."""


class ModbusMeter(Meter):
    """Reads one meter through Home Assistant's shared link.

    The unit is held from `open` to `close`, so that other integrations may
    share the link, and a changed meter finds it free.
    """

    def __init__(self, hass: HomeAssistant, settings: ModbusMeterSettings) -> None:
        """Know the meter; nothing is sent before `read`."""
        self._hass = hass
        self._settings = settings
        self._holding = AsyncExitStack()
        self._link: Link | None = None
        self._reader: _Reader | None = None

    @property
    @override
    def latency(self) -> float:
        return self._settings.map.latency

    @property
    @override
    def resolution(self) -> float:
        known = self._settings.map.resolution
        if known is None:
            known = DEFAULT_RESOLUTION if self._reader is None else self._reader.resolution
        return known * self._settings.ct_ratio

    @override
    async def open(self) -> None:
        if self._link is not None:
            return
        settings = self._settings
        self._link = await self._holding.enter_async_context(
            open_link(self._hass, settings.params, settings.unit_id, settings.timeout)
        )
        if settings.map.connect_delay:
            self._link.unit.require_connect_delay(settings.map.connect_delay)

    @override
    async def read(self) -> MeterValues:
        if self._link is None:
            raise MeterSetupError(reason="not open")
        at = clock.monotonic()
        try:
            if self._reader is None:
                self._reader = await _Reader.prepare(self._settings, self._link)
            return self._checked(at, await self._reader.read(self._link))
        except MeterError:
            # What answers next may be another meter, or the same one changed.
            self._reader = None
            raise

    @override
    async def read_energy(self) -> MeterEnergy | None:
        if self._link is None or self._reader is None:
            return None
        imported, exported = await self._reader.read_energy(self._link)
        ratio = self._settings.ct_ratio
        told = _times(imported, ratio), _times(exported, ratio)
        if self._settings.inverted:
            told = told[1], told[0]
        return MeterEnergy(imported=told[0], exported=told[1])

    @override
    async def close(self) -> None:
        if self._link is not None and self._settings.map.connect_delay:
            self._link.unit.require_connect_delay(None)
        self._link = self._reader = None
        await self._holding.aclose()

    @override
    def on_news(self, callback: Callable[[], None]) -> Callable[[], None]:
        return lambda: None

    def _checked(self, at: float, told: Told) -> MeterValues:
        """What the meter told, with direction, and nothing in it that can't be."""
        settings = self._settings
        turn = -1.0 if settings.inverted else 1.0

        def turned(power: float | None) -> float | None:
            return None if power is None else turn * settings.ct_ratio * power

        powers: MaybePerPhase = (
            turned(told.powers[0]),
            turned(told.powers[1]),
            turned(told.powers[2]),
        )
        most = HIGHEST_CURRENT if settings.ct_range is None else OVER_RANGE * settings.ct_range
        currents = [0.0, 0.0, 0.0]
        for phase, magnitude in enumerate(told.currents[: settings.phases]):
            if magnitude is None:
                raise MeterNoValueError(quantity=f"L{phase + 1}")
            current = magnitude * settings.ct_ratio
            # Written so that what is no number is out of range, too.
            if not abs(current) <= most:
                raise MeterOutOfRangeError(
                    quantity=f"L{phase + 1}", value=figure(current), most=figure(most)
                )
            currents[phase] = signed(
                current,
                powers[phase],
                has_sign=settings.map.current_signed,
                inverted=settings.inverted,
            )
        return MeterValues(
            at=at,
            currents=_triple(currents),
            voltages=told.voltages,
            powers=powers,
            power=total(turned(told.power), powers[: settings.phases]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a meter told, in its own direction and before the user's CT ratio."""

    currents: MaybePerPhase
    voltages: MaybePerPhase
    powers: MaybePerPhase
    power: float | None


class _Reader:
    """A meter whose registers are known: found in a chain, with its ratios read."""

    def __init__(
        self,
        found: RegisterMap,
        phases: int,
        *,
        ct_ratio: float = 1.0,
        vt_ratio: float = 1.0,
        rest_shown: float | None = None,
    ) -> None:
        """`rest_shown`: the user's CT ratio where nothing at all can't be; None: it can."""
        self._map = found
        self._ct_ratio = ct_ratio
        self._vt_ratio = vt_ratio
        self._phases = phases
        self._rest_shown = rest_shown
        self._plans = read_plans(found, phases)
        self._place = 0
        self._has_no_energy = False
        self.resolution = DEFAULT_RESOLUTION

    @classmethod
    async def prepare(cls, settings: ModbusMeterSettings, link: Asking) -> _Reader:
        """Find out what must be known before the first reading. Raises MeterError."""
        found = settings.map
        if found.sunspec is not None:
            found = await find_meter(found, found.sunspec, link)
        ratios: dict[str, float] = {}
        plan = constant_plan(found)
        if plan is not None:
            memory = await _memory(link, plan)
            for name in plan.quantities:
                ratio = decode(found.registers[name], memory, found.word_order)
                if not ratio or ratio < 0:
                    raise MeterNoValueError(quantity=name)
                ratios[name] = ratio
        return cls(
            found,
            settings.phases,
            ct_ratio=ratios.get(CT_RATIO, 1.0),
            vt_ratio=ratios.get(VT_RATIO, 1.0),
            rest_shown=settings.ct_ratio if settings.of_building else None,
        )

    async def read(self, link: Asking) -> Told:
        """Read it once; a meter that refuses one way of asking is asked in the next."""
        while True:
            plan = self._plans[self._place]
            try:
                memory = await _memory(link, plan)
            except MeterRefusedError:
                if self._place + 1 == len(self._plans):
                    raise
                self._place += 1
            else:
                told = self._decoded(plan, memory)
                await self._look_for_life(link, plan, memory, told)
                return told

    async def read_energy(self, link: Asking) -> tuple[float | None, float | None]:
        """The counters of import and export, Wh, in the meter's own direction."""
        plan = energy_plan(self._map, self._plans[self._place].function)
        if plan is None or self._has_no_energy:
            return None, None
        try:
            memory = await _memory(link, plan)
        except MeterRefusedError:
            # A smaller model of the family; it is not asked again.
            self._has_no_energy = True
            return None, None
        values = self._values(plan, memory)
        by_power = self._ct_ratio * self._vt_ratio
        return (
            _counted(_times(values.get(ENERGY_IMPORT), by_power)),
            _counted(_times(values.get(ENERGY_EXPORT), by_power)),
        )

    async def _look_for_life(
        self, link: Asking, plan: ReadPlan, memory: dict[int, int], told: Told
    ) -> None:
        """Raise MeterError where the meter is dead, though something answers for it.

        Where the voltage costs a request of its own it is asked for only where what came
        is what a dead meter would tell.
        """
        if None in told.currents[: self._phases]:
            return  # that is an error of its own
        flows = (*told.currents, *told.powers, told.power)
        voltages = told.voltages
        if all(voltage is None for voltage in voltages):
            registers = [self._map.registers[name] for name in plan.quantities]
            words = [memory[address] for one in registers for address in one.addresses]
            if not may_be_dead(flows, words):
                return
            asked = voltage_plan(self._map, self._phases, plan.function)
            if asked is None:
                if not any(flows) and self._would_show_rest(plan, memory):
                    raise MeterNoVoltageError
                return  # `balancing` finds out whether it moves when chargers do
            try:
                memory = memory | await _memory(link, asked)
            except MeterRefusedError as err:
                raise MeterNoVoltageError from err
            voltages = self._scaled(VOLTAGES, self._values(asked, memory), self._vt_ratio)
            if all(voltage is None for voltage in voltages):
                raise MeterNoVoltageError
        if is_dead(voltages, flows, transformed=self._vt_ratio != 1.0):
            raise MeterNoVoltageError

    def _would_show_rest(self, plan: ReadPlan, memory: dict[int, int]) -> bool:
        """Whether what it measures always takes so much that it would show some of it."""
        if self._rest_shown is None:
            return False
        ratio = self._rest_shown * self._ct_ratio
        return any(
            ratio * (step(self._map.registers[name], memory) or 0.0)
            <= (CURRENT_AT_REST if name in CURRENTS else POWER_AT_REST)
            for name in plan.quantities
        )

    def _values(self, plan: ReadPlan, memory: dict[int, int]) -> dict[str, float | None]:
        return {
            name: decode(self._map.registers[name], memory, self._map.word_order)
            for name in plan.quantities
        }

    @staticmethod
    def _scaled(
        names: tuple[str, str, str], values: Mapping[str, float | None], ratio: float
    ) -> MaybePerPhase:
        one, two, three = (_times(values.get(name), ratio) for name in names)
        return one, two, three

    def _decoded(self, plan: ReadPlan, memory: dict[int, int]) -> Told:
        status = self._map.status
        if status is not None and memory[status.address] not in status.good:
            raise MeterNotReadyError(status=memory[status.address])
        values = self._values(plan, memory)
        steps = [step(self._map.registers[name], memory) for name in CURRENTS if name in values]
        self.resolution = self._ct_ratio * max(
            (DEFAULT_RESOLUTION if one is None else one for one in steps),
            default=DEFAULT_RESOLUTION,
        )

        by_power = self._ct_ratio * self._vt_ratio
        powers = self._scaled(POWERS, values, by_power)
        imports = self._scaled(IMPORTS, values, by_power)
        exports = self._scaled(EXPORTS, values, by_power)
        net: MaybePerPhase = (
            _net(powers[0], imports[0], exports[0]),
            _net(powers[1], imports[1], exports[1]),
            _net(powers[2], imports[2], exports[2]),
        )
        return Told(
            currents=self._scaled(CURRENTS, values, self._ct_ratio),
            voltages=self._scaled(VOLTAGES, values, self._vt_ratio),
            powers=net,
            power=_net(
                _times(values.get(TOTAL), by_power),
                _times(values.get(TOTAL_IMPORT), by_power),
                _times(values.get(TOTAL_EXPORT), by_power),
            ),
        )


async def _memory(link: Asking, plan: ReadPlan) -> dict[int, int]:
    """All registers of a plan. Raises MeterError."""
    memory: dict[int, int] = {}
    for block in plan.blocks:
        words = await link.ask(plan.function, block)
        memory.update(zip(range(block.start, block.end), words, strict=True))
    return memory


def _times(value: float | None, ratio: float) -> float | None:
    return None if value is None else value * ratio


def _counted(energy: float | None) -> float | None:
    """What a counter can show: neither below nothing nor without end."""
    return energy if energy is not None and 0.0 <= energy <= MOST_ENERGY else None


def _net(power: float | None, imported: float | None, exported: float | None) -> float | None:
    """Power as told, or import less export where the meter counts them apart."""
    if power is not None or imported is None or exported is None:
        return power
    return imported - exported


def _triple(values: list[float]) -> PerPhase:
    one, two, three = values
    return one, two, three
