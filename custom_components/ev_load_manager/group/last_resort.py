"""What chargers are told where no decision says it: after a failure, and as the last word."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from .. import clock
from ..balancing.site import ConnectorId, Site
from .chargers import Chargers


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
