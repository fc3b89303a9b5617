"""A week in the life of a garage, in which something breaks every few minutes.

A real Home Assistant, a hundred simulated chargers on real sockets, a house with
a meter on real Modbus, and cars that come and go. Time jumps to the next event,
so a week takes as long as there is something to compute. Ends with exit code 1
where a limit, the books or the memory did not hold; stopped before its time, it
tells what it has measured until then.
"""

import argparse
import asyncio
import json
from pathlib import Path
import shutil
import signal
import sys
import tempfile
import time
from typing import Final

from rich.console import Console
from rich.table import Table

from ..charger.in_version import PROTOCOLS
from ..faults.run import free_port
from ..jumping_time import jumping_loop
from .assistant import Assistant
from .figures import LENIENT, VERY_LENIENT, Day, Figures
from .garage import build, set_up
from .soak import Soak
from .troubles import chosen

_WIDTH: Final = 150
"""Characters, however wide the terminal is: the table is for a file, too."""


def main() -> int:
    """Run what the command line asks for; returns the exit code."""
    arguments = _arguments()
    console = Console(highlight=False, soft_wrap=True, width=_WIDTH)
    figures = Figures(
        chargers=arguments.chargers,
        seed=arguments.seed,
        wanted_days=arguments.days,
        kills=arguments.kills,
    )
    loop = jumping_loop()
    task = loop.create_task(_run(figures, arguments, console))
    for stop in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(stop, task.cancel)
    stopped = False
    try:
        loop.run_until_complete(task)
    except asyncio.CancelledError:
        stopped = True
    except Exception:  # noqa: BLE001 - it is shown, and counts as failed
        console.print_exception()
        figures.errors.append("the soak itself failed")
    finally:
        loop.close()
    _write(arguments.json, figures)
    return _judge(console, figures, stopped=stopped)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/soak", description=__doc__)
    parser.add_argument("--days", type=float, default=7.0, help="simulated days (7)")
    parser.add_argument("--chargers", type=int, default=100, help="how many (100)")
    parser.add_argument("--seed", type=int, default=1, help="of all that is left to chance (1)")
    parser.add_argument("--every", type=float, default=240.0, help="seconds between faults (240)")
    parser.add_argument(
        "--peculiar", type=float, default=0.35, help="part of chargers and cars that are (0.35)"
    )
    parser.add_argument("--hour", type=float, default=0.0, help="of the day it begins at (0)")
    parser.add_argument(
        "--only",
        type=_troubles,
        default=(),
        metavar="NAMES",
        help="let only these happen: names of troubles or kinds (late, disobedience), with commas",
    )
    parser.add_argument(
        "--kills", action="store_true", help="kill Home Assistant once every hour, too"
    )
    parser.add_argument(
        "--protocol",
        type=_protocols,
        default=PROTOCOLS[:1],
        metavar="NAMES",
        help=f"what chargers speak in turn, with commas, or mixed: {', '.join(PROTOCOLS)} (ocpp1.6)",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    return parser.parse_args()


def _troubles(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(","))
    try:
        chosen(names)
    except KeyError as error:
        known = ", ".join(one.name for one in chosen(()))
        raise argparse.ArgumentTypeError(f"{error.args[0]} is none of: {known}") from error
    return names


def _protocols(text: str) -> tuple[str, ...]:
    names = PROTOCOLS if text == "mixed" else tuple(name.strip() for name in text.split(","))
    for name in names:
        if name not in PROTOCOLS:
            raise argparse.ArgumentTypeError(f"{name} is none of: {', '.join(PROTOCOLS)}")
    return names


async def _run(figures: Figures, arguments: argparse.Namespace, console: Console) -> None:
    folder = Path(tempfile.mkdtemp(prefix="ev-load-manager-soak-"))
    assistant = Assistant(folder, page=free_port(), ocpp=free_port())
    began = time.monotonic()
    running = await assistant.start()
    try:
        site, limits = build(
            running.chargers_url,
            figures.chargers,
            seed=figures.seed,
            peculiar=arguments.peculiar,
            protocols=arguments.protocol,
        )
        try:
            garage = await set_up(site, limits, assistant, running)
            console.print(
                f"{figures.chargers} chargers on 3 x {limits.group:g} A of a grid connection of"
                f" 3 x {limits.grid:g} A, seed {figures.seed}; set up in"
                f" {time.monotonic() - began:.0f} s."
            )
            soak = Soak(
                garage,
                figures,
                every=arguments.every,
                only=arguments.only,
                hour=arguments.hour,
                peculiar=arguments.peculiar,
                on_look=lambda: asyncio.to_thread(_write, arguments.json, figures),
                on_day=lambda day: console.print(_line(day)),
            )
            await soak.live()
        finally:
            await site.stop()
    finally:
        await assistant.stop()
    shutil.rmtree(folder, ignore_errors=True)


def _write(file: Path | None, figures: Figures) -> None:
    if file is not None:
        file.write_text(json.dumps(figures.to_dict(), indent=2) + "\n")


def _line(day: Day) -> str:
    return (
        f"day {day.number}: group at most {day.group_worst:.1f} A, grid {day.grid_worst:.1f} A;"
        f" at most {day.over_by:.1f} A over a limit, for {day.seconds_over:.0f} s"
        f" (bound {day.bound:.0f} s: {day.because or 'never'}), {len(day.over)} too long;"
        f" {day.faults} faults, {day.visits} visits, {day.sessions} sessions,"
        f" {day.booked:.1f} kWh booked of {day.taken:.1f} kWh taken, {day.lost} lost;"
        f" {day.below} times books below the truth;"
        f" {day.memory:.0f} MB, {day.errors} errors, {day.task_exceptions} task exceptions;"
        f" took {day.real_minutes:.1f} min, {day.cpu_minutes:.1f} of them computing"
    )


def _judge(console: Console, figures: Figures, *, stopped: bool) -> int:
    table = Table(title="Soak", title_justify="left")
    for column in (
        "day",
        "hours",
        "group A",
        "grid A",
        "over A",
        "over s",
        "bound s",
        "too long",
        "faults",
        "sessions",
        "kWh taken",
        "kWh booked",
        "lost",
        "below",
        "MB",
        "errors",
        "task exc.",
    ):
        table.add_column(column, justify="right")
    for day in figures.days:
        table.add_row(
            f"{day.number}",
            f"{day.hours:.1f}",
            f"{day.group_worst:.1f}",
            f"{day.grid_worst:.1f}",
            f"{day.over_by:.1f}",
            f"{day.seconds_over:.0f}",
            f"{day.bound:.0f}",
            f"{len(day.over)}",
            f"{day.faults}",
            f"{day.sessions}",
            f"{day.taken:.1f}",
            f"{day.booked:.1f}",
            f"{day.lost}",
            f"{day.below}",
            f"{day.memory:.0f}",
            f"{day.errors}",
            f"{day.task_exceptions}",
        )
    console.print(table)
    console.print(", ".join(f"{count} x {name}" for name, count in figures.faults.items()))
    lenient, very_lenient = figures.leniency
    console.print(
        f"What broke let a phase be over for {LENIENT:g} s or longer in {lenient:.1%} of the time,"
        f" for {VERY_LENIENT:g} s or longer in {very_lenient:.1%}."
    )
    if figures.growth is not None:
        console.print(f"Memory since the end of the first day: {figures.growth:+.1%}.")
    elif figures.kills:
        console.print("Memory is not judged: each Home Assistant that was killed has left some.")
    if figures.energy:
        console.print(
            "Energy: cars took {taken:.1f} kWh, the chargers counted {charged:.1f} kWh,"
            " the books say {booked:.1f} kWh.".format(**figures.energy)
        )
    if figures.session_book:
        console.print(
            "Session book: {sessions} sessions of {Wh} Wh by the chargers' registers,"
            " {differences} differences.".format(**figures.session_book)
        )
    for text in figures.unseeable:
        console.print(f"Not to be seen by anybody: {text}", markup=False)
    for text in figures.endless_for_now:
        console.print(f"Without a limit that ends, for now: {text}", markup=False)
    wrong = figures.wrong()
    for text in wrong:
        console.print(text, style="red", markup=False)
    if stopped:
        console.print("Stopped before its time.")
        return 1
    console.print("Everything held." if not wrong else f"{len(wrong)} things did not hold.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
