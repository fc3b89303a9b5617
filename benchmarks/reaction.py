"""How soon the last of twenty chargers has its lower limit once the meter shows an overload.

A real Home Assistant, twenty chargers on real sockets, cars that charge, and a
meter on real Modbus, at the speed of real time. The house draws more, step by
step, each time 1 A for every car. The clock starts when the meter is asked for
the values that show it, before it has answered, and stops when the last charger
has received its limit. Chargers and meter live in Home Assistant's own process,
so what they need of its processor counts, too.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
import socket
from statistics import median
import sys
import tempfile

from custom_components.ev_load_manager import clock
from simulation.charger.car import CarModel
from simulation.charger.grid import Wiring, same
from simulation.charger.in_version import in_version
from simulation.charger.machine import Machine
from simulation.charger.models import GENERIC
from simulation.home_assistant import WITHOUT_PAGE, event_loop
from simulation.plant.house import House
from simulation.plant.site import GRID, GROUP, SimulatedSite, SupplyCircuit
from simulation.set_up import MeterSetting, home

from .loop import percentile
from .report import Table, Target

BOUND = 250.0
"""Milliseconds, at the 95th percentile."""
CHARGERS = 20
MAXIMUM = 16.0
LIMIT = 400.0
SPARE = 4.0
"""A per phase that nobody uses then: what is held back for a meter's noise must fit into it."""
BASE = LIMIT - CHARGERS * MAXIMUM - SPARE
"""A per phase that the house draws while every car has all it can take."""
NOISE = 0.2
"""A; of the meter."""
STEP = float(CHARGERS)
"""A per phase by which the house rises: 1 A for every car."""
CUTS_IN_A_ROW = 8
"""From 16 A down to 8 A; then the house falls, and the cars get theirs back."""
PERIOD = 2.0
"""Seconds between two readings of the meter."""
STEADY = 6.0
"""Seconds that every car must have drawn its share before the house rises."""
ABOUT = 1.0
"""A by which a car may be off its share: no limit rises by less."""
PATIENCE = 180.0
"""Seconds in which it must have come to that."""
_LIMIT = "SetChargingProfile"
TOO_LATE = 10.0
"""Seconds after which a charger that has no lower limit never gets one."""

CAR = CarModel(name="car", phases=3, maximum=MAXIMUM, wanted=None)
WIRINGS: tuple[Wiring, ...] = ((0, 1, 2), (1, 2, 0), (2, 0, 1))


@asynccontextmanager
async def garage(
    folder: Path, backend: str | None = None, protocol: str = "ocpp1.6"
) -> AsyncIterator[SimulatedSite]:
    """Twenty cars that charge behind a meter; each charger with a billing `backend`, if there is one.

    All chargers speak `protocol`.
    """
    ocpp_port = _free_port()
    async with home(folder, port=_free_port(), ocpp_port=ocpp_port, parts=WITHOUT_PAGE) as running:
        site = SimulatedSite(
            running.chargers_url,
            circuits=(
                SupplyCircuit(GRID, same(LIMIT), carries_house=True),
                SupplyCircuit(GROUP, same(LIMIT), parent=GRID),
            ),
            house=House(same(BASE)),
            meter_noise=NOISE,
            tick=0.5,
        )
        try:
            await site.meter.start()
            group = await running.set_up_group(
                rated=LIMIT,
                maximum=LIMIT,
                meter=MeterSetting(
                    port=site.meter.port, rated=LIMIT, maximum=LIMIT, safe_limit=LIMIT / 2
                ),
            )
            for number in range(CHARGERS):
                name = f"CP{number + 1:02}"
                wiring = WIRINGS[number % len(WIRINGS)]
                await group.add_charger(name, name=name, wiring=wiring)
                # Looking whether every frame is right costs the simulation
                # more than sending it costs Home Assistant.
                site.add_charger(name, in_version(GENERIC, protocol), wiring=wiring, validate=False)
            await site.start(meter=False)
            for charger in site.chargers.values():
                await charger.until(partial(_is_accepted, charger))
                if backend is not None:
                    await group.add_backend(charger.id, url=backend)
                site.plug_in(charger.id, CAR)
            yield site
        finally:
            await site.stop()


def _is_accepted(charger: Machine) -> bool:
    return charger.accepted


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def reactions(site: SimulatedSite, cuts: int) -> list[float]:
    """Seconds from the meter's question to the last limit, for every rise of the house."""
    found: list[float] = []
    while len(found) < cuts:
        site.house.base = same(BASE)
        for number in range(min(CUTS_IN_A_ROW, cuts - len(found))):
            await _until_steady(site, MAXIMUM - number)
            await _middle_of_a_pause(site)
            site.house.base = same(BASE + (number + 1) * STEP)
            found.append(await _reaction(site))
            print(f"{len(found):3}: {found[-1] * 1e3:6.1f} ms", file=sys.stderr)
    return found


async def _until_steady(site: SimulatedSite, amperes: float) -> None:
    """Wait until every car has drawn about its share for some time.

    Only then is what the house adds an overload in the very first sample.
    """
    connectors = [charger.connectors[1] for charger in site.chargers.values()]
    began = since = clock.monotonic()
    while clock.monotonic() - since < STEADY:
        if any(abs(max(one.terminals) - amperes) > ABOUT for one in connectors):
            since = clock.monotonic()
        if since - began > PATIENCE:
            raise TimeoutError(
                f"after {PATIENCE:g} s not every car draws {amperes:g} A: "
                + ", ".join(f"{max(one.terminals):.1f} A of {one.offered:g}" for one in connectors)
            )
        await clock.sleep(0.5)


async def _middle_of_a_pause(site: SimulatedSite) -> None:
    """Wait for a moment between two readings, some of which take more than one question."""
    asked = len(site.meter.requests)
    while len(site.meter.requests) == asked:
        await clock.sleep(0.05)
        asked = min(asked, len(site.meter.requests))
    await clock.sleep(PERIOD / 2)


async def _reaction(site: SimulatedSite) -> float:
    """The next reading shows a rise: seconds from it to the last lower limit."""
    risen = clock.monotonic()
    before = {charger.id: _offered(charger) for charger in site.chargers.values()}
    asked: float | None = None
    lowered: dict[str, float] = {}
    async with clock.timeout(TOO_LATE):
        while len(lowered) < len(before):
            await clock.sleep(0.1)
            asked = next((one.at for one in site.meter.requests if one.at >= risen), None)
            for charger in site.chargers.values():
                for call in charger.calls:
                    if asked is not None and call.at >= asked and call.action == _LIMIT:
                        lowered.setdefault(charger.id, call.at)
    assert asked is not None
    await clock.sleep(PERIOD / 2)
    assert all(_offered(site.chargers[id_]) < offered for id_, offered in before.items())
    return max(lowered.values()) - asked


def _offered(charger: Machine) -> float:
    return charger.connectors[1].offered


async def measure(cuts: int, backend: str | None = None, protocol: str = "ocpp1.6") -> list[float]:
    """Set everything up, and measure."""
    with tempfile.TemporaryDirectory(prefix="ev-load-manager-reaction-") as folder:
        async with garage(Path(folder), backend, protocol) as site:
            return await reactions(site, cuts)


def run(*, cuts: int = 24, protocols: Sequence[str] = ("ocpp1.6",)) -> Iterator[Table | Target]:
    """Measure so many rises of the house, with chargers of each of `protocols`."""
    table = Table(
        title=f"From the meter's sample to the last of {CHARGERS} limits",
        columns=("version", "rises", "median ms", "95 % ms", "longest ms"),
    )
    targets = []
    for protocol in protocols:
        loop = event_loop()
        try:
            found = loop.run_until_complete(measure(cuts, protocol=protocol))
        finally:
            loop.close()
        taken = [seconds * 1e3 for seconds in found]
        table.add(protocol, len(taken), median(taken), percentile(taken, 0.95), max(taken))
        targets.append(
            Target(
                name=f"reaction at the 95th percentile, {protocol}",
                value=percentile(taken, 0.95),
                bound=BOUND,
                unit="ms",
            )
        )
    yield table
    yield from targets
