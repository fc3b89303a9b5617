"""A site can have chargers of OCPP 2.0.1, and who judges books can look at them."""

from dataclasses import dataclass

import pytest

from simulation.charger.car import NIMBLE
from simulation.charger.grid import L1, L2, L3
from simulation.charger.v201 import models
from simulation.plant.judge import Judge
from simulation.plant.site import GROUP, SimulatedSite
from tests.simulation.charger.v201.conftest import Central201
from tests.simulation.charger.v201.test_limits import set_limit


@dataclass
class Believed:
    """Books that say the same of everything."""

    amperes: float
    transaction: str | None = None

    def possible(self, charger_id: str, number: int) -> float | None:
        """The highest limit that may be in force."""
        return self.amperes

    def counted(self, charger_id: str, number: int) -> float | None:
        """What is reserved."""
        return self.amperes

    def session(self, charger_id: str, number: int) -> str | None:
        """The transaction, as far as it is known."""
        return self.transaction

    def forgets(self, charger_id: str, number: int) -> bool:
        """It was not seen to."""
        return False

    def is_away(self, charger_id: str, number: int) -> bool:
        """It is not."""
        return False


async def test_what_flows_is_on_the_grids_phases_and_books_are_judged(
    central: Central201,
) -> None:
    site = SimulatedSite(central.url)
    charger = site.add_charger("CP1", models.ONE_PHASE_STATION, wiring=(L2, L3, L1))
    books = Believed(10.0)
    judge = Judge(books)
    charger.watched_by.append(judge.look)
    await site.start(meter=False)
    try:
        await charger.until(lambda: charger.accepted)
        assert await set_limit(central, 10.0) == "Accepted"
        car = site.plug_in("CP1", NIMBLE)
        await charger.until(lambda: car.current == pytest.approx(10.0))
        assert site.currents(GROUP) == pytest.approx((0.0, 10.0, 0.0))
        (row,) = site.snapshot().connectors
        assert (row.status, row.online, row.car) == ("Occupied", True, "car at CP1")
        assert judge.looks
        assert judge.moments == 0
        books.transaction = charger.sessions[0].id
        books.amperes = 9.0
        await charger.until(lambda: judge.moments)
        assert "TxDefaultProfile 1001 on level 0: 10 A" in judge.found[0].holds
    finally:
        await site.stop()
