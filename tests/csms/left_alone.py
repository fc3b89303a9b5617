"""A simulated charger, what keeps its limit, and time that leaps."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.charge_point.charger_control import ChargerControl
from custom_components.ev_load_manager.csms.limits.connector_limit import ConnectorLimit
from custom_components.ev_load_manager.csms.limits.fail_safe import FailSafe
from custom_components.ev_load_manager.csms.models import load_catalogue
from custom_components.ev_load_manager.csms.server import CentralSystem
from simulation.charger.charger import SimulatedCharger
from simulation.charger.limits import applied_limit
from simulation.charger.models import ChargerModel

from .waiting import until

CATALOGUE = load_catalogue()
LIFETIME = 300.0


class Leaps:
    """Time leaps when it is told to; what waits for an answer doesn't notice."""

    def __init__(self) -> None:
        """Begin now."""
        self.over = 0.0


class Site:
    """A charger, and what keeps its limit and its fallback."""

    def __init__(
        self,
        central: CentralSystem,
        leaps: Leaps,
        model: ChargerModel,
        fallback: float,
        **settings: Any,
    ) -> None:
        """Configure the charger and prepare its simulation."""
        self._leaps = leaps
        self.charger = SimulatedCharger(
            model, "CP1", f"ws://127.0.0.1:{central.port}", back_off=(0.5, 2.0), **settings
        )
        self.central = central
        self.point = central.add("CP1")
        for number in range(1, model.connectors + 1):
            self.point.connector(number)
        self.control = ChargerControl(self.point, CATALOGUE)
        for number in range(1, model.connectors + 1):
            self.keeper(number).set_terms(fallback, LIFETIME)

    def keeper(self, number: int = 1) -> ConnectorLimit:
        """The keeper of a connector."""
        keeper = self.point.connector(number).keeper
        assert keeper is not None
        return keeper

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for a change of the charge point that makes `condition` true."""
        await until(self.point, condition)

    async def passes(self, condition: Callable[[], object], *, step: float = 5.0) -> None:
        """Let time pass, `step` seconds at once, until `condition()` is true."""
        while not condition():
            self.leap(step)
            await asyncio.sleep(0.01)

    def leap(self, seconds: float) -> None:
        """Let `seconds` be over at once."""
        self._leaps.over += seconds
        # Nothing wakes it when time is jumped over.
        self.control.limits.wake()
        self.charger.step(clock.monotonic())

    async def limited(self, amperes: float, number: int = 1) -> None:
        """Have the charger take a limit."""
        self.keeper(number).want(amperes)
        await self.until(lambda: self.keeper(number).offer.accepted == amperes)

    async def reaches(self, state: FailSafe) -> None:
        """Wait until so much is known of what it does alone."""
        await self.until(lambda: self.control.fail_safe.state is state)

    async def draws(self, least: float, most: float) -> None:
        """Wait until the car draws that much, A."""
        await self.passes(lambda: least <= max(self.charger.currents) <= most, step=1.0)

    async def home_assistant_dies(self) -> None:
        """Nobody renews limits any more, nobody answers."""
        await self.control.close()
        await self.central.stop()

    def allows(self, number: int = 1, *, after: float = 0.0) -> float:
        """What the charger's own profiles allow at a moment to come, A."""
        session = self.charger.connectors[number].session
        limit = self.charger.profiles.limit(number, self.charger.now() + after, session)
        assert limit is not None, "nothing limits it"
        return limit.amperes

    def applied(self, number: int = 1) -> float:
        """What the charger applies now, A."""
        return applied_limit(self.charger, self.charger.connectors[number]).amperes


type MakeSite = Callable[..., Awaitable[Site]]
