"""A station that nobody has added yet waits, is listed, and may be asked."""

from ocpp.exceptions import SecurityError
import pytest

from custom_components.ev_load_manager.balancing.readings import Status
from custom_components.ev_load_manager.csms.server import CentralSystem
from tests.csms.waiting import until

from .station import Station


async def test_a_stranger_is_told_to_wait_and_listed(central: CentralSystem) -> None:
    async with Station(central, "NEW") as station:
        answer = await station.boot(serialNumber="S1", firmwareVersion="1.2")
        assert answer["status"] == "Pending"
        listed = central.unknown["NEW"]
        assert (listed.vendor, listed.model, listed.serial) == ("V", "M", "S1")


async def test_nothing_of_a_stranger_but_its_boot_is_taken(central: CentralSystem) -> None:
    async with Station(central, "NEW") as station:
        await station.boot()
        with pytest.raises(SecurityError):
            await station.event("Started", "Authorized", state="Charging", evse=1)
        with pytest.raises(SecurityError):
            await station.status("Occupied")
        with pytest.raises(SecurityError):
            await station.tell("Heartbeat")


async def test_one_that_waits_is_used_once_it_is_added(central: CentralSystem) -> None:
    async with Station(central, "NEW") as station:
        await station.boot()
        with pytest.raises(SecurityError):
            await station.status("Occupied")
        added = central.add("NEW")
        assert added.identity.vendor == "V"
        assert added.connectors[1].status is Status.PREPARING
        trigger = await station.until_asked("TriggerMessage")
        assert trigger == {"requestedMessage": "BootNotification"}
        assert (await station.boot())["status"] == "Accepted"
        await station.event("Started", "Authorized", state="Charging", evse=1)
        await until(added, lambda: added.connectors[1].transaction is not None)
