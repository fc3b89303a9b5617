"""Measures the project, and others beside it, in the same run.

    script/bench [allocation|controller|server|control|step|trouble|reaction] [--json FILE]

Prints tables (Markdown) and, after each part, every figure beside what it is to be.
"""

import argparse
from collections.abc import Callable, Iterator
import json
from pathlib import Path
import shlex
import sys
from typing import Any

from . import report
from .report import Table, Target

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
    )


def _step(options: argparse.Namespace) -> Iterator[Table | Target]:
    from . import step

    return step.run(trials=options.trials)


def _trouble(options: argparse.Namespace) -> Iterator[Table | Target]:
    from . import trouble

    return trouble.run(hours=options.trouble_hours)


def _reaction(options: argparse.Namespace) -> Iterator[Table | Target]:
    from . import reaction

    return reaction.run(cuts=options.cuts)


def _control(options: argparse.Namespace) -> Iterator[Table | Target]:
    from . import control

    return control.run(
        days=options.days, hours=options.hours, matrix_days=options.matrix_days, plots=options.plots
    )


PARTS: dict[str, Part] = {
    "allocation": _allocation,
    "controller": _controller,
    "server": _server,
    "control": _control,
    "step": _step,
    "trouble": _trouble,
    "reaction": _reaction,
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
    group = parser.add_argument_group("control")
    group.add_argument("--days", type=int, default=20, help="random days (default 20)")
    group.add_argument("--hours", type=float, default=24.0, help="length of a day (default 24)")
    group.add_argument(
        "--matrix-days", type=int, default=1, help="days for each pair of periods (default 1)"
    )
    group.add_argument("--plots", type=Path, help="folder for plots (PNG)")
    group = parser.add_argument_group("step, trouble and reaction")
    group.add_argument("--trials", type=int, default=40, help="steps of the house (default 40)")
    group.add_argument(
        "--trouble-hours", type=float, default=4.0, help="length of each trouble (default 4)"
    )
    group.add_argument("--cuts", type=int, default=24, help="rises of the house (default 24)")
    return parser.parse_args()


def main() -> int:
    """Run what is asked for; 1 where a figure is not reached."""
    options = _options()
    found = report.machine()
    print(f"    {shlex.join(['script/bench', *sys.argv[1:]])}\n\n{report.describe(found)}\n")
    results: dict[str, Any] = {"command": sys.argv[1:], "machine": found, "parts": {}}
    missed = 0
    for name in [options.part] if options.part else PARTS:
        print(f"## {name}\n", flush=True)
        tables, targets = [], []
        for result in PARTS[name](options):
            if isinstance(result, Target):
                targets.append(result)
                missed += not result.holds
            else:
                tables.append(result)
                print(f"{result}\n", flush=True)
        figures = report.targets_table(targets)
        print(f"{figures}\n", flush=True)
        print(f"Load of the machine at the end {report.load():.2f}.\n", flush=True)
        results["parts"][name] = [table.to_dict() for table in [*tables, figures]]
        if options.json:
            options.json.write_text(json.dumps(results, indent=1) + "\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
