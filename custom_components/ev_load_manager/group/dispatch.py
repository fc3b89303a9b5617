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
from ..csms.limits.connector_limit import Outlet
from .chargers import Chargers

ADAPTIVE_LIFETIME: Final = 300.0
"""Seconds that a limit holds without being renewed where it follows the building's load."""
FIXED_LIFETIME: Final = 3600.0
"""The same where only a fixed limit is shared."""


def dispatch(decision: Decision, site: Site, memory: Memory, chargers: Chargers) -> None:
    """Tell every limit of a decision to its keeper."""
    lifetime = ADAPTIVE_LIFETIME if site.follows_meters else FIXED_LIFETIME
    for connector_id, decided in decision.connectors.items():
        keeper, connector = chargers.keeper(connector_id), site.connectors[connector_id]
        keeper.set_terms(connector.fallback, lifetime)
        keeper.is_wired(
            Outlet(
                len(connector.wiring),
                connector.minimum,
                connector.maximum,
                connector.hardware_maximum,
            )
        )
        keeper.loads(memory.connectors[connector_id].learned)
        keeper.want(decided.limit)


def judge(readings: Readings, chargers: Chargers) -> None:
    """Tell every keeper what its car surely draws, by whatever proves it.

    That may be a meter of its own, or power and energy where no currents are told.
    """
    for connector_id, reading in readings.connectors.items():
        if reading.sample is not None and reading.session is not None:
            control = chargers.control(connector_id.charger)
            control.limits.saw(connector_id.number, reading.sample.at_least, reading.sample.at)


def fall_back(chargers: Chargers, site: Site | None) -> None:
    """After an exception nobody gets more, and nobody more than his fallback.

    `site` is the last that could be made; without one nobody gets anything.
    """
    known = {} if site is None else site.connectors
    for charger_id, control in chargers.controls.items():
        for number, keeper in control.limits.keepers.items():
            connector = known.get(ConnectorId(charger_id, number))
            fallback = 0.0 if connector is None else connector.fallback
            keeper.want(fallback if keeper.wanted is None else min(keeper.wanted, fallback))


@contextmanager
def never_more(chargers: Chargers) -> Iterator[None]:
    """Whatever is handed out meanwhile, in the end nobody has more than before."""
    keepers = [
        keeper
        for control in chargers.controls.values()
        for keeper in control.limits.keepers.values()
    ]
    before = [keeper.wanted for keeper in keepers]
    yield
    for keeper, wanted in zip(keepers, before, strict=True):
        if wanted is not None and keeper.wanted is not None:
            keeper.want(min(wanted, keeper.wanted))


async def all_told(chargers: Chargers, *, within: float) -> bool:
    """Wait until all limits were sent, so many seconds at most; whether they were."""
    try:
        async with clock.timeout(within):
            await asyncio.gather(
                *(control.limits.settled() for control in chargers.controls.values())
            )
    except TimeoutError:
        return False
    return True
