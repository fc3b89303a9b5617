"""The books of a real group are compared with what its chargers really apply."""

from dataclasses import replace

import pytest

from custom_components.ev_load_manager.group.load_manager import LoadManager
from homeassistant.config_entries import ConfigEntryState
from simulation.charger.profiles import Profile
from simulation.faults.group_books import Watchman
from tests.simulation.charger.test_charger import limit

from .conftest import Garage

pytestmark = pytest.mark.usefixtures("socket_enabled", "hurry")


def watch(garage: Garage) -> Watchman:
    """Have a garage's books compared with the truth from now on."""

    def manager() -> LoadManager | None:
        if garage.entry.state is not ConfigEntryState.LOADED:
            return None
        running: LoadManager = garage.entry.runtime_data
        return running

    return Watchman(garage.site.chargers, manager)


async def test_books_are_true_while_cars_come_and_share(garage: Garage) -> None:
    judge = watch(garage).judge
    garage.site.unplug("RIGHT")
    await garage.until(lambda: garage.offered("LEFT") == 16.0)
    garage.arrive("RIGHT")
    await garage.until(lambda: garage.offered("LEFT") == garage.offered("RIGHT") == 10.0)
    assert judge.looks > 20
    assert [str(below) for below in judge.found] == []


async def test_a_limit_that_the_books_know_nothing_of_is_found(garage: Garage) -> None:
    """Somebody else raises a charger's limit: both the ledger and the balancing are wrong."""
    judge = watch(garage).judge
    left = garage.site.chargers["LEFT"]
    planted = Profile.from_ocpp(limit(15.0, id=999, purpose="TxProfile")["csChargingProfiles"])
    left.profiles.install(1, planted, session=left.connectors[1].session)
    await garage.until(lambda: judge.moments >= 2)
    assert {below.what for below in judge.found} == {"the ledger says", "the balancing counts"}
    assert {(below.outlet, below.truth) for below in judge.found} == {("LEFT/1", 15.0)}


async def test_nobody_is_judged_while_the_group_is_away(garage: Garage) -> None:
    judge = watch(garage).judge
    await garage.restart(killed=True)
    await garage.until(lambda: garage.site.chargers["LEFT"].accepted)
    garage.site.unplug("RIGHT")
    await garage.until(lambda: garage.offered("LEFT") == 16.0)
    assert [str(below) for below in judge.found] == []


async def test_who_was_seen_to_forget_its_limits_is_judged_while_it_is_away(garage: Garage) -> None:
    """What is counted for it is all that it can draw, as soon as its link is known to be lost."""
    watchman = watch(garage)
    judge, books = watchman.judge, watchman.books
    right = garage.site.chargers["RIGHT"]
    right.model = replace(right.model, drops_profiles_offline=True)
    right.link.halt()
    await garage.until(lambda: right.connectors[1].terminals[0] == 16.0)
    right.link.start()
    await garage.until(lambda: books.forgets("RIGHT", 1))
    await garage.until(lambda: right.accepted and not right.forgot)
    right.link.halt()
    await garage.until(lambda: right.forgot and books.is_away("RIGHT", 1))
    looks = judge.looks
    judge.look(right)
    assert judge.looks == looks + 1
    await garage.until(lambda: books.counted("RIGHT", 1) == 32.0)
    assert [str(below) for below in judge.found] == []
