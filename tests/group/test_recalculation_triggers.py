"""What makes the current be shared anew, and that it is shared anew for all together."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager.balancing.decision import Decision
from custom_components.ev_load_manager.balancing.readings import Readings, Status
from custom_components.ev_load_manager.balancing.site import ConnectorId
from custom_components.ev_load_manager.history.recalculation_log import RecalculationLog
from homeassistant.core import HomeAssistant
from tests.csms.client import Client
from tests.csms.conftest import ago
from tests.groups import charger, client, group, set_up, start_session, until_step

pytestmark = pytest.mark.usefixtures("socket_enabled", "time_jumps")

LEFT, RIGHT = ConnectorId("LEFT", 1), ConnectorId("RIGHT", 1)

type Steps = list[tuple[str, Decision, Readings]]


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Steps:
    """Every recalculation: what set it off, what came out, and what went in."""
    found: Steps = []
    note = RecalculationLog.note

    def listen(
        log: RecalculationLog,
        decision: Decision,
        readings: Readings,
        *more: Any,
        trigger: str,
        **others: Any,
    ) -> bool:
        found.append((trigger, decision, readings))
        return note(log, decision, readings, *more, trigger=trigger, **others)

    monkeypatch.setattr(RecalculationLog, "note", listen)
    return found


@pytest.fixture
async def entry(hass: HomeAssistant) -> MockConfigEntry:
    """A group of two chargers."""
    entry = group(charger("LEFT"), charger("RIGHT"))
    await set_up(hass, entry)
    return entry


@pytest.fixture
async def sockets(entry: MockConfigEntry, steps: Steps) -> AsyncGenerator[tuple[Client, Client]]:
    """Their sockets; a car charges on the left."""
    async with AsyncExitStack() as stack:
        left = await stack.enter_async_context(client(entry, "LEFT"))
        right = await stack.enter_async_context(client(entry, "RIGHT"))
        for socket in (left, right):
            await socket.boot()
        await start_session(left)
        await until_step(entry, lambda: entry.runtime_data.decision.connectors[LEFT].limit > 0)
        yield left, right


def first(steps: Steps, trigger: str, condition: Callable[[Readings], bool]) -> Decision | None:
    """What the first recalculation with this cause and such readings came to."""
    return next(
        (
            decision
            for cause, decision, readings in steps
            if trigger in cause.split(", ") and condition(readings)
        ),
        None,
    )


async def until_shared(
    entry: MockConfigEntry, steps: Steps, trigger: str, condition: Callable[[Readings], bool]
) -> Decision:
    """Wait for a recalculation with this cause and such readings: it must have come for all."""
    await until_step(entry, lambda: first(steps, trigger, condition) is not None)
    decision = first(steps, trigger, condition)
    assert decision is not None
    assert set(decision.connectors) == {LEFT, RIGHT}
    return decision


@pytest.mark.parametrize(
    ("told", "known"),
    [
        ("Charging", Status.CHARGING),
        ("Available", Status.AVAILABLE),
        ("Preparing", Status.PREPARING),
        ("Finishing", Status.FINISHING),
        ("SuspendedEVSE", Status.SUSPENDED_EVSE),
        ("SuspendedEV", Status.SUSPENDED_EV),
        ("Occupied", Status.PREPARING),
        ("Faulted", Status.FAULTED),
    ],
)
async def test_every_status_has_the_current_shared_anew(
    entry: MockConfigEntry,
    steps: Steps,
    sockets: tuple[Client, Client],
    told: str,
    known: Status,
) -> None:
    _, right = sockets
    await right.status("Reserved")
    await until_shared(
        entry, steps, "status", lambda seen: seen.connectors[RIGHT].status is Status.RESERVED
    )
    steps.clear()

    await right.status(told)

    await until_shared(entry, steps, "status", lambda seen: seen.connectors[RIGHT].status is known)


async def test_a_session_that_starts_or_stops_has_the_current_shared_anew(
    entry: MockConfigEntry, steps: Steps, sockets: tuple[Client, Client]
) -> None:
    _, right = sockets
    transaction = await start_session(right)
    decision = await until_shared(
        entry, steps, "transaction", lambda seen: seen.connectors[RIGHT].session is not None
    )
    # The one who charges makes way in the same recalculation.
    assert decision.connectors[LEFT].limit + decision.connectors[RIGHT].target <= 20.0
    steps.clear()

    await right.call("StopTransaction", transactionId=transaction, meterStop=9, timestamp=ago(0))

    await until_shared(
        entry, steps, "transaction", lambda seen: seen.connectors[RIGHT].session is None
    )


async def test_a_saved_setting_has_the_current_shared_anew(
    entry: MockConfigEntry, steps: Steps, sockets: tuple[Client, Client]
) -> None:
    steps.clear()

    await entry.runtime_data.live.change(maximum_current=7.0)

    decision = await until_shared(entry, steps, "settings", lambda _: True)
    assert decision.connectors[LEFT].limit <= 7.0


async def test_a_charger_that_is_lost_or_comes_back_has_the_current_shared_anew(
    entry: MockConfigEntry, steps: Steps, sockets: tuple[Client, Client]
) -> None:
    _, right = sockets
    steps.clear()

    await right.drop()
    await until_shared(entry, steps, "connection", lambda seen: not seen.connectors[RIGHT].online)
    steps.clear()
    async with client(entry, "RIGHT"):
        await until_shared(entry, steps, "connection", lambda seen: seen.connectors[RIGHT].online)
