"""Who has to do something about a charger or the wiring is told, and told when it is done."""

from dataclasses import replace
from datetime import timedelta

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.balancing.phases import ALL_PHASES, Phase, PhaseCurrents
from custom_components.ev_load_manager.balancing.site import Circuit, Connector, ConnectorId, Site
from custom_components.ev_load_manager.const import DOMAIN
from custom_components.ev_load_manager.csms.limits import charger_limits
from custom_components.ev_load_manager.csms.limits.fail_safe import FailSafe, FailSafeReport
from custom_components.ev_load_manager.data_files.stored import Stored
from custom_components.ev_load_manager.issues.tracker import tag_of
from custom_components.ev_load_manager.watchers import group as group_issues
from custom_components.ev_load_manager.watchers.group import (
    Excess,
    current_alone,
    largest_excess,
    wiring_issue,
)
from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from simulation.charger.charger import SimulatedCharger
from simulation.charger.models import GENERIC, STUBBORN, ChargerModel
from tests.csms.client import SILENCE
from tests.groups import (
    OBEDIENT,
    charger,
    client,
    entity_of,
    group,
    set_up,
    subentry_id,
    until_state,
    until_step,
)

A, B = ConnectorId("A", 1), ConnectorId("B", 1)
TWIN = ConnectorId("A", 2)
L3 = frozenset({Phase.L3})


@pytest.fixture
async def entry(hass: HomeAssistant, hurry: None, socket_enabled: None) -> MockConfigEntry:
    """A group of one charger."""
    entry = group(charger("A", "Anna"))
    await set_up(hass, entry)
    return entry


def issue(hass: HomeAssistant, entry: MockConfigEntry, key: str, *who: str) -> ir.IssueEntry | None:
    """What there is to say."""
    issue_id = "_".join((key, entry.entry_id, *([tag_of(*who)] if who else [])))
    return ir.async_get(hass).async_get_issue(DOMAIN, issue_id)


def simulated(entry: MockConfigEntry, model: ChargerModel) -> SimulatedCharger:
    return SimulatedCharger(model, "A", f"ws://127.0.0.1:{entry.runtime_data.port}")


# What a charger does


async def test_a_charger_that_draws_more_than_it_may_is_named_until_it_follows(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    await entry.runtime_data.live.change(maximum_current=8.0)
    box = simulated(entry, STUBBORN)
    await box.start()
    try:
        box.plug_in(1)
        await until_step(entry, lambda: issue(hass, entry, "does_not_obey", "A") is not None)

        told = issue(hass, entry, "does_not_obey", "A")
        assert told.translation_placeholders["charger"] == "Anna"
        assert float(told.translation_placeholders["offered"]) <= 8.0
        assert float(told.translation_placeholders["drawn"]) > 8.0

        box.unplug(1)
        await until_step(entry, lambda: issue(hass, entry, "does_not_obey", "A") is None)
    finally:
        await box.stop()


async def test_a_charger_that_takes_no_limits_is_named_with_its_own_words(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    async with client(entry, "A") as socket:
        socket.answers["SetChargingProfile"] = {"status": "NotSupported"}
        await socket.boot()
        await until_step(entry, lambda: issue(hass, entry, "takes_no_limits", "A") is not None)

        told = issue(hass, entry, "takes_no_limits", "A")
        assert told.translation_placeholders["group"] == "Garage"
        assert told.translation_placeholders["error"]

        socket.answers["SetChargingProfile"] = {"status": "Accepted"}
        entry.runtime_data.access.control("A").limits.keeper(1).send_again()
        await until_step(entry, lambda: issue(hass, entry, "takes_no_limits", "A") is None)


async def test_a_charger_that_leaves_limits_unanswered_is_named(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    async with client(entry, "A") as socket:
        socket.answers["SetChargingProfile"] = SILENCE
        await socket.boot()
        # Some minutes have to pass.
        clock.set_factor(200)
        await until_step(entry, lambda: issue(hass, entry, "does_not_answer", "A") is not None)

        told = issue(hass, entry, "does_not_answer", "A")
        assert told.translation_placeholders == {"charger": "Anna", "group": "Garage"}

        socket.answers["SetChargingProfile"] = {"status": "Accepted"}
        entry.runtime_data.access.control("A").limits.keeper(1).send_again()
        await until_step(entry, lambda: issue(hass, entry, "does_not_answer", "A") is None)


async def test_a_charger_that_hangs_with_its_socket_open_is_named_until_it_goes(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    async with client(entry, "A") as socket:
        await socket.boot()
        for action in OBEDIENT:
            socket.answers[action] = SILENCE
        clock.set_factor(600)
        await until_step(entry, lambda: issue(hass, entry, "does_not_answer", "A") is not None)

    clock.set_factor(10)
    await until_step(entry, lambda: issue(hass, entry, "does_not_answer", "A") is None)


async def test_a_charger_that_is_written_too_often_is_named(
    hass: HomeAssistant, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = simulated(entry, GENERIC)
    with monkeypatch.context() as patch:
        patch.setattr(charger_limits, "MOST_CHANGES", 0)
        await box.start()
        try:
            await until_step(
                entry, lambda: issue(hass, entry, "written_too_often", "A") is not None
            )
        finally:
            await box.stop()

    # Another day.
    await until_step(entry, lambda: issue(hass, entry, "written_too_often", "A") is None)


async def test_an_update_that_failed_is_told_until_the_next_one(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    event = entity_of(hass, "event", subentry_id(entry, "A"), "report")
    async with client(entry, "A") as socket:
        await socket.boot()
        await socket.call("FirmwareStatusNotification", status="DownloadFailed")
        await until_step(entry, lambda: issue(hass, entry, "firmware_failed", "A") is not None)
        told = issue(hass, entry, "firmware_failed", "A")
        assert "DownloadFailed" in told.translation_placeholders["status"]
        state = await until_state(hass, event, lambda state: state.attributes.get("status"))
        assert state.attributes["event_type"] == "firmware"
        assert state.attributes["status"] == "DownloadFailed"

        await socket.call("FirmwareStatusNotification", status="Downloading")
        await until_step(entry, lambda: issue(hass, entry, "firmware_failed", "A") is None)


async def test_what_is_said_of_chargers_does_not_outlive_the_group(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    async with client(entry, "A") as socket:
        socket.answers["SetChargingProfile"] = {"status": "NotSupported"}
        await socket.boot()
        await until_step(entry, lambda: issue(hass, entry, "takes_no_limits", "A") is not None)

    await hass.config_entries.async_unload(entry.entry_id)

    assert issue(hass, entry, "takes_no_limits", "A") is None


async def test_what_is_said_of_a_charger_goes_with_it(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    async with client(entry, "A") as socket:
        socket.answers["SetChargingProfile"] = {"status": "NotSupported"}
        await socket.boot()
        await until_step(entry, lambda: issue(hass, entry, "takes_no_limits", "A") is not None)

        hass.config_entries.async_remove_subentry(entry, subentry_id(entry, "A"))
        await hass.async_block_till_done()
        await until_step(entry, lambda: issue(hass, entry, "takes_no_limits", "A") is None)


# What chargers may do together


def site(**suppliers: float) -> Site:
    """A group of 25 A with A.1, A.2 and B.1, some of them on fuses of their own."""
    same = PhaseCurrents.same
    circuits = {"group": Circuit(id="group", parent=None, limit=same(20.0), rated=same(25.0))}
    for charger_id, amperes in suppliers.items():
        own = f"charger:{charger_id}"
        circuits[own] = Circuit(id=own, parent="group", limit=same(amperes), rated=same(amperes))
    return Site(
        circuits=circuits,
        connectors={
            connector_id: Connector(
                id=connector_id,
                circuit=own if (own := f"charger:{connector_id.charger}") in circuits else "group",
                wiring=tuple(Phase),
                maximum=16.0,
            )
            for connector_id in (A, TWIN, B)
        },
    )


SAFE = PhaseCurrents.same(13.0)


def test_what_fits_the_safe_limit_on_every_phase_is_no_excess() -> None:
    assert largest_excess(site(), {A: 6.0, B: 6.0}, SAFE) is None


def test_the_sum_of_what_chargers_do_alone_is_held_against_the_safe_limit() -> None:
    assert largest_excess(site(), {A: 6.0, B: 8.0}, SAFE) == Excess(
        circuit="group", phase=Phase.L1, current=14.0, bound=13.0
    )


def test_only_the_phases_that_a_charger_is_wired_to_count() -> None:
    there = site()
    on_l3 = replace(there.connectors[B], wiring=(Phase.L3,))
    there = replace(there, connectors={**there.connectors, B: on_l3})

    excess = largest_excess(there, {A: 6.0, B: 8.0}, SAFE)

    assert excess is not None
    assert excess.phase is Phase.L3


def test_a_twin_draws_no_more_than_its_supply_carries() -> None:
    assert largest_excess(site(A=10.0), {A: 32.0, TWIN: 32.0}, SAFE) is None
    assert largest_excess(site(A=16.0), {A: 32.0, TWIN: 32.0}, SAFE) == Excess(
        circuit="group", phase=Phase.L1, current=16.0, bound=13.0
    )


def test_a_safe_limit_above_the_fuse_is_not_believed() -> None:
    excess = largest_excess(site(), {A: 30.0}, PhaseCurrents.same(40.0))

    assert excess is not None
    assert excess.bound == 25.0


@pytest.mark.parametrize(
    ("state", "current"),
    [
        (FailSafe.UNKNOWN, 32.0),
        (FailSafe.NOT_POSSIBLE, 32.0),
        (FailSafe.ACCEPTED, 32.0),
        (FailSafe.VERIFIED, 32.0),
        (FailSafe.PROVEN, 6.0),
    ],
)
def test_a_charger_counts_with_all_it_can_draw_until_its_fallback_is_proven(
    state: FailSafe, current: float
) -> None:
    report = FailSafeReport(state=state, fallbacks={1: 6.0})

    assert current_alone(site().connectors[A], report, is_new=False) == current


@pytest.mark.parametrize(
    ("state", "current"),
    [
        (FailSafe.UNKNOWN, 6.0),
        (FailSafe.ACCEPTED, 6.0),
        (FailSafe.VERIFIED, 6.0),
        # What is known to be so is dangerous on the first day, too.
        (FailSafe.NOT_POSSIBLE, 32.0),
    ],
)
def test_a_new_charger_had_no_occasion_to_prove_anything(state: FailSafe, current: float) -> None:
    report = FailSafeReport(state=state, fallbacks={1: 6.0})

    assert current_alone(site().connectors[A], report, is_new=True) == current


def test_an_outlet_whose_fallback_is_not_known_counts_with_all_it_can_draw() -> None:
    report = FailSafeReport(state=FailSafe.PROVEN, fallbacks={1: 6.0})

    assert current_alone(site().connectors[TWIN], report, is_new=False) == 32.0


async def test_a_sum_that_does_not_fit_for_long_is_told_in_numbers(
    hass: HomeAssistant, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_issues, "LASTING", 6.0)
    monkeypatch.setattr(group_issues, "NEW", timedelta())
    async with client(entry, "A") as socket:
        socket.answers["SetChargingProfile"] = {"status": "NotSupported"}
        await socket.boot()
        await until_step(entry, lambda: issue(hass, entry, "alone_too_much") is not None)

        assert issue(hass, entry, "alone_too_much").translation_placeholders == {
            "group": "Garage",
            "where": "Garage",
            "phase": "L1",
            "current": "32",
            "limit": "20",
            "names": "Anna",
        }

        socket.answers["SetChargingProfile"] = {"status": "Accepted"}
        limits = entry.runtime_data.access.control("A").limits
        limits.keeper(1).send_again()
        await limits.settled()
        assert issue(hass, entry, "alone_too_much") is not None

        proof = {"kept_over_link": True, "kept_over_reboot": True}
        limits.restore(Stored({**limits.state(), "evidence": proof}))
        await until_step(entry, lambda: issue(hass, entry, "alone_too_much") is None)


async def test_nobody_is_greeted_with_what_new_chargers_have_not_proven_yet(
    hass: HomeAssistant, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_issues, "LASTING", 0.0)
    manager = entry.runtime_data
    looks = group_issues.GroupIssues(hass, entry)
    async with client(entry, "A") as socket:
        await socket.boot()
        limits = manager.access.control("A").limits
        took = {FailSafe.ACCEPTED, FailSafe.VERIFIED}
        await until_step(entry, lambda: manager.access.control("A").fail_safe.state in took)

        assert dict(looks._found()) == {}
        # A day later it is told, as long as it is not proven.
        monkeypatch.setattr(group_issues, "NEW", timedelta(days=-1))
        assert [found.key for _, found in looks._found()] == ["alone_too_much"]
        # And at once where it is known that the charger can't.
        monkeypatch.setattr(group_issues, "NEW", timedelta(days=1))
        forgets = {"kept_over_link": False, "kept_over_reboot": True}
        limits.restore(Stored({**limits.state(), "evidence": forgets}))
        assert [found.key for _, found in looks._found()] == ["alone_too_much"]


async def test_a_charger_that_was_never_met_loads_nothing(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    # On the first start it may have been met before the store was lost.
    await hass.config_entries.async_reload(entry.entry_id)
    manager = entry.runtime_data
    await until_step(entry, lambda: manager.decision is not None)

    assert group_issues.alone_issue(manager, group="Garage") is None


# The wiring


def test_a_phase_in_doubt_is_named() -> None:
    assert wiring_issue((), group="Garage", entry_id="1") is None
    told = wiring_issue(ALL_PHASES, group="Garage", entry_id="1")
    assert told is not None
    assert told.placeholders["phases"] == "L1, L2, L3"


async def test_the_settings_are_believed_again_once_somebody_has_looked_at_the_wiring(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    assert await async_setup_component(hass, REPAIRS, {})
    manager = entry.runtime_data
    manager._memory.meter("grid").doubt.phases = L3
    await until_step(entry, lambda: issue(hass, entry, "wiring_doubt") is not None)
    told = issue(hass, entry, "wiring_doubt")
    assert told.translation_placeholders == {"group": "Garage", "phases": "L3"}

    flows = hass.data[REPAIRS]["flow_manager"]
    result = await flows.async_init(DOMAIN, context={"issue_id": told.issue_id})
    assert result["step_id"] == "confirm"
    assert manager.doubtful_phases == L3
    await flows.async_configure(result["flow_id"], {})

    assert manager.doubtful_phases == frozenset()
    assert issue(hass, entry, "wiring_doubt") is None
    moved = manager.decision.at
    await until_step(entry, lambda: manager.decision.at > moved + group_issues.LASTING / 30)
    assert issue(hass, entry, "wiring_doubt") is None
