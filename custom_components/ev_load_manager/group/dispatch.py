"""Hands limits to the chargers: in every step, after a failure, and as the last word."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from .. import clock
from ..balancing.decision import Decision
from ..balancing.memory import Memory
from ..balancing.readings import Readings
from ..balancing.site import ConnectorId, Site
from .chargers import Chargers

ADAPTIVE_LIFETIME: Final = 300.0
"""Seconds that a limit holds without being renewed where it follows the building's load."""
FIXED_LIFETIME: Final = 3600.0
"""The same where only a fixed limit is shared."""


def dispatch(decision: Decision, site: Site, memory: Memory, chargers: Chargers) -> None:
    """Have every charger follow its part of a decision."""
    lifetime = ADAPTIVE_LIFETIME if site.follows_meters else FIXED_LIFETIME
    for connector_id, decided in decision.connectors.items():
        chargers.charger(connector_id.charger).lead(
            site.connectors[connector_id],
            decided.limit,
            lifetime=lifetime,
            phases=memory.connectors[connector_id].learned,
        )


def judge(readings: Readings, chargers: Chargers) -> None:
    """Tell every charger what its cars surely draw, by whatever proves it.

    That may be a meter of its own, or power and energy where no currents are told.
    """
    for connector_id, reading in readings.connectors.items():
        if reading.sample is not None and reading.session is not None:
            charger = chargers.charger(connector_id.charger)
            charger.saw(connector_id.number, reading.sample.at_least, reading.sample.at)


def fall_back(chargers: Chargers, site: Site | None) -> None:
    """After an exception no charger gets more, and none more than its fallback.

    `site` is the last that could be made; without one nobody gets anything.
    """
    known = {} if site is None else site.connectors
    for charger_id, charger in chargers.led.items():
        for number in tuple(charger.limited_outlets):
            connector = known.get(ConnectorId(charger_id, number))
            fallback = 0.0 if connector is None else connector.fallback
            wanted = charger.wanted(number)
            charger.want(number, fallback if wanted is None else min(wanted, fallback))


@contextmanager
def never_more(chargers: Chargers) -> Iterator[None]:
    """Whatever is handed out meanwhile, in the end nobody has more than before."""
    before = [
        (charger, number, charger.wanted(number))
        for charger in chargers.led.values()
        for number in charger.limited_outlets
    ]
    yield
    for charger, number, had in before:
        wanted = charger.wanted(number)
        if had is not None and wanted is not None:
            charger.want(number, min(had, wanted))


async def all_told(chargers: Chargers, *, within: float) -> bool:
    """Wait until all limits were sent, so many seconds at most; whether they were."""
    try:
        async with clock.timeout(within):
            await asyncio.gather(*(charger.settled() for charger in chargers.led.values()))
    except TimeoutError:
        return False
    return True
