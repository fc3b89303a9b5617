"""A replay fails where something was said that OCPP doesn't allow, whatever else holds."""

from io import StringIO

from rich.console import Console

from simulation.charger.v201.models import STATION
from simulation.demo.replay import tell_violations
from simulation.plant.site import GROUP, SimulatedSite, SupplyCircuit


async def test_what_ocpp_does_not_allow_is_told_with_its_charger() -> None:
    site = SimulatedSite("ws://127.0.0.1:1", circuits=(SupplyCircuit(GROUP, (16.0, 16.0, 16.0)),))
    charger = site.add_charger("8551", STATION, wiring=(0, 1, 2))
    console = Console(file=StringIO(), width=200)
    assert tell_violations(console, site) == []
    charger.link.violations.append("SetChargingProfile: a TxProfile of no transaction")
    assert tell_violations(console, site) == [
        "8551: SetChargingProfile: a TxProfile of no transaction"
    ]
    told = console.file
    assert isinstance(told, StringIO)
    assert "not OCPP: 8551: SetChargingProfile" in told.getvalue()
