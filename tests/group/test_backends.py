"""A charger of a group keeps its billing backend: limits stay ours, and theirs only lower them."""

from collections.abc import AsyncGenerator
from datetime import timedelta
import json
import logging
from pathlib import Path
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.balancing.decision import ConnectorDecision, Reason
from custom_components.ev_load_manager.balancing.site import ConnectorId
from custom_components.ev_load_manager.const import DOMAIN, SUBENTRY_BACKEND
from custom_components.ev_load_manager.diagnostics import async_get_config_entry_diagnostics
from custom_components.ev_load_manager.group.backends import backend_file
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from simulation.backends.backend import SimulatedBackend
from tests.csms.backends.conftest import until
from tests.csms.backends.test_profiles import profile
from tests.csms.client import Client
from tests.csms.conftest import ago, sample
from tests.groups import add_backend, charger, client, group, set_up, subentry_id

pytestmark = pytest.mark.usefixtures("socket_enabled")
OUTLET = ConnectorId("CP1", 1)


@pytest.fixture
async def backend(socket_enabled: None) -> AsyncGenerator[SimulatedBackend]:
    """A backend that asks for a password."""
    async with SimulatedBackend(password="hush-hush") as made:
        yield made


def decided(entry: MockConfigEntry) -> ConnectorDecision:
    """What the outlet gets, and why."""
    decision = entry.runtime_data.decision
    assert decision is not None
    found: ConnectorDecision = decision.connectors[OUTLET]
    return found


async def with_backend(
    hass: HomeAssistant, backend: SimulatedBackend, **more: Any
) -> MockConfigEntry:
    """A group whose charger has a backend."""
    entry = group(charger("CP1"))
    await set_up(hass, entry)
    add_backend(
        hass,
        entry,
        "CP1",
        **{
            "url": backend.url,
            "identity": "METER-0815",
            "password": "hush-hush",
            "offline": "everybody",
        }
        | more,
    )
    await hass.async_block_till_done()
    return entry


async def connected(entry: MockConfigEntry) -> None:
    """Wait until the backend has accepted the charger."""
    await until(
        lambda: [one.state for one in entry.runtime_data.backends.of("CP1")] == ["connected"]
    )


async def begin(socket: Client) -> int:
    """A car charges on three phases."""
    await socket.status("Preparing")
    answer = await socket.call(
        "StartTransaction", connectorId=1, idTag="CARD", meterStart=0, timestamp=ago(0)
    )
    await socket.status("Charging")
    return int(answer["transactionId"])


async def values(socket: Client, name: int, amperes: float) -> None:
    """It draws so much."""
    await socket.call(
        "MeterValues",
        connectorId=1,
        transactionId=name,
        meterValue=[
            {
                "timestamp": ago(0),
                "sampledValue": [
                    sample(str(amperes), "Current.Import", phase=phase)
                    for phase in ("L1", "L2", "L3")
                ],
            }
        ],
    )


async def test_the_backends_limit_lowers_ours_and_says_so(
    hass: HomeAssistant, backend: SimulatedBackend, hurry: None
) -> None:
    entry = await with_backend(hass, backend)
    async with client(entry, "CP1") as socket:
        await socket.boot()
        await connected(entry)
        name = await begin(socket)
        assert name == 7001
        await values(socket, name, 6.0)
        await until(lambda: decided(entry).limit == 16.0)
        for limit, gets in ((10.0, 10.0), (0.0, 0.0), (32.0, 16.0)):
            made = profile((0, limit), start=clock.now() - timedelta(seconds=60))
            asked = {"connectorId": 1, "csChargingProfiles": made}
            answer = await backend.ask("METER-0815", "SetChargingProfile", asked)
            assert answer == {"status": "Accepted"}
            await until(lambda gets=gets: decided(entry).target == gets)  # type: ignore[misc]
            expected = Reason.LIMIT_OF_BACKEND if limit < 16.0 else None
            if expected is not None:
                assert decided(entry).reason is expected
        assert backend.faults == []


async def test_without_a_backend_there_is_nothing_of_it(
    hass: HomeAssistant, tmp_path: Path
) -> None:
    entry = group(charger("CP1"))
    await set_up(hass, entry)
    assert not backend_file(hass, entry.entry_id).exists()
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    assert not [one for one in entities if "backend" in one.unique_id]
    assert entry.runtime_data.access.point("CP1").relay is None


async def test_removal_leaves_nothing(hass: HomeAssistant, backend: SimulatedBackend) -> None:
    entry = await with_backend(hass, backend)
    async with client(entry, "CP1") as socket:
        await socket.boot()
        await connected(entry)
        await hass.async_block_till_done()
        registry = er.async_get(hass)
        kept = er.async_entries_for_config_entry(registry, entry.entry_id)
        assert len([one for one in kept if "backend" in one.unique_id]) == 2
        found = next(iter(entry.get_subentries_of_type(SUBENTRY_BACKEND)))
        hass.config_entries.async_remove_subentry(entry, found.subentry_id)
        await hass.async_block_till_done()
        await backend.until(lambda: not backend.sockets)
        await until(lambda: not backend_file(hass, entry.entry_id).exists())
        kept = er.async_entries_for_config_entry(registry, entry.entry_id)
        assert not [one for one in kept if "backend" in one.unique_id]
        assert entry.runtime_data.access.point("CP1").online
        assert entry.runtime_data.access.point("CP1").relay is None


async def test_each_of_several_has_a_sensor_beside_the_one_of_all(
    hass: HomeAssistant, backend: SimulatedBackend
) -> None:
    entry = await with_backend(hass, backend)
    registry = er.async_get(hass)

    def sensors() -> dict[str, str]:
        """Those of the platform: unique id -> entity id."""
        kept = er.async_entries_for_config_entry(registry, entry.entry_id)
        return {
            one.unique_id: one.entity_id
            for one in kept
            if "backend" in one.unique_id and one.domain == "binary_sensor"
        }

    charger_key = subentry_id(entry, "CP1")
    assert set(sensors()) == {f"{charger_key}_backend"}
    kept = sensors()[f"{charger_key}_backend"]
    add_backend(hass, entry, "CP1", identity="COPY", role="listens")
    await hass.async_block_till_done()
    first, second = entry.get_subentries_of_type(SUBENTRY_BACKEND)
    of_each = {f"{charger_key}_backend_{one.subentry_id}" for one in (first, second)}
    assert set(sensors()) == {f"{charger_key}_backend", *of_each}
    async with client(entry, "CP1") as socket:
        await socket.boot()

        def is_on(unique_id: str) -> str:
            state = hass.states.get(sensors()[unique_id])
            return "" if state is None else state.state

        await until(lambda: is_on(f"{charger_key}_backend_{first.subentry_id}") == "on")
        # The other one is nowhere.
        assert is_on(f"{charger_key}_backend_{second.subentry_id}") == "off"
        assert is_on(f"{charger_key}_backend") == "off"
    hass.config_entries.async_remove_subentry(entry, second.subentry_id)
    await hass.async_block_till_done()
    assert sensors() == {f"{charger_key}_backend": kept}


async def test_a_removed_charger_takes_its_backends_along(
    hass: HomeAssistant, backend: SimulatedBackend
) -> None:
    entry = await with_backend(hass, backend)
    hass.config_entries.async_remove_subentry(entry, subentry_id(entry, "CP1"))
    await hass.async_block_till_done()
    assert not list(entry.get_subentries_of_type(SUBENTRY_BACKEND))
    assert not backend_file(hass, entry.entry_id).exists()


async def test_a_removed_group_leaves_no_file(
    hass: HomeAssistant, backend: SimulatedBackend
) -> None:
    entry = await with_backend(hass, backend)
    path = backend_file(hass, entry.entry_id)
    assert path.exists()
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert not path.exists()


async def test_a_reload_keeps_what_is_to_be_told(
    hass: HomeAssistant, backend: SimulatedBackend
) -> None:
    entry = await with_backend(hass, backend)
    async with client(entry, "CP1") as socket:
        await socket.boot()
        await connected(entry)
        await backend.stop()
        await until(lambda: entry.runtime_data.backends.of("CP1")[0].problem is not None)
        name = await begin(socket)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.runtime_data.backends.of("CP1")[0].queue == 1
    await backend.start()
    async with client(entry, "CP1") as socket:
        await socket.boot()
        await backend.until_heard("StartTransaction")
        await socket.call("StopTransaction", transactionId=name, meterStop=250, timestamp=ago(0))
        await backend.until_heard("StopTransaction")
    assert [bill.energy for bill in backend.bills.values()] == [250]
    assert backend.faults == []


async def test_diagnostics_and_states_tell_no_secrets(
    hass: HomeAssistant, backend: SimulatedBackend, caplog: pytest.LogCaptureFixture
) -> None:
    entry = await with_backend(hass, backend)
    async with client(entry, "CP1") as socket:
        await socket.boot()
        await connected(entry)
        told = await async_get_config_entry_diagnostics(hass, entry)
        states = [str(state.as_dict()) for state in hass.states.async_all()]
    text = json.dumps(told, default=str) + "".join(states) + caplog.text.replace(backend.url, "")
    for secret in ("hush-hush", "aHVzaC1odXNo"):
        assert secret not in text
    found = told["chargers"][subentry_id(entry, "CP1")]["backends"]
    assert [one["state"] for one in found] == ["connected"]
    assert "METER-0815" not in json.dumps(told, default=str)


async def test_log_and_diagnostics_tell_when_a_backend_goes_and_what_it_has_to_hear(
    hass: HomeAssistant, backend: SimulatedBackend, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    entry = await with_backend(hass, backend)

    def times(words: str) -> int:
        return sum("CP1 is " + words in one.getMessage() for one in caplog.records)

    async with client(entry, "CP1") as socket:
        await socket.boot()
        await connected(entry)
        assert (times("connected"), times("not there")) == (2, 0)  # the charger itself, too
        await backend.stop()
        await until(lambda: times("not there") == 1)
        await begin(socket)
        told = await async_get_config_entry_diagnostics(hass, entry)
        (found,) = told["chargers"][subentry_id(entry, "CP1")]["backends"]
        assert found["queue"] == 1
        await backend.start()
        await backend.until_heard("StartTransaction")
        await until(lambda: times("connected") == 3)
        assert times("not there") == 1


async def test_a_repair_tells_of_a_backend_that_is_away_for_an_hour(
    hass: HomeAssistant, backend: SimulatedBackend, hurry: None
) -> None:
    entry = await with_backend(hass, backend)
    await backend.stop()

    def raised() -> bool:
        issues = ir.async_get(hass).issues
        return any(
            domain == DOMAIN and issue.startswith("backend_away") for domain, issue in issues
        )

    async with client(entry, "CP1") as socket:
        await socket.boot()
        await until(raised)
        await backend.start()
        await until(lambda: not raised())


async def test_a_repair_tells_of_a_session_that_it_does_not_take(
    hass: HomeAssistant, backend: SimulatedBackend, hurry: None
) -> None:
    backend.answers["StartTransaction"] = "InternalError"
    entry = await with_backend(hass, backend)

    def raised() -> bool:
        issues = ir.async_get(hass).issues
        return any(
            domain == DOMAIN and issue.startswith("backend_refuses") for domain, issue in issues
        )

    async with client(entry, "CP1") as socket:
        await socket.boot()
        await connected(entry)
        assert not raised()
        await begin(socket)
        await until(raised)
        assert [one.aside for one in entry.runtime_data.backends.of("CP1")] == [1]


async def test_another_id_of_the_charger_keeps_what_is_to_be_told(
    hass: HomeAssistant, backend: SimulatedBackend
) -> None:
    entry = await with_backend(hass, backend)
    async with client(entry, "CP1") as socket:
        await socket.boot()
        await connected(entry)
        await backend.stop()
        await until(lambda: entry.runtime_data.backends.of("CP1")[0].problem is not None)
        name = await begin(socket)
        await socket.call("StopTransaction", transactionId=name, meterStop=250, timestamp=ago(0))
    subentry = entry.subentries[subentry_id(entry, "CP1")]
    hass.config_entries.async_update_subentry(
        entry, subentry, data={**subentry.data, "charger_id": "CP2"}
    )
    await hass.async_block_till_done()
    assert entry.runtime_data.backends.of("CP1") == ()
    assert entry.runtime_data.backends.of("CP2")[0].queue == 2
    await backend.start()
    async with client(entry, "CP2") as socket:
        await socket.boot()
        await backend.until_heard("StopTransaction")
    assert [bill.energy for bill in backend.bills.values()] == [250]
    assert set(backend.sockets) <= {"METER-0815"}
    assert backend.faults == []
