"""The demo: a real Home Assistant, real OCPP sockets, and a garage full of cars.

Run by `script/demo`; `--help` tells what it can show.
"""

import argparse
import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
import itertools
from pathlib import Path
import shutil
import socket
import sys
import tempfile

from rich.console import Console, Group as Lines
from rich.live import Live

from custom_components.ev_load_manager import clock

from ..charger.car import CarModel
from ..charger.grid import L1, L2, L3, Wiring, same
from ..charger.in_version import PROTOCOLS, in_version
from ..charger.models import ALFEN_EVE_DOUBLE, EVBOX_G4, GENERIC, ChargerModel
from ..command import carry_out
from ..faults.group_books import Watchman
from ..faults.run import free_port
from ..home_assistant import WITH_PAGE, WITHOUT_PAGE, event_loop
from ..jumping_time import jumping_loop
from ..plant.house import House
from ..plant.judge import Judge
from ..plant.site import GRID, GROUP, SimulatedSite, SupplyCircuit
from ..set_up import Group, Home, MeterSetting, home
from . import backend, housing, month, peak, replay
from .live_table import line, table
from .rows import Rows
from .scenario import (
    Event,
    at,
    does,
    meter_falls_silent,
    meter_speaks,
    play,
    plugs_in,
    switches_off,
    switches_on,
    unplugs,
)

SPEED = 10.0
"""How much faster than real time the site lives."""
MAXIMUM = 16.0
GRID_MAXIMUM = 20.0
SAFE_LIMIT = 8.0
LONGEST_EXCURSION = 14.0
"""Seconds that a phase of the group may be over its limit: 12 for a car that starts
by itself, 14 after somebody lowered the limit (see docs/architecture.md)."""
HURRIED_WIDTH = 150
"""Characters of a line that is not for a terminal."""
HURRIED_LOOK = 60.0
"""Seconds of the site's time between two tables where time jumps."""
HOUSE_ROSE = 20.0
"""Seconds that a phase of the grid may be after the house began to draw more: cars
bear with it at their minimum for 10 s before one has to pause."""

LEAF = CarModel(name="Leaf", phases=1, maximum=32.0, wanted=9_000.0, taper=1_500.0)
NV200 = CarModel(name="NV200", phases=1, maximum=16.0, wanted=12_000.0)
TESLA = CarModel(name="Model 3", phases=3, maximum=16.0, wanted=30_000.0, taper=3_000.0)
ZOE = CarModel(name="Zoe", phases=3, maximum=32.0, minimum=8.0, wanted=20_000.0)
HYBRID = CarModel(name="hybrid", phases=1, maximum=10.0, wanted=4_000.0, taper=1_000.0)

CHARGERS: tuple[tuple[str, str, ChargerModel, Wiring], ...] = (
    ("EVBOX-1", "Left of the door", EVBOX_G4, (L1, L2, L3)),
    ("EVBOX-2", "Right of the door", EVBOX_G4, (L2, L3, L1)),
    ("ALFEN", "Twin in the yard", ALFEN_EVE_DOUBLE, (L3, L1, L2)),
    ("GENERIC", "By the wall", GENERIC, (L1, L2, L3)),
)


def main() -> int:
    """Run what the command line asks for; returns the exit code."""
    arguments = _arguments()
    console = Console()
    if arguments.hurry and not console.is_terminal:
        console = Console(width=HURRIED_WIDTH)
    if problem := _port_problem(arguments.port, arguments.ocpp_port):
        console.print(problem, style="red", highlight=False, soft_wrap=True)
        return 1
    loop = jumping_loop() if arguments.hurry else event_loop()
    return carry_out(_run(arguments, console), loop, console, when_stopped=0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/demo", description=__doc__)
    parser.add_argument(
        "--for",
        dest="seconds",
        type=float,
        metavar="SECONDS",
        help="end after so many seconds; of the site's time with --hurry",
    )
    parser.add_argument(
        "--speed", type=float, metavar="FACTOR", help="how fast the site's time runs (default: 10)"
    )
    parser.add_argument(
        "--scenario",
        choices=("yard", "garage", "peak", "backend", "month"),
        default="yard",
        help="yard: four chargers beside a house; garage: eight on two feeders;"
        " peak: a home that pays for its highest quarter of an hour;"
        " backend: the yard with billing backends, which limit, die and are told later;"
        " month: what twelve drivers charge in one (default: yard)",
    )
    parser.add_argument(
        "--hurry",
        action="store_true",
        help="let time jump to what happens next: everything once, a table for every minute",
    )
    parser.add_argument(
        "--days",
        type=float,
        default=month.DAYS,
        help="of the month, around the change to winter time (default: all 31)",
    )
    parser.add_argument(
        "--rows", action="store_true", help="count what the recorder writes of the entities"
    )
    parser.add_argument(
        "--replay",
        choices=sorted(replay.STORIES),
        help="replay a test report, and judge it; time jumps",
    )
    parser.add_argument(
        "--miswire",
        choices=[charger for charger, *_ in CHARGERS],
        help="feed a charger from other phases than its settings say",
    )
    parser.add_argument(
        "--protocol",
        choices=PROTOCOLS,
        default=PROTOCOLS[0],
        help="what the chargers of yard, peak, or a replay speak (default: %(default)s)",
    )
    parser.add_argument("--port", type=int, help="of Home Assistant's page (default: 8123)")
    parser.add_argument("--ocpp-port", type=int, help="that chargers connect to (default: 9000)")
    arguments = parser.parse_args()
    if arguments.replay:
        if arguments.speed:
            parser.error("a replay's time jumps to what happens next")
        if arguments.scenario != "yard":
            parser.error("a replay has a house of its own")
        # So that a machine that is busy costs the house no time.
        arguments.hurry = True
    if arguments.scenario == "backend" and arguments.protocol != PROTOCOLS[0]:
        parser.error("what a charger of another version says is not translated for a backend")
    if arguments.scenario == "month" and not arguments.hurry:
        parser.error("nobody waits for a month: add --hurry")
    # Nobody visits a page that is gone in seconds, so any port will do.
    arguments.port = arguments.port or (free_port() if arguments.hurry else 8123)
    arguments.ocpp_port = arguments.ocpp_port or (free_port() if arguments.hurry else 9000)
    return arguments


def _port_problem(*ports: int) -> str | None:
    """One line about the first port that is taken, if one is."""
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as err:
                return (
                    f"Port {port} can't be used: {err.strerror}. --help tells how to take another."
                )
    return None


async def _run(arguments: argparse.Namespace, console: Console) -> int:
    folder = Path(tempfile.mkdtemp(prefix="ev-load-manager-demo-"))
    try:
        clock.set_factor(1.0 if arguments.hurry else arguments.speed or SPEED)
        console.print("Starting Home Assistant ...")
        if arguments.scenario == "month":
            ports = (arguments.port, arguments.ocpp_port)
            return await month.run(console, folder, ports=ports, days=arguments.days)
        if arguments.scenario == "peak" and arguments.hurry:
            peak.prepare()
        async with home(
            folder,
            port=arguments.port,
            ocpp_port=arguments.ocpp_port,
            parts=WITHOUT_PAGE if arguments.hurry else WITH_PAGE,
        ) as running:
            if arguments.replay:
                story = replay.STORIES[arguments.replay]
                return await story(console, running, arguments.protocol)
            if not arguments.hurry:
                console.print(
                    f"Home Assistant is at http://localhost:{arguments.port}"
                    f" (signed in from this machine); its log is {folder / 'home-assistant.log'}",
                    highlight=False,
                    soft_wrap=True,
                )
            operator: backend.Operator | None = None
            if arguments.scenario == "garage":
                played = housing.housing(console, running), housing.story
            elif arguments.scenario == "peak":
                scene = peak.home_with_peaks(
                    console, running, arguments.protocol, waits=arguments.hurry
                )
                played = scene, peak.story
            elif arguments.scenario == "backend":
                operator = backend.Operator()
                played = operator.garage(console, garage(console, running)), operator.story
            else:
                played = (
                    garage(console, running, arguments.protocol, miswired=arguments.miswire),
                    _story,
                )
            return await _demo(console, *played, arguments, operator)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def garage(
    console: Console, home: Home, protocol: str = "ocpp1.6", *, miswired: str | None = None
) -> AsyncIterator[tuple[SimulatedSite, Group]]:
    """A group of four chargers; the one that is `miswired` is fed by other phases than is told."""
    console.print("Adding a group of chargers and its meter through the config flow ...")
    site = SimulatedSite(
        home.chargers_url,
        circuits=(
            SupplyCircuit(GRID, same(GRID_MAXIMUM), carries_house=True),
            SupplyCircuit(GROUP, same(MAXIMUM), parent=GRID),
        ),
        house=House((1.5, 1.0, 1.2), noise=0.1, seed=1),
        meter_noise=0.1,
        seed=1,
    )
    await site.meter.start()
    group = await home.set_up_group(
        maximum=MAXIMUM,
        rated=25.0,
        meter=MeterSetting(
            port=site.meter.port, rated=25.0, maximum=GRID_MAXIMUM, safe_limit=SAFE_LIMIT
        ),
    )
    for charger_id, _, model, wiring in CHARGERS:
        turned = wiring[1:] + wiring[:1]
        real = turned if charger_id == miswired else wiring
        site.add_charger(charger_id, in_version(model, protocol), wiring=real)
    try:
        await site.start(meter=False)
        console.print("Accepting four chargers ...")
        for charger_id, name, _, wiring in CHARGERS:
            await group.add_charger(charger_id, name=name, wiring=wiring)
        for charger in site.chargers.values():
            await charger.until(lambda charger=charger: charger.accepted)
        yield site, group
    finally:
        await site.stop()


def _story(group: Group) -> tuple[Event, ...]:
    """Ten minutes of a busy garage, over and over."""

    async def set_limit(site: SimulatedSite, amperes: float) -> None:
        await group.set_number("maximum_current", amperes)
        site.set_limit(GROUP, amperes)

    return (
        at(5, plugs_in("Leaf", "EVBOX-1/1", LEAF, seed=1)),
        at(60, plugs_in("NV200", "EVBOX-2/1", NV200, seed=2)),
        at(120, plugs_in("Model 3", "ALFEN/1", TESLA, seed=3)),
        at(210, plugs_in("hybrid", "ALFEN/2", HYBRID, seed=4)),
        at(270, plugs_in("Zoe", "GENERIC/1", ZOE, seed=5)),
        at(320, switches_on("heater")),
        at(350, switches_off("heater")),
        at(360, does("an automation lowers the limit to 12 A", lambda site: set_limit(site, 12))),
        at(450, does("and raises it to 16 A again", lambda site: set_limit(site, MAXIMUM))),
        at(460, meter_falls_silent()),
        at(520, meter_speaks()),
        at(540, unplugs("EVBOX-1/1")),
        at(555, unplugs("ALFEN/1")),
        at(570, unplugs("EVBOX-2/1")),
        at(580, unplugs("ALFEN/2")),
        at(590, unplugs("GENERIC/1")),
        at(600, does("everyone has left", lambda _: None)),
    )


async def _demo(
    console: Console,
    scene: AbstractAsyncContextManager[tuple[SimulatedSite, Group]],
    story: Callable[[Group], tuple[Event, ...]],
    arguments: argparse.Namespace,
    operator: backend.Operator | None = None,
) -> int:
    async with scene as (site, group):
        watchman = Watchman(site.chargers, lambda: group.manager)
        news: list[str] = [""]
        began = clock.monotonic()
        rows = Rows(group.hass) if arguments.rows else None
        beside: peak.Evening | backend.Operator | None = operator
        if arguments.scenario == "peak":
            beside = peak.Evening(site, group)

        def picture() -> Lines:
            shown = table(site, group, seconds=clock.monotonic() - began, news=news[-1])
            return shown if beside is None else Lines(shown, *beside.course)

        async def live_through() -> None:
            for _ in itertools.count():
                await play(site, story(group), tell=news.append)

        async def show() -> None:
            if not console.is_terminal:
                while True:
                    console.print(line(site, group, seconds=clock.monotonic() - began))
                    for one in () if operator is None else operator.course:
                        console.print(one)
                    await asyncio.sleep(5.0)
            with Live(console=console, refresh_per_second=4) as live:
                while True:
                    live.update(picture())
                    await asyncio.sleep(0.25)

        async def show_now_and_then() -> None:
            while True:
                await clock.sleep(HURRIED_LOOK)
                shown = beside.look(news[-1]) if isinstance(beside, peak.Evening) else [picture()]
                for one in shown:
                    console.print(one)

        try:
            async with asyncio.timeout(arguments.seconds), asyncio.TaskGroup() as tasks:
                watching = None if beside is None else tasks.create_task(beside.watch())
                if arguments.hurry:
                    showing = tasks.create_task(show_now_and_then())
                    await play(site, story(group), tell=news.append)
                    showing.cancel()
                    if watching is not None:
                        watching.cancel()
                else:
                    tasks.create_task(live_through())
                    tasks.create_task(show())
        except TimeoutError:
            pass
        if rows is not None:
            console.print(rows.table(clock.monotonic() - began))
        wrong = [] if beside is None else beside.judge(console)
        return _summary(console, site, watchman.judge, clock.monotonic() - began, wrong)


def _summary(
    console: Console, site: SimulatedSite, judge: Judge, seconds: float, wrong: Sequence[str]
) -> int:
    """Say how it went; the exit code is 1 where a phase was over its limit for too long.

    And where the books were below the truth at any moment, or anything else was `wrong`.
    """
    console.print(f"\n{seconds / 60:.0f} minutes of the site's time.")
    for name, watch in site.watches.items():
        highest = " / ".join(f"{amperes:.1f}" for amperes in watch.worst)
        console.print(
            f"{name}: highest current per phase {highest} A, limit at the end"
            f" {site.circuits[name].limit[0]:g} A, longest time over it {watch.longest:.1f} s"
        )
    for excursion in site.excursions:
        console.print(f"  {excursion}", highlight=False)
    faults = replay.tell_violations(console, site)
    bounds = {
        name: HOUSE_ROSE if circuit.carries_house or any(circuit.other) else LONGEST_EXCURSION
        for name, circuit in site.circuits.items()
    }
    console.print(f"{judge.moments} moments with books below the truth ({judge.looks} comparisons)")
    for below in judge.found:
        console.print(f"  {below}", style="red", highlight=False)
    over = [name for name, bound in bounds.items() if site.watches[name].longest > bound]
    if over or faults or judge.moments or wrong:
        reasons = [
            f"over the limit for too long: {', '.join(over)}" if over else "",
            "not OCPP" if faults else "",
            "books below the truth" if judge.moments else "",
            *wrong,
        ]
        console.print(f"FAILED: {'; '.join(filter(None, reasons))}", style="red")
        return 1
    console.print(
        f"OK: no phase of a circuit was over its limit for longer than {LONGEST_EXCURSION:g} s,"
        f" none that feeds more than chargers for longer than {HOUSE_ROSE:g} s.",
        style="green",
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
