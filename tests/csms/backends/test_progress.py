"""What comes of an update or an upload is told, also where the backend was away as it ended."""

from typing import Any

import pytest

from simulation.backends.backend import SILENCE, SimulatedBackend
from tests.csms.client import Client

from .conftest import Dial, House, settings_of, until
from .test_outage import all_told, away

pytestmark = pytest.mark.usefixtures("hurry")

ENDS: dict[str, list[dict[str, Any]]] = {
    "FirmwareStatusNotification": [{"status": one} for one in ("Downloaded", "Installed")],
    "LogStatusNotification": [
        {"status": one, "requestId": 3} for one in ("Uploading", "UploadFailure")
    ],
    "DiagnosticsStatusNotification": [{"status": one} for one in ("Uploading", "Uploaded")],
    "SignedFirmwareStatusNotification": [
        {"status": one, "requestId": 5} for one in ("Installing", "InstallationFailed")
    ],
}


async def all_end(charger: Client) -> None:
    """Everything that goes on comes to its end."""
    for action, told in ENDS.items():
        for one in told:
            await charger.call(action, **one)
    # Somebody here asked how far it is.
    await charger.call("FirmwareStatusNotification", status="Idle")


def heard(backend: SimulatedBackend) -> list[tuple[str, Any]]:
    """What the backend knows of them."""
    return [(action, payload) for action, payload, _ in backend.heard if action in ENDS]


LAST = [(action, told[-1]) for action, told in ENDS.items()]


async def is_back(house: House, backend: SimulatedBackend) -> None:
    """Wait until it is there, and was told everything that was to be told before this."""
    await house.connected()
    await until(lambda: not house.relay.backends["b1"]._notes)
    beats = len(backend.of("Heartbeat"))
    house.relay.backends["b1"]._say("Heartbeat")
    await backend.until_heard("Heartbeat", beats + 1)


async def test_the_last_word_of_an_outage_is_told_once_after_the_boot(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    await house.start(settings_of(backend))
    charger = await dial()
    await house.connected()
    await backend.stop()
    await until(lambda: away(house))
    await all_end(charger)
    backend.heard.clear()
    await backend.start()
    await is_back(house, backend)

    assert backend.heard[0][0] == "BootNotification"
    assert heard(backend) == LAST
    await backend.close("CP1")
    await until(lambda: away(house))
    await is_back(house, backend)
    assert heard(backend) == LAST
    assert backend.faults == []


async def test_it_outlives_a_restart(house: House, backend: SimulatedBackend, dial: Dial) -> None:
    await house.start(settings_of(backend))
    charger = await dial()
    await house.connected()
    await backend.stop()
    await until(lambda: away(house))
    await all_end(charger)
    await house.stop()
    await backend.start()
    await house.start(settings_of(backend))
    await dial()
    await is_back(house, backend)

    assert heard(backend) == LAST


async def test_a_charger_that_restarts_with_its_new_firmware_says_so_before_the_link_is_there(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    await house.start(settings_of(backend))
    charger = await dial()
    await house.connected()
    await charger.call("FirmwareStatusNotification", status="Installing")
    await backend.until_heard("FirmwareStatusNotification")
    await charger.drop()
    await until(lambda: not house.relay.backends["b1"].connected)
    again = await dial(boots=False)
    await again.call("FirmwareStatusNotification", status="Installed")
    assert not house.relay.backends["b1"].connected
    await again.boot(firmwareVersion="2.0")
    await backend.until_heard("FirmwareStatusNotification", 2)

    told = [one["status"] for one in backend.of("FirmwareStatusNotification")]
    assert told == ["Installing", "Installed"]


@pytest.mark.parametrize(
    ("answer", "times"), [("NotSupported", 1), (SILENCE, 10), ("it hangs up", 10)]
)
async def test_what_a_backend_does_not_take_is_not_told_for_ever(
    house: House, backend: SimulatedBackend, dial: Dial, answer: Any, times: int
) -> None:
    def hangs_up(_: dict[str, Any]) -> Any:
        backend.sockets["CP1"].transport.abort()
        return SILENCE

    backend.answers["FirmwareStatusNotification"] = hangs_up if answer == "it hangs up" else answer
    await house.start(settings_of(backend))
    charger = await dial()
    await house.connected()
    await charger.call("FirmwareStatusNotification", status="Installed")
    await backend.until_heard("FirmwareStatusNotification")
    kept = house.relay.backends["b1"].progress
    for told in range(1, 15):
        await backend.until(
            lambda told=told: (
                len(backend.of("FirmwareStatusNotification")) >= told  # type: ignore[misc]
                or not kept.state()
            )
        )
        if answer == "NotSupported":
            await until(lambda: not kept.state())
        if not kept.state():
            break
        if "CP1" in backend.sockets:
            await backend.close("CP1")
        await backend.until_heard("BootNotification", told + 1)

    assert len(backend.of("FirmwareStatusNotification")) == times
    assert kept.state() == {}


@pytest.mark.parametrize("status", ["Pending", "Rejected"])
async def test_what_was_to_be_said_on_the_last_link_is_not_said_before_the_charger_is_accepted(
    house: House, backend: SimulatedBackend, dial: Dial, status: str
) -> None:
    """OCPP 1.6, 4.2."""
    await house.start(settings_of(backend))
    charger = await dial()
    await house.connected()
    await charger.status("Available")
    await backend.until_heard("StatusNotification")
    backend.answers["StatusNotification"] = SILENCE
    for one in ("Preparing", "Charging", "Finishing"):
        await charger.status(one)
    await charger.call("FirmwareStatusNotification", status="Installed")
    await backend.until_heard("StatusNotification", 2)
    answers = iter([status, "Accepted"])
    backend.answers = {
        "BootNotification": lambda _: {
            "status": next(answers),
            "currentTime": "2030-01-01T00:00:00Z",
            "interval": 20,
        }
    }
    backend.heard.clear()
    await backend.close("CP1")
    await backend.until_heard("BootNotification", 2)
    await is_back(house, backend)

    assert [action for action, _, _ in backend.heard] == [
        *("BootNotification", "BootNotification", "StatusNotification"),
        *("FirmwareStatusNotification", "Heartbeat"),
    ]
    assert backend.of("StatusNotification")[0]["status"] == "Finishing"
    assert all_told(house)
