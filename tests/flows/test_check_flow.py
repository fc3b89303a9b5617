"""People have it checked what a charger does without Home Assistant, and are told in words."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
import json
from pathlib import Path
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.const import DOMAIN
from custom_components.ev_load_manager.csms.charge_point import fail_safe_check
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.data_entry_flow import EVENT_DATA_ENTRY_FLOW_PROGRESSED, FlowResultType
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
from simulation.charger.charger import SimulatedCharger
from simulation.charger.models import FORGETFUL, GENERIC, ChargerModel, CompositeAnswer
from tests.csms.client import SILENCE
from tests.groups import (
    charger,
    client,
    entity_of,
    group,
    open_charger,
    set_up,
    subentry_id,
    until_state,
)

pytestmark = pytest.mark.usefixtures("socket_enabled", "time_jumps")

TEXTS = json.loads(
    (Path(fail_safe_check.__file__).parents[2] / "translations" / "en.json").read_text()
)["config_subentries"]["charger"]


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Limits that are tried live for some seconds, and time passes faster."""
    monkeypatch.setattr(fail_safe_check, "TRIAL_LIFETIME", 8.0)
    clock.set_factor(20)
    yield
    clock.set_factor(1)


@pytest.fixture
async def entry(hass: HomeAssistant) -> MockConfigEntry:
    """A group of one charger."""
    entry = group(charger("A", "Anna"))
    await set_up(hass, entry)
    return entry


def simulated(entry: MockConfigEntry, model: ChargerModel = GENERIC) -> SimulatedCharger:
    """A charger with profiles of its own that will dial the group's port."""
    url = f"ws://127.0.0.1:{entry.runtime_data.port}"
    return SimulatedCharger(model, "A", url, back_off=(0.5, 2.0))


def state_sensor(hass: HomeAssistant, entry: MockConfigEntry) -> str:
    """The sensor that tells what it does alone."""
    return entity_of(hass, "sensor", subentry_id(entry, "A"), "without_home_assistant")


async def checked(
    hass: HomeAssistant, entry: MockConfigEntry, **what: bool
) -> tuple[list[str], dict[str, Any]]:
    """Fill in the form, and look on until it is over: what was shown, and the result."""
    moved = asyncio.Event()

    @callback
    def move(_event: Event[Any]) -> None:
        moved.set()

    end = hass.bus.async_listen(EVENT_DATA_ENTRY_FLOW_PROGRESSED, move)
    form = await open_charger(hass, entry, "A", "check_alone")
    assert form["description_placeholders"]["charger"] == "Anna"
    flows = hass.config_entries.subentries
    result = await flows.async_configure(form["flow_id"], what)
    shown = []
    while result["type"] in (FlowResultType.SHOW_PROGRESS, FlowResultType.SHOW_PROGRESS_DONE):
        if result["type"] is FlowResultType.SHOW_PROGRESS:
            shown.append(result["progress_action"])
            await moved.wait()
            moved.clear()
        result = await flows.async_configure(form["flow_id"])
    end()
    assert set(shown) <= TEXTS["progress"].keys()
    return list(dict.fromkeys(shown)), result


async def test_a_charger_that_keeps_its_fallback_is_proven_to(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    box = simulated(entry)
    await box.start()
    try:
        await until_state(hass, state_sensor(hass, entry), "verified")
        shown, result = await checked(hass, entry, lost_link=True, restart=True)

        assert shown == ["check_probe", "check_cut_off", "check_return", "check_restart"]
        assert result["type"] is FlowResultType.ABORT
        assert result["reason"] == "check_proven"
        assert result["description_placeholders"] == {
            "charger": "Anna",
            "fallback": "6",
            "after": "60 min",
        }
        state = await until_state(hass, state_sensor(hass, entry), "proven")
        assert state.attributes["kept_over_link"]
        assert state.attributes["kept_over_reboot"]
        assert box.violations == []
    finally:
        await box.stop()


async def test_what_was_proven_is_known_after_a_restart(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    box = simulated(entry)
    await box.start()
    try:
        await until_state(hass, state_sensor(hass, entry), "verified")
        await checked(hass, entry, lost_link=True, restart=True)
        await until_state(hass, state_sensor(hass, entry), "proven")
    finally:
        await box.stop()

    await hass.config_entries.async_reload(entry.entry_id)

    report = entry.runtime_data.access.control("A").fail_safe
    assert (report.kept_over_link, report.kept_over_reboot) == (True, True)


@pytest.mark.parametrize(
    ("model", "before", "what", "reason"),
    [
        (FORGETFUL, "verified", {"lost_link": True}, "check_forgets_with_link"),
        (
            replace(GENERIC, keeps_profiles_over_reboot=False),
            "verified",
            {"restart": True},
            "check_forgets_with_restart",
        ),
        (GENERIC, "verified", {}, "check_verified"),
        (GENERIC, "verified", {"lost_link": True}, "check_restart_not_seen"),
        (
            replace(GENERIC, composite=CompositeAnswer.REJECTED),
            "accepted",
            {},
            "check_accepted",
        ),
    ],
)
async def test_what_came_of_it_is_told_in_words(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    model: ChargerModel,
    before: str,
    what: dict[str, bool],
    reason: str,
) -> None:
    box = simulated(entry, model)
    await box.start()
    try:
        await until_state(hass, state_sensor(hass, entry), before)
        _, result = await checked(hass, entry, **{"lost_link": False, "restart": False, **what})
    finally:
        await box.stop()

    assert result["reason"] == reason
    assert reason in TEXTS["abort"]


def test_there_are_words_for_all_that_may_come_of_it() -> None:
    found = {f"check_{finding.value}" for finding in fail_safe_check.Finding}
    found -= {"check_link_not_seen"}
    found |= {"check_accepted", "check_verified", "check_not_connected", "check_broken_off"}

    assert found <= TEXTS["abort"].keys()
    assert {f"check_{stage.value}" for stage in fail_safe_check.Stage} <= TEXTS["progress"].keys()


async def test_a_charger_that_takes_no_limits_is_not_cut_off_in_vain(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    async with client(entry, "A") as socket:
        socket.answers["SetChargingProfile"] = {"status": "NotSupported"}
        await socket.boot()
        await until_state(hass, state_sensor(hass, entry), "not_possible")

        shown, result = await checked(hass, entry, lost_link=True, restart=True)

    assert shown == ["check_probe"]
    assert result["reason"] == "check_not_possible"


async def test_a_charger_that_is_away_is_waited_for(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    _, result = await checked(hass, entry, lost_link=True, restart=True)

    assert result["step_id"] == "check_alone"
    assert result["errors"] == {"base": "charger_away"}


async def test_a_charger_that_goes_away_meanwhile_is_told_of(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    async with client(entry, "A") as socket:
        await socket.boot()
        await until_state(hass, state_sensor(hass, entry), lambda state: state.state != "unknown")
        # The form has not heard of it yet.
        entry.runtime_data.access.control("A").limits.disconnected()
        _, result = await checked(hass, entry, lost_link=True, restart=True)

    assert result["reason"] == "check_not_connected"


async def test_a_group_that_is_reloaded_breaks_a_check_off(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    box = simulated(entry)
    await box.start()
    try:
        await until_state(hass, state_sensor(hass, entry), "verified")
        point = entry.runtime_data.access.point("A")
        looking_on = hass.async_create_task(checked(hass, entry, lost_link=True, restart=False))
        # It does not call while the port is closed and opened again.
        box.link.back_off = (3600.0, 3600.0)
        while not point.is_kept_out:
            await asyncio.sleep(0.01)
        await hass.config_entries.async_reload(entry.entry_id)
        _, result = await looking_on
    finally:
        await box.stop()

    assert result["reason"] == "check_broken_off"


# The action


def device_of(hass: HomeAssistant, entry: MockConfigEntry) -> str:
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, subentry_id(entry, "A")), entry.entry_id
    )
    assert device is not None
    return device.id


async def act(hass: HomeAssistant, entry: MockConfigEntry, **what: bool) -> Any:
    return await hass.services.async_call(
        DOMAIN,
        "check_without_home_assistant",
        {"device_id": device_of(hass, entry), **what},
        blocking=True,
        return_response=True,
    )


async def test_an_action_checks_and_answers(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    box = simulated(entry)
    await box.start()
    try:
        await until_state(hass, state_sensor(hass, entry), "verified")
        answer = await act(hass, entry, lost_link=True)
    finally:
        await box.stop()

    assert answer == {
        "finding": "restart_not_seen",
        "state": "verified",
        "fallback": 6.0,
        "after": 3600.0,
        "kept_over_link": True,
        "kept_over_reboot": None,
    }


async def test_an_action_tells_of_a_charger_that_is_not_there(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    with pytest.raises(HomeAssistantError) as raised:
        await act(hass, entry)

    assert raised.value.translation_key == "charger_not_connected"


async def test_an_action_tells_of_a_charger_that_does_not_answer(
    hass: HomeAssistant, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fail_safe_check, "PROBED_WITHIN", 4.0)
    async with client(entry, "A") as socket:
        socket.answers["SetChargingProfile"] = SILENCE
        await socket.boot()
        await socket.next_call("SetChargingProfile")
        with pytest.raises(HomeAssistantError) as raised:
            await act(hass, entry)

    assert raised.value.translation_key == "charger_no_answer"
