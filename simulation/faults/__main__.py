"""Breaks what can break in a real Home Assistant, and judges what comes of it.

The exit code is 1 where a fault did not end as it must.
"""

import argparse
from dataclasses import replace
import json
from pathlib import Path
import shutil
import sys
import tempfile
import time

from rich.console import Console

from ..charger.frames import SUBPROTOCOL16
from ..charger.in_version import PROTOCOLS
from ..command import carry_out
from ..jumping_time import jumping_loop
from .fault import Fault, Outcome
from .run import run
from .table import FAULTS


def main() -> int:
    """Run what the command line asks for; returns the exit code."""
    arguments = _arguments()
    console = Console(highlight=False, soft_wrap=True)
    if arguments.list:
        for fault in FAULTS.values():
            console.print(f"{fault.name:20} {fault.breaks} (bound: {fault.bound:g} s)")
        return 0
    named = [FAULTS[name] for name in arguments.names] or list(FAULTS.values())
    wanted = [replace(fault, protocol=arguments.protocol) for fault in named]
    if arguments.protocol != SUBPROTOCOL16:
        for fault in wanted:
            if fault.only_1_6:
                console.print(f"[dim]none[/]  {fault.name:20} {fault.breaks}: {fault.only_1_6}")
        wanted = [fault for fault in wanted if not fault.only_1_6]
    loop = jumping_loop()
    loop.jumps = False
    return carry_out(_run(wanted, console, arguments.json), loop, console, when_stopped=1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/faults", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*FAULTS, []], metavar="NAME", help="of faults")
    parser.add_argument(
        "--protocol", choices=PROTOCOLS, default=SUBPROTOCOL16, help="what the chargers speak"
    )
    parser.add_argument("--list", action="store_true", help="say what there is")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the outcomes there, too")
    return parser.parse_args()


async def _run(faults: list[Fault], console: Console, file: Path | None) -> int:
    folder = Path(tempfile.mkdtemp(prefix="ev-load-manager-faults-"))
    outcomes: list[Outcome] = []
    console.print(f"{len(faults)} faults, each against a real Home Assistant.\n")
    began = time.monotonic()
    with console.status("Starting Home Assistant ...") as status:
        async for outcome in run(faults, folder):
            outcomes.append(outcome)
            _show(console, outcome)
            if len(outcomes) < len(faults):
                status.update(f"{faults[len(outcomes)].breaks} ...")
    if file is not None:
        _write(file, outcomes)
    failed = [outcome for outcome in outcomes if not outcome.passed]
    minutes = (time.monotonic() - began) / 60
    console.print(f"\n{len(outcomes) - len(failed)} of {len(outcomes)} passed ({minutes:.1f} min).")
    if failed:
        console.print(f"Home Assistant's log is kept in {folder}")
        return 1
    shutil.rmtree(folder, ignore_errors=True)
    return 0


def _write(file: Path, outcomes: list[Outcome]) -> None:
    file.write_text(json.dumps([outcome.to_dict() for outcome in outcomes], indent=2) + "\n")


def _show(console: Console, outcome: Outcome) -> None:
    """One row, and what is to be said about it."""
    verdict = "[green]pass[/]" if outcome.passed else "[red]FAIL[/]"
    worst = "/".join(f"{amperes:.1f}" for amperes in outcome.worst)
    console.print(
        f"{verdict}  {outcome.name:20} {outcome.breaks}\n"
        f"        {outcome.circuit}: worst {worst} A of {outcome.limit:g} A,"
        f" over for {outcome.seconds_over:g} s (bound {outcome.bound:g} s),"
        f" safe after {outcome.until_safe:g} s,"
        f" lost: {'; '.join(outcome.lost) or 'nothing'},"
        f" books below the truth: {'not seen' if outcome.below is None else outcome.below}"
    )
    for text in outcome.noted:
        console.print(f"        {text}")
    for text in outcome.wrong:
        console.print(f"        {text}", style="red", markup=False)


if __name__ == "__main__":
    sys.exit(main())
