"""A month of a garage with twelve drivers, and the statement that follows from it.

Sessions over midnight and over the change to winter time, chargers without a link or without
power, a meter that is replaced, a price that changes and one that is missing, and a Home
Assistant that is restarted while cars charge. At its end the book has to hold every Wh that the
chargers' own registers counted, once. `script/demo --scenario month --hurry` plays it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
import random
import sqlite3
from typing import Final
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.sessions import drivers, queries
from custom_components.ev_load_manager.sessions.book import Book
from custom_components.ev_load_manager.sessions.money import coins, text
from custom_components.ev_load_manager.sessions.months import Month
from custom_components.ev_load_manager.sessions.outcome import note_price
from custom_components.ev_load_manager.sessions.quarters import QUARTER
from custom_components.ev_load_manager.sessions.reconcile import of_month
from custom_components.ev_load_manager.sessions.shared import FILE, async_shared_book

from ..charger.car import Car, CarModel
from ..charger.charger import SimulatedCharger
from ..charger.configuration import read_only
from ..charger.grid import L1, L2, L3, Wiring, same
from ..charger.models import EVBOX_G4, GENERIC, ChargerModel
from ..home_assistant import WITHOUT_PAGE
from ..plant.house import House
from ..plant.site import GRID, GROUP, SimulatedSite, SupplyCircuit
from ..session_book import Counted, counted, differences, energy
from ..set_up import Group, Home, home

ZONE: Final = ZoneInfo("Europe/Helsinki")
MONTH: Final = Month(2026, 10)
"""On its 25th clocks are put back by an hour."""
WINTER: Final = datetime(2026, 10, 25, 4, 0, tzinfo=ZONE)
DAYS: Final = 31
LIMIT, GRID_LIMIT = 40.0, 63.0
PRICES: Final = (200_000, 250_000)
"""Millionths of a euro per kWh, before and after the middle of the month."""
_HOUR: Final = 3_600.0
_DAY: Final = 24 * _HOUR
_TICK: Final = 5.0
_REPORTS: Final = 300
"""Seconds between two reports of a charger."""
_TELLS_WITHIN: Final = 2 * _HOUR
_WIRINGS: Final[tuple[Wiring, ...]] = ((L1, L2, L3), (L2, L3, L1), (L3, L1, L2))
_CARS: Final = (
    CarModel(name="on three phases", maximum=16.0, taper=1_500.0),
    CarModel(name="on one phase", phases=1, maximum=32.0, taper=1_000.0),
    CarModel(name="on two phases", phases=2, maximum=16.0),
)
NAMES: Final = (
    *("Aino", "Bertil", "Chiara", "Dmitri", "Eeva", "Farid"),
    *("Greta", "Håkon", "Ilse", "Jukka", "Kaja", "Lars"),
)
BY_THE_HOUR: Final = NAMES[2]
"""Whose price an entity tells."""
PRICE_ENTITY: Final = "sensor.price_of_electricity"


@dataclass(slots=True)
class Garage:
    """The site, the group, and what may happen to Home Assistant."""

    console: Console
    folder: Path
    ports: tuple[int, int]
    days: float
    site: SimulatedSite = field(init=False)
    group: Group = field(init=False)
    meters: dict[str, list[Counted]] = field(default_factory=dict)
    """What each charger's registers counted, meter by meter, Wh."""
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def path(self) -> Path:
        """Of the book."""
        return self.folder / FILE

    @property
    def book(self) -> Book:
        """The book, while Home Assistant runs."""
        book = async_shared_book(self.group.hass).book
        assert book is not None
        return book

    async def start(self) -> Home:
        """Start Home Assistant."""
        page, ocpp = self.ports
        return await self._stack.enter_async_context(
            home(self.folder, port=page, ocpp_port=ocpp, parts=WITHOUT_PAGE)
        )

    async def stop(self) -> None:
        """Stop it."""
        await self._stack.aclose()

    async def restart(self) -> None:
        """Stop it and start it, as for an update."""
        # Its process goes on, and so would the port that chargers are connected to.
        await self.group.hass.config_entries.async_unload(self.group.entry_id)
        await self.stop()
        await clock.sleep(90.0)
        running = await self.start()
        self.group = replace(self.group, api=running.api, hass=running.hass)

    def replace_meter(self, charger: SimulatedCharger) -> None:
        """Mount a new meter, which has counted 7 Wh at its factory."""
        connector = charger.connectors[1]
        first = self.meters[charger.id][-1]
        self.meters[charger.id][-1] = Counted(first.start, round(connector.energy))
        connector.energy = 7.0
        self.meters[charger.id].append(Counted(7, 7))


async def run(console: Console, folder: Path, *, ports: tuple[int, int], days: float = DAYS) -> int:
    """Live for a month, or for some days around the change to winter time; the exit code."""
    began = datetime(MONTH.year, MONTH.month, 1, tzinfo=ZONE)
    if days < DAYS:
        began = WINTER - timedelta(days=days / 2)
    clock.set_now(began.astimezone(UTC))
    garage = Garage(console, folder, ports, days)
    running = await garage.start()
    garage.site = _site(running.chargers_url)
    console.print("Adding a group of twelve chargers, their drivers and prices ...")
    try:
        await garage.site.start(meter=False)
        garage.group = await running.set_up_group(rated=LIMIT, maximum=LIMIT)
        for charger in garage.site.chargers.values():
            await garage.group.add_charger(
                charger.id, name=charger.id, wiring=charger.connectors[1].wiring
            )
        for charger in garage.site.chargers.values():
            await charger.until(partial(_is_accepted, charger), seconds=600.0)
            register = round(charger.connectors[1].energy)
            garage.meters[charger.id] = [Counted(register, register)]
        await garage.book.change(partial(_people_and_prices, days=days))
        await _live(garage)
    finally:
        await garage.site.stop()
        await garage.stop()
    return await asyncio.to_thread(_judge, garage)


def _is_accepted(charger: SimulatedCharger) -> bool:
    return charger.accepted


def _site(url: str) -> SimulatedSite:
    site = SimulatedSite(
        url,
        circuits=(
            SupplyCircuit(GRID, same(GRID_LIMIT), carries_house=True),
            SupplyCircuit(GROUP, same(LIMIT), parent=GRID),
        ),
        house=House(same(4.0)),
        tick=_TICK,
        idle_tick=60.0,
        seed=1,
    )
    for number in range(len(NAMES)):
        model = EVBOX_G4 if number % 4 == 3 else GENERIC
        site.add_charger(
            f"PLACE{number + 1:02}",
            _reports_rarely(model),
            wiring=_WIRINGS[number % 3],
            validate=False,
        )
    return site


def _reports_rarely(model: ChargerModel) -> ChargerModel:
    keys = {**model.extra_keys, "MeterValueSampleInterval": read_only(_REPORTS)}
    return replace(model, extra_keys=keys)


def _people_and_prices(book: sqlite3.Connection, days: float) -> None:
    """Twelve drivers, the first with two cards; a price that changes, and one by an entity."""
    middle = round(clock.now().timestamp() + days / 2 * _DAY)
    for number, name in enumerate(NAMES):
        person = drivers.add_person(book, name)
        for tag in (_card(number), *([_SECOND_CARD] if not number else [])):
            drivers.give_card(book, tag, person, from_ts=0)
        if name == BY_THE_HOUR:
            book.execute(
                """INSERT INTO tariff (applies, applies_to, from_ts, currency, entity_id, add_micro)
                VALUES ('person', ?, 0, 'EUR', ?, 40000)""",
                (person, PRICE_ENTITY),
            )
    for micro, begins, ends in ((PRICES[0], 0, middle), (PRICES[1], middle, None)):
        book.execute(
            """INSERT INTO tariff (applies, from_ts, to_ts, currency, micro, session_micro)
            VALUES ('all', ?, ?, 'EUR', ?, 500000)""",
            (begins, ends, micro),
        )


_SECOND_CARD: Final = "CARD-OF-A-SECOND-CAR"
_GUEST: Final = "GUEST"


def _card(number: int) -> str:
    return f"CARD{number + 1:02}"


# What happens


async def _live(garage: Garage) -> None:
    """Let everybody come and go, and things break; at the end everybody leaves."""
    ends = clock.monotonic() + garage.days * _DAY
    async with asyncio.TaskGroup() as everyone:
        prices = everyone.create_task(_tell_prices(garage))
        people = [
            everyone.create_task(_go_wrong(garage)),
            everyone.create_task(_charge_over_the_change(garage)),
            *(everyone.create_task(_use(garage, place, ends)) for place in range(len(NAMES))),
        ]
        await asyncio.wait(people)
        prices.cancel()
    chargers = garage.site.chargers.values()
    deadline = clock.monotonic() + _TELLS_WITHIN
    while clock.monotonic() < deadline and not all(
        one.accepted and not one.outbox.kept for one in chargers
    ):
        await clock.sleep(10.0)
    await clock.sleep(60.0)
    for charger in chargers:
        last = garage.meters[charger.id][-1]
        register = round(charger.connectors[1].energy)
        garage.meters[charger.id][-1] = Counted(last.start, register)


async def _use(garage: Garage, number: int, ends: float) -> None:
    """Come in the evening of most days, and leave some hours later, or in the morning."""
    chance = random.Random(f"driver {number}")
    charger = list(garage.site.chargers.values())[number]
    day = 0
    while (comes := _evening(chance)) is not None:
        at = ends - garage.days * _DAY + day * _DAY + comes
        stays = chance.choice((2.5, 4.0, 9.0, 13.0)) * _HOUR
        day += 1
        if at + stays > ends - _HOUR:
            return
        if chance.random() < 0.3:
            continue
        await _until(at)
        if charger.connectors[1].car is not None:
            continue
        wanted = chance.uniform(2_000.0, 9_000.0)
        model = replace(chance.choice(_CARS), wanted=wanted)
        garage.site.plug_in(
            charger.id,
            Car(model, name=f"{NAMES[number]}, day {day}", seed=day),
            id_tag=_card_of_day(number, day),
        )
        await clock.sleep(stays)
        garage.site.unplug(charger.id)


async def _charge_over_the_change(garage: Garage) -> None:
    """Charge somewhere while clocks are put back."""
    await clock.sleep(max(0.0, WINTER.timestamp() - 2.5 * _HOUR - clock.now().timestamp()))
    while (free := _first_free(garage)) is None:
        await clock.sleep(60.0)
    place, charger = free
    model = CarModel(name="by night", phases=1, maximum=10.0, wanted=11_000.0)
    garage.site.plug_in(charger.id, Car(model, name="by night", seed=1), id_tag=_card(place))
    await clock.sleep(5.5 * _HOUR)
    garage.site.unplug(charger.id)


def _first_free(garage: Garage) -> tuple[int, SimulatedCharger] | None:
    """A charger that has a link and no car, and its place; None while there is none."""
    return next(
        (
            (number, one)
            for number, one in enumerate(garage.site.chargers.values())
            if one.connectors[1].car is None and one.accepted
        ),
        None,
    )


def _card_of_day(number: int, day: int) -> str:
    if number == 0 and day % 3 == 0:
        return _SECOND_CARD
    return _GUEST if number == 5 and day % 7 == 2 else _card(number)


def _evening(chance: random.Random) -> float:
    return chance.uniform(15.0, 22.0) * _HOUR


async def _until(moment: float) -> None:
    await clock.sleep(max(0.0, moment - clock.monotonic()))


async def _tell_prices(garage: Garage) -> None:
    """Tell a price each quarter hour, but for two hours each evening, in which nobody knows it."""
    while True:
        at = clock.now().timestamp()
        slot = int(at) // QUARTER
        hour = datetime.fromtimestamp(at, ZONE).hour
        if hour not in (19, 20) and async_shared_book(garage.group.hass).book is not None:
            micro = 30_000 + 10_000 * ((hour * 7) % 24)
            await garage.book.change(
                partial(note_price, entity_id=PRICE_ENTITY, slot=slot, micro=micro)
            )
        await clock.sleep((slot + 1) * QUARTER - at + 1.0)


async def _go_wrong(garage: Garage) -> None:
    """What breaks, in the order of the month."""
    began = clock.monotonic()
    chargers = list(garage.site.chargers.values())
    happens: tuple[tuple[float, float, str, Callable[[], Awaitable[None]]], ...] = (
        (0.08, 18.0, "PLACE01 has no link for five hours", partial(_offline, chargers[0], 5.0)),
        (0.20, 21.0, "Home Assistant is restarted", garage.restart),
        (0.30, 17.0, "PLACE02 has no power for an hour", partial(_dark, chargers[1])),
        (0.42, 12.0, "PLACE03 gets a new meter", partial(_new_meter, garage, chargers[2])),
        (0.55, 19.0, "all power fails for half an hour", partial(_blackout, garage.site)),
        (0.65, 20.0, "PLACE05 reboots", partial(_reboot, chargers[4])),
        (0.75, 16.0, "no charger has a link for three hours", partial(_all_offline, chargers)),
        (0.85, 23.0, "Home Assistant is restarted", garage.restart),
    )
    for part, hour, said, act in happens:
        await _until(began + int(part * garage.days) * _DAY + hour * _HOUR)
        garage.console.print(
            f"{datetime.fromtimestamp(clock.now().timestamp(), ZONE):%d %B %H:%M}  {said}"
        )
        await act()


async def _offline(charger: SimulatedCharger, hours: float) -> None:
    charger.link.halt()
    await clock.sleep(hours * _HOUR)
    charger.link.start()


async def _all_offline(chargers: list[SimulatedCharger]) -> None:
    await asyncio.gather(*(_offline(charger, 3.0) for charger in chargers))


async def _dark(charger: SimulatedCharger) -> None:
    charger.power_off()
    await clock.sleep(_HOUR)
    charger.power_on()


async def _blackout(site: SimulatedSite) -> None:
    site.power_off()
    await clock.sleep(_HOUR / 2)
    site.power_on()


async def _reboot(charger: SimulatedCharger) -> None:
    charger.reboot()


async def _new_meter(garage: Garage, charger: SimulatedCharger) -> None:
    while charger.connectors[1].transaction is not None:
        await clock.sleep(_HOUR)
    charger.power_off()
    garage.replace_meter(charger)
    await clock.sleep(_HOUR)
    charger.power_on()


# What came of it


def _judge(garage: Garage) -> int:
    """Print the month, and whether it is all there; 1 where a Wh is missing, or too much."""
    truth = {one.id: counted(one.sessions) for one in garage.site.chargers.values()}
    wrong = differences(garage.path, truth)
    wrong += [
        f"{charger.id}: {len(left)} messages were never told"
        for charger in garage.site.chargers.values()
        if (left := [*charger.outbox.kept, *charger.outbox.lost])
    ]
    with closing(sqlite3.connect(f"file:{garage.path}?mode=ro", uri=True)) as book:
        garage.console.print(_by_driver(book))
        garage.console.print(_over_winter(book))
        table, unexplained = _reconciliation(book, garage)
        garage.console.print(table)
        booked = sum(
            total.wh for total in queries.totals(book, queries.Asked(month=MONTH.number)).values()
        )
    charged = sum(energy(sessions) for sessions in truth.values())
    risen = sum(energy(meters) for meters in garage.meters.values())
    garage.console.print(
        f"\n{sum(map(len, truth.values()))} sessions. The chargers' registers rose by {risen} Wh,"
        f" {charged} Wh of it in sessions; the book has {booked} Wh."
    )
    wrong += unexplained
    if booked != charged or risen != charged:
        wrong.append(f"{risen - booked} Wh are not accounted for")
    for one in wrong:
        garage.console.print(f"  {one}", style="red", highlight=False)
    if wrong:
        garage.console.print("FAILED", style="red")
        return 1
    garage.console.print("OK: 0 Wh unaccounted for.", style="green")
    return 0


def _by_driver(book: sqlite3.Connection) -> Table:
    table = Table(title=f"{MONTH.year}-{MONTH.month:02} by driver", title_justify="left")
    for column in ("driver", "sessions", "kWh", "EUR", "kWh without a price"):
        table.add_column(column, justify="left" if column == "driver" else "right")
    asked = queries.Asked(month=MONTH.number)
    for (_, name), total in sorted(
        queries.totals(book, asked, by="person").items(), key=lambda one: one[0][1] or "~"
    ):
        table.add_row(
            name or "(guests)",
            str(total.sessions),
            f"{total.wh / 1000:.3f}",
            text(coins(total.nano, "EUR"), "EUR"),
            f"{total.unpriced_wh / 1000:.3f}" if total.unpriced_wh else "",
        )
    return table


def _over_winter(book: sqlite3.Connection) -> Table:
    table = Table(title="While clocks were put back", title_justify="left")
    for column in ("driver", "from", "to", "hours", "kWh"):
        table.add_column(column, justify="left" if column in ("driver", "from", "to") else "right")
    for name, start, end, wh in book.execute(
        """SELECT person_name, start_ts, end_ts, wh FROM session
        WHERE start_ts < ?1 AND end_ts > ?1 ORDER BY start_ts""",
        (round(WINTER.timestamp()),),
    ):
        times = [datetime.fromtimestamp(at, ZONE).isoformat(" ", "minutes") for at in (start, end)]
        table.add_row(name or "(guest)", *times, f"{(end - start) / 3600:.2f}", f"{wh / 1000:.3f}")
    return table


def _reconciliation(book: sqlite3.Connection, garage: Garage) -> tuple[Table, list[str]]:
    table = Table(title="Each outlet's own register, Wh", title_justify="left")
    for column in ("outlet", "charger counted", "told", "sessions", "between", "unexplained"):
        table.add_column(column, justify="left" if column == "outlet" else "right")
    wrong: list[str] = []
    for outlet, charger in _outlets(book):
        found = of_month(book, outlet, MONTH, ZONE.key)
        rose = energy(garage.meters[charger])
        table.add_row(
            charger,
            str(rose),
            "?" if found.counted is None else str(found.counted),
            str(found.sessions),
            str(found.between),
            "?" if found.unexplained is None else str(found.unexplained),
        )
        if found.unexplained or found.counted != rose:
            wrong.append(
                f"{charger}: its register rose by {rose} Wh, of which {found.counted} were told"
                f" and {found.unexplained} are unexplained"
            )
    return table, wrong


def _outlets(book: sqlite3.Connection) -> Iterator[tuple[int, str]]:
    yield from book.execute("SELECT id, charger FROM outlet ORDER BY charger").fetchall()
