"""Measures the project, and others beside it, in the same run.

    script/bench [allocation|controller|server|control|home|step|trouble|reaction|flood|sessions|peaks
                  |backends|versions]
                 [--json FILE]

Prints tables (Markdown) and, after each part, every figure beside what it is to be. At the end it
names every figure that was missed and every part that did not come to its end, with the reason;
if there is any, the exit code is 1.
"""

import argparse
from collections.abc import Callable, Iterator
import json
from pathlib import Path
import shlex
import sys
import traceback
from typing import Any

from . import report
from .report import Table, Target, Unfinished

type Part = Callable[[argparse.Namespace], Iterator[Table | Target]]


def _allocation(options: argparse.Namespace) -> Iterator[Table | Target]:
    from . import allocation

    return allocation.run(rounds=options.rounds, seed=options.seed, patience=options.patience)


def _controller(options: argparse.Namespace) -> Iterator[Table | Target]:
    from . import controller

    return controller.run(steps=options.steps)


def _server(options: argparse.Namespace) -> Iterator[Table | Target]:
    from . import server

    return server.run(
        sizes=options.chargers,
        limits=options.limits,
        seconds=options.seconds,
        rounds=options.server_rounds,
        idle=options.idle,
        mixed=options.mixed,
    )


def _step(options: argparse.Namespace) -> Iterator[Table | Target]:
    from . import step

    return step.run(trials=options.trials, small_trials=options.small_trials)


def _home(options: argparse.Namespace) -> Iterator[Table | Target]:
    from . import home

    return home.run(home_seeds=options.home_seeds, garage_seeds=options.garage_seeds)


def _trouble(options: argparse.Namespace) -> Iterator[Table | Target]:
    from . import trouble

    return trouble.run(hours=options.trouble_hours)


def _reaction(options: argparse.Namespace) -> Iterator[Table | Target]:
    from . import reaction

    return reaction.run(cuts=options.cuts, protocols=options.protocol)


def _control(options: argparse.Namespace) -> Iterator[Table | Target]:
    from . import control

    return control.run(
        days=options.days,
        hours=options.hours,
        matrix_days=options.matrix_days,
        quick=options.quick,
        plots=options.plots,
    )


def _flood(options: argparse.Namespace) -> Iterator[Table | Target]:
    from . import flood

    return flood.run(rises=options.rises)


def _sessions(options: argparse.Namespace) -> Iterator[Table | Target]:
    from . import sessions

    return sessions.run(
        sessions=options.sessions, outlets=options.outlets, written=options.written_sessions
    )


def _peaks(options: argparse.Namespace) -> Iterator[Table | Target]:
    from . import peaks

    return peaks.run(
        days=options.peak_days,
        beside=options.peak_beside,
        hours=options.peak_hours,
        months=options.peak_months,
        processes=options.peak_processes,
    )


def _backends(options: argparse.Namespace) -> Iterator[Table | Target]:
    from . import backends

    return backends.run(
        cuts=options.cuts,
        chargers=max(options.chargers),
        seconds=options.idle,
        rounds=options.server_rounds,
    )


def _versions(options: argparse.Namespace) -> Iterator[Table | Target]:
    from . import versions

    return versions.run(
        chargers=max(options.chargers),
        seconds=options.seconds,
        rounds=max(options.server_rounds, 5),
        idle=options.idle,
    )


PARTS: dict[str, Part] = {
    "allocation": _allocation,
    "controller": _controller,
    "server": _server,
    "control": _control,
    "home": _home,
    "step": _step,
    "trouble": _trouble,
    "reaction": _reaction,
    "flood": _flood,
    "sessions": _sessions,
    "peaks": _peaks,
    "backends": _backends,
    "versions": _versions,
}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__.partition("\n")[0])
    parser.add_argument("part", nargs="?", choices=PARTS, help="default: all of them")
    parser.add_argument("--json", type=Path, help="write everything measured to this file, too")
    parser.add_argument("--seed", type=int, default=1)
    group = parser.add_argument_group("allocation")
    group.add_argument("--rounds", type=int, default=200, help="for 100 connectors (default 200)")
    group.add_argument("--patience", type=float, default=20.0, help="s for one step (default 20)")
    group = parser.add_argument_group("controller")
    group.add_argument("--steps", type=int, default=300, help="per situation (default 300)")
    group = parser.add_argument_group("server")
    group.add_argument(
        "--chargers", type=int, nargs="+", default=[1, 10, 50, 200], help="how many at once"
    )
    group.add_argument(
        "--limits", type=int, nargs="*", default=[20, 100, 200], help="how many get a new limit"
    )
    group.add_argument("--seconds", type=float, default=3.0, help="of every measurement")
    group.add_argument("--server-rounds", type=int, default=3)
    group.add_argument("--idle", type=float, default=30.0, help="s of doing nothing")
    group.add_argument(
        "--mixed", action="store_true", help="every second charger speaks OCPP 2.0.1"
    )
    group = parser.add_argument_group("control")
    group.add_argument("--days", type=int, default=6, help="random days (default 6)")
    group.add_argument("--hours", type=float, default=24.0, help="length of a day (default 24)")
    group.add_argument(
        "--matrix-days", type=int, default=1, help="days for each pair of periods (default 1)"
    )
    group.add_argument("--quick", action="store_true", help="ours only, without the others")
    group.add_argument("--plots", type=Path, help="folder for plots (PNG)")
    group = parser.add_argument_group("home")
    group.add_argument("--home-seeds", type=int, default=8, help="lives of 4 h (default 8)")
    group.add_argument("--garage-seeds", type=int, default=3, help="evenings (default 3)")
    group = parser.add_argument_group("step, trouble and reaction")
    group.add_argument("--trials", type=int, default=40, help="steps of the house (default 40)")
    group.add_argument(
        "--small-trials", type=int, default=20, help="small overloads of each kind (default 20)"
    )
    group.add_argument(
        "--trouble-hours", type=float, default=4.0, help="length of each trouble (default 4)"
    )
    group.add_argument("--cuts", type=int, default=24, help="rises of the house (default 24)")
    group.add_argument(
        "--protocol",
        nargs="+",
        choices=("ocpp1.6", "ocpp2.0.1", "ocpp2.1"),
        default=["ocpp1.6"],
        help="what the chargers of reaction speak, one after the other (default ocpp1.6)",
    )
    group.add_argument("--rises", type=int, default=4, help="of the house in flood (default 4)")
    group = parser.add_argument_group("sessions")
    group.add_argument(
        "--sessions", type=int, default=730_000, help="in the book (ten years of 100)"
    )
    group.add_argument("--outlets", type=int, default=200, help="that they are of")
    group.add_argument(
        "--written-sessions", type=int, default=200, help="written into the full book"
    )
    group = parser.add_argument_group("peaks")
    group.add_argument("--peak-days", type=int, default=30, help="random days (default 30)")
    group.add_argument(
        "--peak-beside",
        type=int,
        default=30,
        help="of the days with others and slower meters, too (default 30)",
    )
    group.add_argument(
        "--peak-hours", type=float, default=24.0, help="length of a day (default 24)"
    )
    group.add_argument("--peak-months", type=int, default=2, help="of 30 days each (default 2)")
    group.add_argument(
        "--peak-processes", type=int, help="days at a time (default: one on each core)"
    )
    return parser.parse_args()


def measure(name: str, part: Part, options: argparse.Namespace) -> tuple[list[Table], list[str]]:
    """Run a part and print what it finds; return its tables, and what of it is not as it should be."""
    tables: list[Table] = []
    targets: list[Target] = []
    wrong: list[str] = []
    try:
        for result in part(options):
            if isinstance(result, Target):
                targets.append(result)
            else:
                tables.append(result)
                print(f"{result}\n", flush=True)
        if not targets:
            wrong.append(f"{name} has come to its end without a single figure")
    except Unfinished as reason:
        wrong.append(f"{name} was not finished: {reason}")
    except KeyboardInterrupt:
        wrong.append(f"{name} was stopped by Ctrl-C")
    except Exception as error:  # noqa: BLE001 - whatever it was, the other parts go on
        traceback.print_exc()
        wrong.append(f"{name} was not finished: {type(error).__name__}: {error}")
    figures = report.targets_table(targets)
    print(f"{figures}\n", flush=True)
    missed = [f"{name}: {target}" for target in targets if not target.holds]
    return [*tables, figures], [*missed, *wrong]


def main() -> int:
    """Run what is asked for; 1 where a figure is not reached, or a part not finished."""
    options = _options()
    found = report.machine()
    print(f"    {shlex.join(['script/bench', *sys.argv[1:]])}\n\n{report.describe(found)}\n")
    results: dict[str, Any] = {"command": sys.argv[1:], "machine": found, "parts": {}}
    wrong: list[str] = []
    for name in [options.part] if options.part else PARTS:
        print(f"## {name}\n", flush=True)
        tables, problems = measure(name, PARTS[name], options)
        wrong += problems
        print(f"Load of the machine at the end {report.load():.2f}.\n", flush=True)
        results["parts"][name] = [table.to_dict() for table in tables]
        results["wrong"] = wrong
        if options.json:
            options.json.write_text(json.dumps(results, indent=1) + "\n")
    for problem in wrong:
        print(f"MISSED: {problem}", flush=True)
    if not wrong:
        print("All figures are reached.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
