"""A bench on which the limits of a scripted charger are kept."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.limits.charger_limits import ChargerLimits
from custom_components.ev_load_manager.csms.limits.connector_limit import ConnectorLimit
from custom_components.ev_load_manager.csms.models import ChargerProfile, load_catalogue
from custom_components.ev_load_manager.csms.transport.errors import CallTimeout
from custom_components.ev_load_manager.data_files.stored import Stored

from .scripted_charger import ScriptedCharger

CATALOGUE = load_catalogue()


class Bench:
    """A scripted charger whose limits are kept."""

    def __init__(
        self,
        profile: ChargerProfile | None = None,
        *,
        connectors: int = 1,
        charger: ScriptedCharger | None = None,
        state: Mapping[int, Mapping[str, Any]] | None = None,
        charger_time: Callable[[], datetime] = clock.now,
    ) -> None:
        """Start to keep limits; they are sent once the charger is connected."""
        self.charger = charger or ScriptedCharger()
        self.saves: list[list[dict[str, Any]]] = []
        self.unanswered: dict[int, float] = {}
        """Since when the start or end of a session waits for its answer, by connector."""
        self._news = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()
        self.limits = ChargerLimits(
            self.charger,
            profile=profile or CATALOGUE.generic,
            generic=CATALOGUE.generic,
            charger_time=charger_time,
            save=self._save,
            changed=self._changed,
            unanswered=self.unanswered,
        )
        for number in range(1, connectors + 1):
            keeper = self.limits.keeper(number)
            if state:
                keeper.restore(Stored(state[number]))
        self.limits.start()

    def __getitem__(self, number: int) -> ConnectorLimit:
        """The keeper of a connector."""
        return self.limits.keepers[number]

    async def _save(self) -> None:
        self.saves.append([keeper.state() for keeper in self.limits.keepers.values()])

    def _changed(self, _: ConnectorLimit) -> None:
        task = asyncio.get_running_loop().create_task(self._tell())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for a change of an offer that makes `condition` true."""
        async with self._news:
            await self._news.wait_for(condition)

    async def accepted(self, number: int, amperes: float) -> None:
        """Wait until the charger took a limit."""
        await self.until(lambda: self[number].offer.accepted == amperes)

    async def refused(self, number: int = 1) -> None:
        """Wait until what is wanted was refused, whatever the charger has instead."""
        await self.until(
            lambda: self[number].offer.refused or self[number].tried_again_at is not None
        )


type Make = Callable[..., Bench]


def sent(bench: Bench, place: int = -1) -> dict[str, Any]:
    """A charging profile that was sent."""
    found: dict[str, Any] = bench.charger.of("SetChargingProfile")[place]["csChargingProfiles"]
    return found


def ends(profile: dict[str, Any]) -> bool:
    """Whether a limit of this profile does not stay."""
    schedule = profile["chargingSchedule"]
    return "duration" in schedule or len(schedule["chargingSchedulePeriod"]) > 1


def silent_where(
    bench: Bench,
    is_dumb: Callable[[dict[str, Any]], bool],
    *,
    outlet: int | None = None,
    takes: bool = False,
) -> None:
    """Have a charger leave some profiles (of one outlet) without an answer, and take all others.

    `takes`: it takes those, too, and says nothing.
    """
    real = bench.charger.call

    async def call(question: Any, *, fresh: Any = None, timeout: float = 30.0, **more: Any) -> Any:
        told = question.payload if fresh is None else fresh()
        profile = (told or {}).get("csChargingProfiles")
        is_there = outlet is None or (told or {}).get("connectorId") == outlet
        if profile is not None and is_there and is_dumb(profile):
            if takes:
                await real(question, fresh=lambda: told, timeout=timeout, **more)
            await clock.sleep(timeout)
            raise CallTimeout("silent")
        return await real(question, fresh=lambda: told, timeout=timeout, **more)

    bench.charger.call = call  # type: ignore[method-assign]


def silent_to(bench: Bench, profile: int) -> None:
    """Have it leave one without an answer."""
    silent_where(bench, lambda one: bool(one["chargingProfileId"] == profile))
