"""A backend's charging profiles are kept, answered, and never in the charger."""

import asyncio
from datetime import timedelta
import json
import math
from pathlib import Path
import shutil
from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.backends.profiles import Profiles
from custom_components.ev_load_manager.csms.backends.store import BackendStore
from simulation.backends.backend import SimulatedBackend
from tests.csms.client import Client
from tests.csms.conftest import ago

from .conftest import Dial, House, settings_of, until
from .test_profiles import profile


def cap(house: House) -> float | None:
    """What the backend lets the outlet have."""
    found = house.relay.cap(1)
    return None if found is None or not math.isfinite(found.amperes) else found.amperes


def started(*limits: tuple[int, float], **more: Any) -> dict[str, Any]:
    """A profile that holds now."""
    return profile(*limits, start=clock.now() - timedelta(seconds=60), **more)


async def test_its_profiles_are_accepted_and_none_reaches_the_charger(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    await house.start(settings_of(backend))
    charger = await dial()
    await house.connected()
    for made, connector in (
        (started((0, 13.0), id=1), 1),
        (started((0, 20.0), id=2, purpose="ChargePointMaxProfile"), 0),
    ):
        asked = {"connectorId": connector, "csChargingProfiles": made}
        assert await backend.ask("CP1", "SetChargingProfile", asked) == {"status": "Accepted"}
    assert cap(house) == 13.0
    # It sees what is in force: ours, where that is lower.
    house.limit = 10.0
    told = await backend.ask("CP1", "GetCompositeSchedule", {"connectorId": 1, "duration": 600})
    periods = told["chargingSchedule"]["chargingSchedulePeriod"]
    assert [float(one["limit"]) for one in periods] == [10.0]
    assert await backend.ask("CP1", "ClearChargingProfile", {"id": 1}) == {"status": "Accepted"}
    assert await backend.ask("CP1", "ClearChargingProfile", {"id": 1}) == {"status": "Unknown"}
    assert cap(house) == 20.0
    actions = set()
    while not charger.asked.empty():
        actions.add(charger.asked.get_nowait()[0])
    assert not actions & {"SetChargingProfile", "ClearChargingProfile", "GetCompositeSchedule"}


async def test_a_profile_of_a_session_ends_with_it(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    await house.start(settings_of(backend))
    charger = await dial()
    await house.connected()
    made = started((0, 7.0), purpose="TxProfile", transactionId=7001)
    asked = {"connectorId": 1, "csChargingProfiles": made}
    assert await backend.ask("CP1", "SetChargingProfile", asked) == {"status": "Rejected"}
    started_at = ago(1)
    name = (
        await charger.call(
            "StartTransaction", connectorId=1, idTag="A", meterStart=0, timestamp=started_at
        )
    )["transactionId"]
    assert await backend.ask("CP1", "SetChargingProfile", asked) == {"status": "Accepted"}
    assert cap(house) == 7.0
    await charger.call("StopTransaction", transactionId=name, meterStop=5, timestamp=ago(0))
    assert cap(house) is None


async def test_the_profile_of_a_remote_start_is_for_the_session_that_follows(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    await house.start(settings_of(backend))
    charger = await dial()
    charger.answers["RemoteStartTransaction"] = {"status": "Accepted"}
    await house.connected()
    made = profile((0, 9.0), purpose="TxProfile", kind="Relative", start=None)
    answer = await backend.ask(
        "CP1",
        "RemoteStartTransaction",
        {"connectorId": 1, "idTag": "APP", "chargingProfile": made},
    )
    assert answer == {"status": "Accepted"}
    assert await charger.next_call("RemoteStartTransaction") == {"connectorId": 1, "idTag": "APP"}
    await charger.call(
        "StartTransaction", connectorId=1, idTag="APP", meterStart=0, timestamp=ago(1)
    )
    assert cap(house) == 9.0


async def test_the_profile_of_a_remote_start_outlives_a_restart_before_the_session(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    await house.start(settings_of(backend))
    charger = await dial()
    charger.answers["RemoteStartTransaction"] = {"status": "Accepted"}
    await house.connected()
    made = profile((0, 9.0), purpose="TxProfile", kind="Relative", start=None)
    asked = {"connectorId": 1, "idTag": "APP", "chargingProfile": made}
    await backend.ask("CP1", "RemoteStartTransaction", asked)
    await house.stop()
    await house.start(settings_of(backend))
    again = await dial()
    await house.connected()
    await again.call("StartTransaction", connectorId=1, idTag="APP", meterStart=0, timestamp=ago(1))
    assert cap(house) == 9.0


async def test_the_profile_of_a_remote_start_that_was_stored_by_its_card_alone_is_kept(
    house: House, backend: SimulatedBackend, dial: Dial, tmp_path: Path
) -> None:
    """So it was stored before outlets were told apart."""
    made = profile((0, 9.0), purpose="TxProfile", kind="Relative", start=None)
    ordered_before = {"fleet": {"profile": made, "until": clock.now().timestamp() + 600.0}}
    store = BackendStore(tmp_path / "backends.db")
    await store.open()
    store.know("b1", lambda: {"to_begin": ordered_before})
    await store.close()
    await house.start(settings_of(backend))
    charger = await dial()
    await house.connected()
    await begins(charger, 1)
    assert cap(house) == 9.0


async def test_profiles_outlive_a_restart(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    await house.start(settings_of(backend))
    await dial()
    await house.connected()
    asked = {"connectorId": 1, "csChargingProfiles": started((0, 8.0))}
    await backend.ask("CP1", "SetChargingProfile", asked)
    await house.stop()
    await house.start(settings_of(backend))
    await until(lambda: cap(house) == 8.0)


async def test_a_profile_that_was_accepted_outlives_a_kill_in_that_moment(
    house: House, backend: SimulatedBackend, dial: Dial, tmp_path: Path
) -> None:
    await house.start(settings_of(backend))
    await dial()
    await house.connected()
    asked = {"connectorId": 1, "csChargingProfiles": started((0, 8.0))}
    await backend.ask("CP1", "SetChargingProfile", asked)
    (tmp_path / "then").mkdir()
    await asyncio.to_thread(shutil.copy, house.folder / "backends.db", tmp_path / "then")
    store = BackendStore(tmp_path / "then" / "backends.db")
    await store.open()
    kept = Profiles(store.take("b1").known["profiles"])
    await store.close()
    assert [one.limit for one in kept.allowed(1, clock.now(), None)] == [8.0]


@pytest.mark.parametrize(
    ("action", "payload"),
    [
        (
            "RemoteStartTransaction",
            '{{"idTag":"APP","connectorId":1,"chargingProfile":{0},"chargingProfile":{0}}}',
        ),
        ("ChangeConfiguration", '{{"key":"MaxCurrent","value":"32","key":"Language"}}'),
        (
            "DataTransfer",
            '{{"vendorId":"X","data":"{{\\"limit\\":32}}","data":"harmless"}}',
        ),
    ],
)
async def test_what_is_told_twice_does_not_pass_for_what_is_looked_at(
    house: House, backend: SimulatedBackend, dial: Dial, action: str, payload: str
) -> None:
    """Of two fields with the same name some chargers take the first, and some the last."""
    await house.start(settings_of(backend))
    charger = await dial()
    charger.answers[action] = {"status": "Accepted"}
    await house.connected()
    limit = profile((0, 32.0), purpose="TxProfile", kind="Relative", start=None)
    answer = await backend.ask_raw("CP1", action, payload.format(json.dumps(limit)))

    assert answer == "FormationViolation"
    while not charger.asked.empty():
        assert charger.asked.get_nowait()[0] != action


async def test_a_session_is_not_begun_with_a_profile_that_is_none(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    await house.start(settings_of(backend))
    charger = await dial()
    charger.answers["RemoteStartTransaction"] = {"status": "Accepted"}
    await house.connected()
    made = profile((60, 9.0), purpose="TxProfile", kind="Relative", start=None)
    answer = await backend.ask(
        "CP1", "RemoteStartTransaction", {"idTag": "APP", "chargingProfile": made}
    )
    assert answer == {"status": "Rejected"}


async def test_a_setting_with_spaces_around_its_name_is_ours_all_the_same(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    await house.start(settings_of(backend))
    charger = await dial()
    charger.answers["ChangeConfiguration"] = {"status": "Accepted"}
    await house.connected()
    while not charger.asked.empty():
        charger.asked.get_nowait()
    written = {"key": " MeterValueSampleInterval ", "value": "900"}
    answer = await backend.ask("CP1", "ChangeConfiguration", written)

    assert answer == {"status": "Accepted"}
    assert charger.asked.empty()


@pytest.mark.parametrize(("limit", "first", "second"), [(20.0, 10.0, 10.0), (10.0, 10.0, 0.0)])
async def test_a_limit_of_the_whole_charger_is_shared_by_its_outlets(
    house: House, backend: SimulatedBackend, dial: Dial, limit: float, first: float, second: float
) -> None:
    await house.start(settings_of(backend))
    charger = await dial()
    await house.connected()
    made = started((0, limit), purpose="ChargePointMaxProfile")
    asked = {"connectorId": 0, "csChargingProfiles": made}
    assert await backend.ask("CP1", "SetChargingProfile", asked) == {"status": "Accepted"}
    for number in (1, 2):
        await charger.status("Available", number)
    assert cap(house) == limit
    for number in (1, 2):
        began = {"meterStart": number, "timestamp": ago(10 - number)}
        await charger.call("StartTransaction", connectorId=number, idTag="A", **began)
    caps = [house.relay.cap(number) for number in (1, 2)]

    assert [one and one.amperes for one in caps] == [first, second]


async def test_a_profile_for_an_outlet_that_there_is_not_is_refused(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    """What is accepted is taken for what holds."""
    await house.start(settings_of(backend))
    await dial()
    await house.connected()
    house.point.capabilities["connectors"] = 2
    for outlet, status in ((-1, "Rejected"), (0, "Accepted"), (2, "Accepted"), (3, "Rejected")):
        asked = {"connectorId": outlet, "csChargingProfiles": started((0, 9.0), id=outlet + 5)}
        answer = await backend.ask("CP1", "SetChargingProfile", asked)
        assert (outlet, answer) == (outlet, {"status": status})


async def ordered(backend: SimulatedBackend, limit: float | None, connector: int | None) -> None:
    """The backend wants a session to begin for its card."""
    asked: dict[str, Any] = {"idTag": "FLEET"}
    if connector is not None:
        asked["connectorId"] = connector
    if limit is not None:
        asked["chargingProfile"] = profile(
            (0, limit), id=connector or 9, purpose="TxProfile", kind="Relative", start=None
        )
    assert await backend.ask("CP1", "RemoteStartTransaction", asked) == {"status": "Accepted"}


async def begins(charger: Client, connector: int) -> None:
    """A session of that card begins."""
    began = {"meterStart": connector, "timestamp": ago(10 - connector)}
    await charger.call("StartTransaction", connectorId=connector, idTag="FLEET", **began)


def caps(house: House, *outlets: int) -> list[float | None]:
    """What the backend lets outlets have."""
    found = [house.relay.cap(one) for one in outlets]
    return [None if one is None else one.amperes for one in found]


@pytest.mark.parametrize(
    ("orders", "expected"),
    [
        # One card begins at several outlets, each with its own limit.
        ([(9.0, 1), (16.0, 2)], [9.0, 16.0]),
        ([(16.0, 2), (9.0, 1)], [9.0, 16.0]),
        # Whoever names no outlet means the one where it begins.
        ([(9.0, None), (16.0, 2)], [9.0, 16.0]),
        # The limit is of the outlet that was named.
        ([(9.0, 2)], [None, 9.0]),
        # It was ordered anew.
        ([(9.0, 1), (12.0, 1)], [12.0, None]),
        ([(9.0, 1), (None, 1)], [None, None]),
    ],
)
async def test_each_remote_start_has_its_own_limit(
    house: House,
    backend: SimulatedBackend,
    dial: Dial,
    orders: list[tuple[float | None, int | None]],
    expected: list[float | None],
) -> None:
    await house.start(settings_of(backend))
    charger = await dial()
    charger.answers["RemoteStartTransaction"] = {"status": "Accepted"}
    await house.connected()
    for number in (1, 2):
        await charger.status("Available", number)
    for limit, connector in orders:
        await ordered(backend, limit, connector)
    for number in (1, 2):
        await begins(charger, number)
    assert caps(house, 1, 2) == expected


async def test_a_charger_with_one_outlet_begins_there_whatever_was_named(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    await house.start(settings_of(backend))
    charger = await dial()
    charger.answers["RemoteStartTransaction"] = {"status": "Accepted"}
    await house.connected()
    await charger.status("Available", 1)
    await ordered(backend, 9.0, 2)
    await begins(charger, 1)
    assert caps(house, 1) == [9.0]


async def test_the_schedule_of_the_whole_charger_is_that_of_its_outlets_together(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    await house.start(settings_of(backend))
    charger = await dial()
    await house.connected()
    for number in (1, 2):
        await charger.status("Available", number)

    async def told(connector: int, unit: str = "A") -> list[float]:
        asked = {"connectorId": connector, "duration": 600, "chargingRateUnit": unit}
        answer = await backend.ask("CP1", "GetCompositeSchedule", asked)
        periods = answer["chargingSchedule"]["chargingSchedulePeriod"]
        return [float(one["limit"]) for one in periods]

    assert await told(0) == [32.0]
    for number, limits in ((1, [(0, 6.0), (360, 10.0)]), (2, [(0, 10.0)])):
        asked = {"connectorId": number, "csChargingProfiles": started(*limits, id=number)}
        await backend.ask("CP1", "SetChargingProfile", asked)
    assert await told(1) == [6.0, 10.0]
    assert await told(0) == [16.0, 20.0]
    assert await told(0, "W") == [16 * 690.0, 20 * 690.0]
    whole = started((0, 18.0), id=3, purpose="ChargePointMaxProfile")
    await backend.ask("CP1", "SetChargingProfile", {"connectorId": 0, "csChargingProfiles": whole})
    assert await told(0) == [16.0, 18.0]
    house.limit = 7.0
    assert await told(0) == [13.0, 14.0]
