"""Home Assistant ends and begins again in the middle of sessions."""

import pytest

from simulation.plant.site import GROUP

from .conftest import LIMIT, Garage


def sessions(garage: Garage) -> dict[str, tuple[str, float | None]]:
    """Id and first meter value of the session of each charger, as booked."""
    manager = garage.entry.runtime_data
    found = {}
    for charger_id in garage.site.chargers:
        transaction = manager.access.point(charger_id).connectors[1].transaction
        assert transaction is not None
        found[charger_id] = (transaction.id, transaction.meter_start)
    return found


@pytest.mark.parametrize("killed", [True, False])
async def test_sessions_go_on_at_their_limits(garage: Garage, killed: bool) -> None:
    before = sessions(garage)
    watch = garage.site.watches[GROUP]
    over_before = len(watch.excursions)

    chargers = garage.site.chargers.values()
    taken = [len(one.received("SetChargingProfile")) for one in chargers]
    await garage.restart(killed=killed)
    await garage.until(
        lambda: all(
            len(one.received("SetChargingProfile")) > count
            for one, count in zip(chargers, taken, strict=True)
        )
    )

    assert sessions(garage) == before
    assert [garage.offered(one.id) for one in chargers] == [10.0, 10.0]
    assert len(watch.excursions) == over_before


async def test_a_kill_while_limits_move_puts_nobody_over_the_limit(garage: Garage) -> None:
    watch = garage.site.watches[GROUP]
    over_before = len(watch.excursions)
    garage.site.unplug("LEFT")
    # Killed when the increase has left, and before anybody knows what came of it.
    await garage.until(lambda: garage.offered("RIGHT") > 10.0)
    await garage.restart(killed=True)
    await garage.until(lambda: garage.offered("RIGHT") == 16.0)

    assert len(watch.excursions) == over_before
    assert max(watch.worst) <= LIMIT + 0.1


async def test_what_ends_while_nobody_leads_is_booked_when_it_is_told(garage: Garage) -> None:
    box = garage.site.chargers["LEFT"]
    for one in garage.site.chargers.values():
        one.link.halt()
    session = box.sessions[-1]
    garage.site.unplug("LEFT")
    await garage.restart(killed=True)
    await garage.until(lambda: box.accepted and not box.outbox.kept)

    connector = garage.entry.runtime_data.access.point("LEFT").connectors[1]
    assert connector.transaction is None
    ended = connector.last_transaction
    assert ended is not None
    assert (ended.id, ended.energy) == (str(session.id), session.meter_stop)


async def test_ids_of_sessions_never_come_again(garage: Garage) -> None:
    before = {session_id for session_id, _ in sessions(garage).values()}
    await garage.restart(killed=True)
    garage.site.unplug("LEFT")
    garage.arrive("LEFT")
    box = garage.site.chargers["LEFT"]
    await garage.until(lambda: len(box.sessions) == 2 and box.sessions[-1].id is not None)
    assert str(box.sessions[-1].id) not in before
