"""An evening of a home that pays for its highest quarter of an hour.

Three cars share what a tariff leaves beside the building: it cooks, its sauna alone takes more
than may be, and the grid operator dims the chargers for a while.
`script/demo --scenario peak --hurry` shows each window's course and fails where a window that
the building alone would have kept was exceeded, or the operator's limit was not kept in time.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import inf
from typing import Any, Final
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.config.signals import (
    TOLERANCE as SIGNAL_TOLERANCE,
    LoggedSignal,
)
from custom_components.ev_load_manager.entities.windows import window_now
from custom_components.ev_load_manager.peaks.keeper import TOLERANCE, Kept, PeakKeeper

from ..charger.car import CarModel
from ..charger.grid import L1, L2, L3, VOLTAGE, Wiring, same
from ..charger.in_version import in_version
from ..charger.models import ALFEN_EVE_DOUBLE, EVBOX_G4, GENERIC, ChargerModel
from ..plant.house import Appliance, House, heater
from ..plant.site import GRID, GROUP, SimulatedSite, SupplyCircuit
from ..set_up import Group, Home, MeterSetting
from .scenario import Event, at, does, plugs_in, switches_off, switches_on, unplugs

ZONE: Final = ZoneInfo("Europe/Brussels")
BEGINS: Final = datetime(2026, 11, 2, 17, 0, tzinfo=ZONE)
MINUTES: Final = 15
LIMIT: Final = 25.0
FLOOR, NEVER_ABOVE = 8.0, 12.0
"""kW: what the month's peak may be from the first day on, and what no window may exceed."""
DIMMED: Final = 4.2
"""kW that the operator leaves to all chargers."""
OBEYED_WITHIN: Final = 10.0
"""Seconds in which its limit has to be kept."""
CONTACT: Final = "binary_sensor.grid_operator"
_PREPARES: Final = timedelta(minutes=5)
"""Setting everything up takes less of the site's time."""
_MINUTE: Final = 60.0

CHARGERS: Final[tuple[tuple[str, ChargerModel, Wiring], ...]] = (
    ("EVBOX", EVBOX_G4, (L1, L2, L3)),
    ("ALFEN", ALFEN_EVE_DOUBLE, (L3, L1, L2)),
    ("GENERIC", GENERIC, (L2, L3, L1)),
)
LEAF = CarModel(name="Leaf", phases=1, maximum=32.0, wanted=14_000.0)
TESLA = CarModel(name="Model 3", phases=3, maximum=16.0)
ZOE = CarModel(name="Zoe", phases=3, maximum=32.0, minimum=8.0)

FORM: Final[Mapping[str, Any]] = {
    "window_section": {
        "window": "tariff",
        "minutes": str(MINUTES),
        "tariff": "be-flanders",
        "peak_limit": NEVER_ABOVE,
        "peak_floor": FLOOR,
        "nets_phases": True,
    },
    "signal_section": {"signal_entity": CONTACT, "signal_power": DIMMED},
}
"""What people fill in under *Power*."""


@asynccontextmanager
async def home_with_peaks(
    console: Console, home: Home, protocol: str = "ocpp1.6", *, waits: bool
) -> AsyncIterator[tuple[SimulatedSite, Group]]:
    """A home with three chargers, a tariff, and the operator's contact.

    `waits`: until a window begins.
    """
    console.print("Adding a group, its meter, a tariff and the operator's contact ...")
    house = House((1.5, 1.0, 1.2), noise=0.1, seed=1)
    house.appliances |= {"oven": heater(2500.0, L3), "sauna": Appliance(same(13.0))}
    site = SimulatedSite(
        home.chargers_url,
        circuits=(
            SupplyCircuit(GRID, same(LIMIT), carries_house=True),
            SupplyCircuit(GROUP, same(LIMIT), parent=GRID),
        ),
        house=house,
        meter_noise=0.1,
        seed=1,
    )
    await site.meter.start()
    group = await home.set_up_group(
        rated=LIMIT,
        maximum=LIMIT,
        meter=MeterSetting(port=site.meter.port, rated=LIMIT, maximum=LIMIT, safe_limit=8.0),
    )
    home.hass.states.async_set(CONTACT, "off")
    await group.set_power(FORM)
    for charger_id, model, wiring in CHARGERS:
        site.add_charger(charger_id, in_version(model, protocol), wiring=wiring)
    try:
        await site.start(meter=False)
        console.print("Accepting three chargers ...")
        for charger_id, _, wiring in CHARGERS:
            await group.add_charger(charger_id, name=charger_id, wiring=wiring)
        for charger in site.chargers.values():
            await charger.until(lambda charger=charger: charger.accepted)
        if waits:
            length = MINUTES * _MINUTE
            await clock.sleep(length - clock.now().timestamp() % length)
        yield site, group
    finally:
        await site.stop()


def prepare() -> None:
    """Put the clock shortly before the evening begins."""
    clock.set_now(BEGINS - _PREPARES)


def story(group: Group) -> tuple[Event, ...]:
    """Six windows, and a quarter of an hour in which everybody has left."""

    def operator(closed: bool) -> None:
        group.hass.states.async_set(CONTACT, "on" if closed else "off")

    def minute(minutes: float) -> float:
        return minutes * _MINUTE

    return (
        at(20, plugs_in("Leaf", "EVBOX/1", LEAF, seed=1)),
        at(minute(3), plugs_in("Model 3", "ALFEN/1", TESLA, seed=2)),
        # People cook beside the cars.
        at(minute(18), switches_on("oven")),
        at(minute(20), switches_on("heater")),
        at(minute(22), plugs_in("Zoe", "GENERIC/1", ZOE, seed=3)),
        at(minute(26), switches_off("heater")),
        at(minute(28), switches_off("oven")),
        # The building alone takes more than the window may have.
        at(minute(30) + 5, switches_on("sauna")),
        at(minute(44), switches_off("sauna")),
        at(minute(63), does("the grid operator dims", lambda _: operator(True))),
        at(minute(73), does("the grid operator lets go", lambda _: operator(False))),
        at(minute(77), switches_on("sauna")),
        at(minute(80), switches_off("sauna")),
        at(minute(84), unplugs("EVBOX/1")),
        at(minute(91), unplugs("ALFEN/1")),
        at(minute(91) + 5, unplugs("GENERIC/1")),
        at(minute(92), does("everyone has left", lambda _: None)),
    )


@dataclass(slots=True)
class _True:
    """What really flowed in a window, Wh."""

    all: float = 0.0
    house: float = 0.0
    seconds: float = 0.0


@dataclass(slots=True)
class Evening:
    """Looks at the site each second, and shows and judges its windows."""

    site: SimulatedSite
    group: Group
    _true: dict[datetime, _True] = field(default_factory=dict)
    _kept_after: dict[datetime, float] = field(default_factory=dict)
    """Signal, by its start -> seconds until the chargers really drew no more than it leaves."""
    _table: Table | None = None
    _shown: datetime | None = None

    @property
    def _keeper(self) -> PeakKeeper | None:
        manager = self.group.manager
        return None if manager is None else manager.power.peaks

    @property
    def _now(self) -> dict[str, Any] | None:
        manager = self.group.manager
        return None if manager is None else window_now(manager)

    @property
    def course(self) -> Iterator[str]:
        """The window that goes on, in a line."""
        if (shown := self._now) is not None:
            yield (
                f"window from {_clock(datetime.fromisoformat(shown['start']))}:"
                f" {_kilowatts(shown['mean'])} kW so far,"
                f" {_kilowatts(shown['forecast']) or '?'} expected,"
                f" {_kilowatts(shown['limit']) or 'any'} allowed"
            )

    async def watch(self) -> None:
        """Count what really flows."""
        before = clock.monotonic()
        while True:
            await clock.sleep(1.0)
            now = clock.monotonic()
            window = self._true.setdefault(_window_of(clock.now()), _True())
            hours = (now - before) / 3600.0
            window.all += max(0.0, _watts(self.site.currents(GRID))) * hours
            window.house += max(0.0, _watts(self.site.house.currents)) * hours
            window.seconds += now - before
            before = now
            self._watch_signals()

    def _watch_signals(self) -> None:
        manager = self.group.manager
        for one in () if manager is None else manager.power.signals.all:
            if _watts(self.site.currents(GROUP)) <= 1000.0 * one.limit * SIGNAL_TOLERANCE:
                seconds = (clock.now() - one.start).total_seconds()
                self._kept_after.setdefault(one.start, seconds)

    def look(self, news: str) -> Iterator[Table]:
        """Note how it stands; the table of a window that is over."""
        shown = self._now
        if shown is None:
            return
        start = datetime.fromisoformat(shown["start"])
        if self._shown is not None and start != self._shown:
            yield from self.rest()
        if self._table is None:
            self._table, self._shown = _new_table(start), start
        self._table.add_row(
            f"{clock.now().astimezone(ZONE):%H:%M}",
            _kilowatts(_watts(self.site.house.currents)),
            _kilowatts(_watts(self.site.currents(GROUP))),
            _kilowatts(shown["mean"]),
            _kilowatts(shown["forecast"]),
            _kilowatts(shown["limit"]),
            ", ".join(self._cars()),
            news.partition(" s ")[2],
        )

    def rest(self) -> Iterator[Table]:
        """The table of the window that goes on."""
        if self._table is not None:
            yield self._table
        self._table = None

    def _cars(self) -> Iterator[str]:
        """Everyone who charges, or would."""
        for row in self.site.snapshot().connectors:
            if row.car is not None:
                reason = self.group.connector_state(row.charger, row.number, "reason")
                yield f"{row.car} {max(row.measured):.1f} A ({reason.replace('_', ' ')})"

    # What came of it

    def judge(self, console: Console) -> list[str]:
        """Print the windows, the cost and the signals; what was not as it should be."""
        for one in self.rest():
            console.print(one)
        keeper, manager = self._keeper, self.group.manager
        if keeper is None or manager is None:
            return ["no window was counted"]
        wrong: list[str] = []
        table = Table(title="Windows", title_justify="left")
        for column in ("window", "mean kW", "meter counted", "building alone", "limit", ""):
            table.add_column(column, justify="right" if column else "left")
        for kept in keeper.windows:
            true = self._true.get(kept.start)
            if true is None or true.seconds < MINUTES * _MINUTE - 2.0:
                continue
            said = judged(kept, mean=_mean(true.all), house=_mean(true.house))
            if said == _EXCEEDED:
                wrong.append(f"the calm window of {_clock(kept.start)} was exceeded")
            table.add_row(
                _clock(kept.start),
                _kilowatts(_mean(true.all)),
                _kilowatts(kept.mean),
                _kilowatts(_mean(true.house)),
                _kilowatts(None if kept.limit == inf else kept.limit),
                said,
            )
        console.print(table)
        _tell_costs(console, keeper)
        for signal in manager.power.signals.log:
            kept_after = self._kept_after.get(signal.start, inf)
            console.print(_of_signal(signal, kept_after), highlight=False)
            if signal.end is not None and kept_after > OBEYED_WITHIN:
                wrong.append(f"the signal of {_clock(signal.start)} was not kept in time")
        return wrong


_EXCEEDED: Final = "exceeded"


def judged(kept: Kept, *, mean: float, house: float) -> str:
    """What to say of a window in which so much really flowed, W."""
    if mean <= kept.limit * TOLERANCE:
        return "kept"
    return "the building alone" if house > kept.limit else _EXCEEDED


def _tell_costs(console: Console, keeper: PeakKeeper) -> None:
    cost, without = keeper.cost(), keeper.cost_without()
    if cost is not None and without is not None:
        console.print(
            f"This month's peaks cost {cost:.2f} {keeper.currency}; had every car charged at once,"
            f" {without:.2f} {keeper.currency}.",
            highlight=False,
        )


def _of_signal(signal: LoggedSignal, kept_after: float) -> str:
    ended = "still holds" if signal.end is None else f"until {_clock(signal.end)}"
    seen = "never" if signal.obeyed_after is None else f"after {signal.obeyed_after:.1f} s"
    return (
        f"Signal {signal.name} from {_clock(signal.start)} {ended}: {signal.limit:g} kW asked for,"
        f" {signal.before or 0.0:.1f} kW drawn before, kept after {kept_after:.1f} s (seen {seen}),"
        f" highest from then on {signal.highest or 0.0:.1f} kW"
    )


def _new_table(start: datetime) -> Table:
    ends = start + timedelta(minutes=MINUTES)
    table = Table(title=f"Window from {_clock(start)} to {_clock(ends)}", title_justify="left")
    for column in ("time", "building", "cars", "mean so far", "forecast", "limit"):
        table.add_column(column, justify="left" if column == "time" else "right")
    table.add_column("who draws what, and why")
    table.add_column("what happened last")
    return table


def _window_of(now: datetime) -> datetime:
    length = int(MINUTES * _MINUTE)
    return datetime.fromtimestamp(int(now.timestamp()) // length * length, now.tzinfo)


def _mean(energy: float) -> float:
    """Of a window with so many Wh, W."""
    return energy * 60.0 / MINUTES


def _watts(currents: tuple[float, float, float]) -> float:
    return VOLTAGE * sum(currents)


def _kilowatts(watts: float | None) -> str:
    return "" if watts is None else f"{watts / 1000.0:.2f}"


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(ZONE):%H:%M}"
