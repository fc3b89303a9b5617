"""Replays the test report of the thesis (Appendix 2) and compares row by row.

Two EVBox G4 with one-phase cars (Nissan Leaf, Nissan NV200) and an Alfen with a
three-phase one (Tesla Model 3), a limit of 16 A. First in the thesis's policy,
where everything counts on one phase and everyone keeps 6 A; then the same story
in turns, where the limit is never exceeded.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from rich.console import Console
from rich.table import Table

from custom_components.ev_load_manager import clock

from ..charger.car import Car, CarModel
from ..charger.grid import L1, L2, L3, Wiring, same
from ..charger.in_version import in_version
from ..charger.models import ALFEN_EVE_DOUBLE, EVBOX_G4
from ..charger.v201.evse import SimulatedEvse
from ..plant.house import Appliance
from ..plant.site import GRID, GROUP, SimulatedSite, SupplyCircuit
from ..set_up import Group, Home, MeterSetting

LIMIT: Final = 16.0
PATIENCE: Final = 240.0
"""Seconds of the site's time in which a row must come to its result."""
STEADY: Final = 20.0
"""Seconds that the result must last."""
STARTED_BY_ITSELF: Final = 12.0
"""Seconds that a phase may be over its limit where a car started by itself."""
HOUSE_ROSE: Final = 15.0
"""Seconds that the grid may be over its limit where the house began to draw more."""
TOLERANCE: Final = 0.05

LEAF = CarModel(name="Leaf", phases=1, maximum=32.0, wanted=None)
NV200 = CarModel(name="NV200", phases=1, maximum=32.0, wanted=None)
TESLA = CarModel(name="Model 3", phases=3, maximum=16.0, wanted=None)

ONE_PHASE: Final[Mapping[str, Wiring]] = {"16029": (L1,), "16032": (L1,), "8551": (L1,)}
TRUE_PHASES: Final[Mapping[str, Wiring]] = {
    "16029": (L1, L2, L3),
    "16032": (L2, L3, L1),
    "8551": (L1, L2, L3),
}

FIRST, SECOND, THIRD = "16029/1", "16032/1", "8551/1"
"""The outlets, by the numbers that the report gives them."""
CARS: Final = {FIRST: LEAF, SECOND: NV200, THIRD: TESLA}


@dataclass(slots=True)
class Scene:
    """The site and the group that a story happens to."""

    site: SimulatedSite
    group: Group

    def arrive(self, *outlets: str) -> None:
        """Cars come and charge."""
        for outlet in outlets:
            self.site.plug_in(outlet, Car(CARS[outlet], name=CARS[outlet].name))

    def leave(self, outlet: str) -> None:
        """A car stops and leaves."""
        self.site.unplug(outlet)

    async def power_cut(self, outlet: str) -> None:
        """A charger loses its power for half a minute."""
        charger, _ = self.site.outlet(outlet)
        charger.power_off()
        await clock.sleep(30.0)
        charger.power_on()

    def heater(self, *, on: bool) -> None:
        """The heater that the report adds to the site's consumption."""
        self.site.house.switch("heater", on)

    def meter(self, *, silent: bool) -> None:
        """The grid meter stops answering, or begins again."""
        self.site.meter.silent = silent

    async def adapt(self) -> None:
        """The third car leaves, and adaptive load management begins."""
        self.leave(THIRD)
        await self.group.set_switch("alm", True)

    async def limit(self, outlet: str, amperes: float) -> None:
        """Somebody gives a single outlet a limit; 0 A is the switch that pauses it."""
        charger, number = self.site.outlet(outlet)
        if amperes > 0:
            await self.group.set_connector_maximum(charger.id, number, amperes)
        await self.group.allow_charging(charger.id, number, amperes > 0)

    def offered(self) -> dict[str, float]:
        """What every plugged in car is offered by its charger, A."""
        return {
            f"{view.charger}/{view.number}": round(view.offered, 1)
            for view in self.site.snapshot().connectors
            if view.car is not None
        }

    def status(self, outlet: str) -> str:
        """What the charger says of an outlet."""
        charger, number = self.site.outlet(outlet)
        connector = charger.connectors[number]
        if isinstance(connector, SimulatedEvse) and connector.transaction is not None:
            # The state of an outlet says nothing of charging any more (2.0.1, 3.18 and 3.26).
            return connector.charging_state
        return connector.status


type Act = Callable[[Scene], Awaitable[None] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of the report: what happens, and what must come of it."""

    number: int
    service: str
    happens: str
    act: Act
    offers: Mapping[str, float]
    """By outlet, A."""
    statuses: Mapping[str, str] = field(default_factory=dict)
    mode: str | None = None
    """Operating mode, where the report tells it."""

    @property
    def expected(self) -> str:
        """The result as the report words it."""
        return _words(self.offers, self.statuses, self.mode)

    def actual(self, scene: Scene) -> str:
        """What is there now, in the same words."""
        statuses = {key: scene.status(key) for key in self.statuses}
        mode = None if self.mode is None else scene.group.state("mode")
        return _words(scene.offered(), statuses, mode)

    def holds(self, scene: Scene) -> bool:
        """Whether the result is there now."""
        offered = scene.offered()
        return (
            offered.keys() == self.offers.keys()
            and all(abs(offered[key] - self.offers[key]) <= TOLERANCE for key in offered)
            and all(scene.status(key) == status for key, status in self.statuses.items())
            and self.mode in (None, scene.group.state("mode"))
        )


DLM: Final = (
    Row(
        number=1,
        service="DLM",
        happens="one car starts",
        act=lambda scene: scene.arrive(FIRST),
        offers={FIRST: 16.0},
    ),
    Row(
        number=2,
        service="DLM",
        happens="a second starts",
        act=lambda scene: scene.arrive(SECOND),
        offers={FIRST: 8.0, SECOND: 8.0},
    ),
    Row(
        number=3,
        service="DLM",
        happens="a third (three-phase) starts",
        act=lambda scene: scene.arrive(THIRD),
        offers={FIRST: 6.0, SECOND: 6.0, THIRD: 6.0},
    ),
    Row(
        number=4,
        service="DLM",
        happens="one stops and leaves",
        act=lambda scene: scene.leave(THIRD),
        offers={FIRST: 8.0, SECOND: 8.0},
    ),
    Row(
        number=5,
        service="DLM",
        happens="all three charge again",
        act=lambda scene: scene.arrive(THIRD),
        offers={FIRST: 6.0, SECOND: 6.0, THIRD: 6.0},
    ),
)
"""Rows 1 to 5."""

BETWEEN: Final = Row(
    number=0,
    service="",
    happens="(one leaves again)",
    act=lambda scene: scene.leave(THIRD),
    offers={FIRST: 8.0, SECOND: 8.0},
)

CHARGER_ROWS: Final = (
    Row(
        number=10,
        service="ALM",
        happens="a charger loses power and returns",
        act=lambda scene: scene.power_cut(FIRST),
        offers={FIRST: 8.0, SECOND: 8.0},
        statuses={FIRST: "Charging"},
    ),
    Row(
        number=11,
        service="ALM",
        happens="limit 0 A is sent",
        act=lambda scene: scene.limit(FIRST, 0.0),
        offers={FIRST: 0.0, SECOND: 16.0},
        statuses={FIRST: "SuspendedEVSE"},
    ),
    Row(
        number=12,
        service="ALM",
        happens="limit 6 A is sent after it",
        act=lambda scene: scene.limit(FIRST, 6.0),
        offers={FIRST: 6.0, SECOND: 10.0},
        statuses={FIRST: "Charging"},
    ),
)
"""Rows 10 to 12: the report names only the charger that the limit is sent to."""


ALM: Final = (
    Row(
        number=6,
        service="ALM",
        happens="8 A external load appears",
        act=lambda scene: scene.heater(on=True),
        offers={FIRST: 6.0, SECOND: 6.0},
    ),
    Row(
        number=7,
        service="ALM",
        happens="the external load goes away",
        act=lambda scene: scene.heater(on=False),
        offers={FIRST: 8.0, SECOND: 8.0},
    ),
    Row(
        number=8,
        service="ALM",
        happens="meter values stop for 30 s",
        act=lambda scene: scene.meter(silent=True),
        offers={FIRST: 6.0, SECOND: 6.0},
        mode="safe_limit",
    ),
    Row(
        number=9,
        service="ALM",
        happens="meter values return",
        act=lambda scene: scene.meter(silent=False),
        offers={FIRST: 8.0, SECOND: 8.0},
        mode="adaptive",
    ),
)
"""Rows 6 to 9."""

ADAPTIVE: Final = Row(
    number=0,
    service="",
    happens="(one leaves again, ALM is switched on)",
    act=lambda scene: scene.adapt(),
    offers={FIRST: 8.0, SECOND: 8.0},
)


async def replay_dlm(console: Console, home: Home, protocol: str) -> int:
    """Rows 1 to 5 and 10 to 12; the exit code is 1 where one differs, or a frame is no OCPP."""
    rows = (*DLM, BETWEEN, *CHARGER_ROWS)
    failed = await _compare(console, home, protocol, rows)
    failed |= await _in_turns(
        console, home, protocol, rows, "all cars on one phase", wirings=ONE_PHASE
    )
    failed |= await _in_turns(console, home, protocol, rows, "true phases", wirings=TRUE_PHASES)
    return int(failed)


async def replay_appendix_2(console: Console, home: Home, protocol: str) -> int:
    """All twelve rows; the exit code is 1 where one differs, a fuse was in danger, or no OCPP."""
    rows = (*DLM, ADAPTIVE, *ALM, *CHARGER_ROWS)
    failed = await _compare(console, home, protocol, rows, wirings=TRUE_PHASES, metered=True)
    failed |= await _in_turns(
        console, home, protocol, rows, "true phases", wirings=TRUE_PHASES, metered=True
    )
    return int(failed)


async def _compare(
    console: Console,
    home: Home,
    protocol: str,
    rows: tuple[Row, ...],
    *,
    wirings: Mapping[str, Wiring] = ONE_PHASE,
    metered: bool = False,
) -> bool:
    """The report's rows in its own policy, expected beside actual; True: something is wrong."""
    console.print("The thesis's policy (minimum_for_all, everything on one phase):")
    table = _table("expected", "actual")
    failed = False
    async with _stage(
        home, protocol, policy="minimum_for_all", wirings=wirings, metered=metered
    ) as scene:
        for row in rows:
            done = row.act(scene)
            if done is not None:
                await done
            passed = await _comes(lambda row=row: row.holds(scene))
            failed |= not passed
            verdict = "ok" if passed else "[red]DIFFERS[/]"
            _add(table, row, row.expected, row.actual(scene), verdict)
    console.print(table)
    return bool(tell_violations(console, scene.site)) or failed


async def _in_turns(
    console: Console,
    home: Home,
    protocol: str,
    rows: tuple[Row, ...],
    name: str,
    *,
    wirings: Mapping[str, Wiring],
    metered: bool = False,
) -> bool:
    """The same story in turns; True: a phase was above the limit for too long, or no OCPP."""
    console.print(f"In turns (take_turns), {name}:")
    table = _table("offered", "current per phase")
    phases = len(set().union(*wirings.values()))
    async with _stage(
        home, protocol, policy="take_turns", wirings=wirings, metered=metered
    ) as scene:
        watch, grid = scene.site.watches[GROUP], scene.site.watches[GRID]
        for row in rows:
            since = clock.monotonic()
            done = row.act(scene)
            if done is not None:
                await done
            await clock.sleep(90.0)
            over = [one for one in watch.since(since) if one.seconds > STARTED_BY_ITSELF]
            over += [one for one in grid.since(since) if one.seconds > HOUSE_ROSE]
            drawn = " / ".join(f"{amperes:.1f}" for amperes in scene.site.currents(GROUP)[:phases])
            verdict = "[red]OVER THE LIMIT[/]" if over else "ok"
            _add(table, row, _words(scene.offered(), {}), f"{drawn} A", verdict)
    console.print(table)
    for excursion in scene.site.excursions:
        console.print(f"  {excursion}", highlight=False)
    console.print(
        f"  longest time that the group was above {LIMIT:g} A: {watch.longest:.1f} s"
        f" (allowed: {STARTED_BY_ITSELF:g} s)"
    )
    if metered:
        console.print(
            f"  longest time that the grid was above {LIMIT:g} A: {grid.longest:.1f} s"
            f" (allowed: {HOUSE_ROSE:g} s)"
        )
    broken = tell_violations(console, scene.site)
    return bool(broken) or watch.longest > STARTED_BY_ITSELF or grid.longest > HOUSE_ROSE


def tell_violations(console: Console, site: SimulatedSite) -> list[str]:
    """Say what was said at a site that OCPP doesn't allow."""
    found = site.violations
    for one in found:
        console.print(f"  not OCPP: {one}", style="red", highlight=False)
    return found


@asynccontextmanager
async def _stage(
    home: Home, protocol: str, *, policy: str, wirings: Mapping[str, Wiring], metered: bool
) -> AsyncIterator[Scene]:
    """The report's set-up, with nobody there yet; taken down at the end."""
    phases = len(set().union(*wirings.values()))
    site = SimulatedSite(
        home.chargers_url,
        circuits=(
            SupplyCircuit(GRID, same(LIMIT if metered else 99.0), carries_house=True),
            SupplyCircuit(GROUP, (LIMIT, 99.0, 99.0) if phases == 1 else same(LIMIT), GRID),
        ),
        # Where the table is to be met to the tenth of an ampere, currents stand still.
        meter_noise=0.0 if policy == "minimum_for_all" else 0.1,
    )
    # But the mains voltage never does: a meter in which nothing moves counts as frozen.
    site.meter.voltage_noise = 0.5
    site.house.appliances["heater"] = Appliance((8.0, 0.0, 0.0))
    await site.meter.start()
    meter = MeterSetting(port=site.meter.port, maximum=LIMIT) if metered else None
    group = await home.set_up_group(phases=phases, maximum=LIMIT, policy=policy, meter=meter)
    if metered:
        # The report counts the most loaded phase, and begins with DLM.
        seed = policy == "minimum_for_all"
        await group.select("phase_choice", "highest_phase" if seed else "each_phase")
        await group.set_switch("alm", False)
    for charger_id, model in (
        ("16029", EVBOX_G4),
        ("16032", EVBOX_G4),
        ("8551", ALFEN_EVE_DOUBLE),
    ):
        # With everything on one phase the others have no fuse to watch.
        wiring = (L1, L2, L3) if phases == 1 else wirings[charger_id]
        site.add_charger(charger_id, in_version(model, protocol), wiring=wiring)
    try:
        await site.start(meter=False)
        for charger in site.chargers.values():
            await group.add_charger(charger.id, name=charger.id, wiring=wirings[charger.id])
        for charger in site.chargers.values():
            await charger.until(lambda charger=charger: charger.accepted)
        yield Scene(site, group)
    finally:
        await site.stop()
        await group.remove()


async def _comes(holds: Callable[[], bool]) -> bool:
    """Whether something comes true in time, and stays so for a while."""
    deadline = clock.monotonic() + PATIENCE
    since: float | None = None
    while (now := clock.monotonic()) < deadline:
        if not holds():
            since = None
        elif since is None:
            since = now
        elif now - since >= STEADY:
            return True
        await clock.sleep(1.0)
    return False


def _table(*results: str) -> Table:
    table = Table()
    for column in ("#", "service", "what happens", *results, ""):
        table.add_column(column)
    return table


def _add(table: Table, row: Row, *results: str) -> None:
    table.add_row(str(row.number or ""), row.service, row.happens, *results)


def _words(
    offers: Mapping[str, float], statuses: Mapping[str, str], mode: str | None = None
) -> str:
    said = " / ".join(f"{offers[outlet]:g}" for outlet in CARS if outlet in offers) + " A"
    return ", ".join([said, *statuses.values(), *([mode] if mode else [])])


STORIES: Final[Mapping[str, Callable[[Console, Home, str], Awaitable[int]]]] = {
    "dlm": replay_dlm,
    "appendix-2": replay_appendix_2,
}
"""What `script/demo --replay` knows."""
