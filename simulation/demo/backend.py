"""A garage whose chargers keep their billing backends: both sides beside each other.

Two of the yard's chargers have an operator that decides, a third one only reports to somebody. The
operator limits, asks for more than there is, dies, and is back; what it bills is compared with the
chargers' own registers. `script/demo --scenario backend` plays it.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import Any, Final

from rich.console import Console, RenderableType
from rich.table import Table

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.balancing.site import ConnectorId
from custom_components.ev_load_manager.group.backends import Standing

from ..backends.backend import Bill, SimulatedBackend
from ..charger.car import CarModel
from ..plant.site import SimulatedSite
from ..set_up import Group
from .scenario import Deed, Event, at, does, plugs_in, unplugs

OPERATED: Final = ("EVBOX-1", "GENERIC")
"""Chargers whose operator decides."""
REPORTED: Final = "EVBOX-2"
"""The one that reports to somebody who decides nothing."""
MOST_OFF: Final = 1.0
"""Wh by which what was billed may differ from a register, which has fractions of them."""
_CAR: Final = CarModel(name="car", phases=3, maximum=16.0, wanted=None)
_LITTLE: Final = CarModel(name="little car", phases=1, maximum=16.0, wanted=None)


class Operator:
    """Who bills, and somebody who is told: what they know, beside what Home Assistant does."""

    def __init__(self) -> None:
        """Nothing runs yet."""
        self.backend = SimulatedBackend()
        self.listener = SimulatedBackend(first_id=1)
        self._group: Group | None = None
        self._site: SimulatedSite | None = None

    @asynccontextmanager
    async def garage(
        self, console: Console, scene: AbstractAsyncContextManager[tuple[SimulatedSite, Group]]
    ) -> AsyncIterator[tuple[SimulatedSite, Group]]:
        """A scene in which three chargers have backends."""
        async with self.backend, self.listener, scene as (site, group):
            self._site, self._group = site, group
            console.print("Adding their billing backends ...")
            for charger in OPERATED:
                await group.add_backend(charger, url=self.backend.url)
            await group.add_backend(REPORTED, url=self.listener.url, role="listens")
            await self.backend.until(lambda: set(OPERATED) <= self.backend.sockets.keys())
            await self.listener.until(lambda: REPORTED in self.listener.sockets)
            yield site, group

    # What happens

    def story(self, _: Group) -> tuple[Event, ...]:
        """Ten minutes: it limits, dies in a session, and is told everything once it is back."""
        return (
            at(5, plugs_in("Leaf", "EVBOX-1/1", _LITTLE, seed=1)),
            at(20, plugs_in("hybrid", "EVBOX-2/1", _LITTLE, seed=2)),
            at(80, plugs_in("Zoe", "GENERIC/1", _CAR, seed=3)),
            at(140, self._limits("GENERIC", 6.0)),
            at(190, self._limits("GENERIC", 32.0)),
            at(225, does("the backend takes its limit back", lambda _: self._clear("GENERIC"))),
            at(230, does("the backend dies", lambda _: self.backend.stop())),
            at(250, unplugs("EVBOX-1/1")),
            at(260, unplugs("GENERIC/1")),
            at(270, plugs_in("another Leaf", "EVBOX-1/1", _LITTLE, seed=5)),
            at(330, does("the backend is back", lambda _: self.backend.start())),
            at(540, unplugs("EVBOX-1/1")),
            at(565, unplugs("EVBOX-2/1")),
            at(600, does("everyone has left", lambda _: None)),
        )

    def _limits(self, charger: str, amperes: float) -> Deed:
        profile = {
            "connectorId": 1,
            "csChargingProfiles": {
                "chargingProfileId": 1,
                "stackLevel": 9,
                "chargingProfilePurpose": "TxDefaultProfile",
                "chargingProfileKind": "Absolute",
                "chargingSchedule": {
                    "chargingRateUnit": "A",
                    "chargingSchedulePeriod": [{"startPeriod": 0, "limit": amperes}],
                },
            },
        }

        async def ask(_: SimulatedSite) -> None:
            began = clock.now() - timedelta(minutes=1)
            schedule: dict[str, Any] = profile["csChargingProfiles"]["chargingSchedule"]  # type: ignore[index]
            schedule["startSchedule"] = began.strftime("%Y-%m-%dT%H:%M:%SZ")
            await self._ask(charger, "SetChargingProfile", profile)

        return does(f"the backend allows {charger} {amperes:g} A", ask)

    async def _clear(self, charger: str) -> None:
        await self._ask(charger, "ClearChargingProfile", {})

    async def _ask(self, charger: str, action: str, payload: Mapping[str, Any]) -> None:
        if charger in self.backend.sockets:
            await self.backend.ask(charger, action, payload)

    # What is seen

    async def watch(self) -> None:
        """Nothing has to be looked at that is not shown."""
        await asyncio.Event().wait()

    @property
    def course(self) -> Iterator[RenderableType]:
        """What each side knows."""
        group = self._group
        manager = None if group is None else group.manager
        if group is None or manager is None:
            return
        table = Table(title="billing backends", expand=False)
        for column in ("charger", "backend", "sessions there", "billed"):
            table.add_column(column)
        for column in ("waiting", "it allows", "limit"):
            table.add_column(column, justify="right")
        table.add_column("who limits")
        for charger in (*OPERATED, REPORTED):
            cap = manager.backends.caps.get(ConnectorId(charger, 1))
            for one in manager.backends.of(charger):
                table.add_row(
                    charger,
                    _how_it_stands(one),
                    _sessions(self._bills(charger)),
                    f"{self._billed(charger)} Wh",
                    str(one.queue),
                    "" if cap is None else f"{cap:g} A",
                    f"{group.connector_state(charger, 1, 'limit')} A",
                    group.connector_state(charger, 1, "reason").replace("_", " "),
                )
        yield table

    def _bills(self, charger: str) -> Sequence[Bill]:
        told = self.listener if charger == REPORTED else self.backend
        return [bill for bill in told.bills.values() if bill.charger == charger]

    def _billed(self, charger: str) -> int:
        return sum(bill.energy or 0 for bill in self._bills(charger))

    def judge(self, console: Console) -> list[str]:
        """Compare what was billed with the chargers' own registers; what is wrong."""
        wrong = []
        group, site = self._group, self._site
        if group is None or site is None or group.manager is None:
            return ["the group is gone"]
        for charger in (*OPERATED, REPORTED):
            bills = self._bills(charger)
            waiting = sum(one.queue for one in group.manager.backends.of(charger))
            connector = site.chargers[charger].connectors[1]
            counted = sum(bill.counted(connector.energy) for bill in bills)
            if not bills or waiting:
                console.print(
                    f"{charger}: {waiting} messages are still to be told", highlight=False
                )
                continue
            began = min(bill.start["meterStart"] for bill in bills)
            off = abs(counted - (connector.energy - began))
            console.print(
                f"{charger}: {len(bills)} sessions billed once, {counted:.0f} Wh,"
                f" {off:.2f} Wh from its register",
                highlight=False,
            )
            if off > MOST_OFF:
                wrong.append(f"{charger} is billed {off:.0f} Wh too much or too little")
        for fault in (*self.backend.faults, *self.listener.faults):
            console.print(f"  at a backend: {fault}", style="red", highlight=False)
        if self.backend.faults or self.listener.faults:
            wrong.append("a backend was told what it could not use")
        return wrong


def _how_it_stands(one: Standing) -> str:
    role = "decides" if one.decides else "listens"
    return f"{one.state.value}, {role}"


def _sessions(bills: Sequence[Bill]) -> str:
    running = [str(bill.id) for bill in bills if bill.stop is None]
    ended = len(bills) - len(running)
    return ", ".join([f"{ended} ended"] * bool(ended) + [f"{one} goes on" for one in running])
