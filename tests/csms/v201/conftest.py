"""A station with what keeps its limits."""

from collections.abc import AsyncGenerator, Callable, Iterator

import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.charge_point.charge_point import ChargePoint
from custom_components.ev_load_manager.csms.charge_point.charger_control import ChargerControl
from custom_components.ev_load_manager.csms.limits.connector_limit import ConnectorLimit
from custom_components.ev_load_manager.csms.models import load_catalogue

type MakeControl = Callable[[], ChargerControl]

CATALOGUE = load_catalogue()
LIFETIME = 300.0


@pytest.fixture
def brisk() -> Iterator[None]:
    """Time passes ten times as fast: whoever has to answer within seconds still has time."""
    clock.set_factor(10)
    yield
    clock.set_factor(1)


@pytest.fixture
async def control(charger: ChargePoint) -> AsyncGenerator[ChargerControl]:
    """What makes the charger follow limits, with a fallback of 6 A."""
    charger.connector(1)
    made = ChargerControl(charger, CATALOGUE)
    keeper_of(charger).set_terms(6.0, LIFETIME)
    yield made
    await made.close()


def keeper_of(charger: ChargePoint, number: int = 1) -> ConnectorLimit:
    """The keeper of an outlet's limit."""
    keeper = charger.connector(number).keeper
    assert keeper is not None
    return keeper
