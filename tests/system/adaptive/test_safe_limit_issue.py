"""Who has to do something about the meter is told, and told when it is done."""

from types import SimpleNamespace

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.balancing.decision import Mode
from custom_components.ev_load_manager.config.site_builder import GRID
from custom_components.ev_load_manager.const import CONF_METER, DOMAIN
from custom_components.ev_load_manager.watchers import safe_limit
from custom_components.ev_load_manager.watchers.safe_limit import LASTING
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from simulation.plant.meter import SimulatedMeter
from tests.groups import set_up, until_step
from tests.system.adaptive.conftest import Hands, metered, settings, until_mode


def issue_of(hass: HomeAssistant, entry: MockConfigEntry) -> ir.IssueEntry | None:
    """What the group has to say."""
    return ir.async_get(hass).async_get_issue(DOMAIN, f"safe_limit_{entry.entry_id}")


@pytest.fixture
async def silent(hass: HomeAssistant, hurry: None, meter: SimulatedMeter) -> MockConfigEntry:
    """A group whose meter refuses to be connected to."""
    await meter.stop()
    entry = metered(settings(meter))
    await set_up(hass, entry)
    await until_mode(entry, Mode.SAFE_LIMIT)
    manager = entry.runtime_data
    await until_step(entry, lambda: manager.meter.last_exception is not None)
    return entry


async def test_ten_minutes_of_safe_limit_are_told_with_the_meters_last_error(
    hass: HomeAssistant, silent: MockConfigEntry, meter: SimulatedMeter, hands: Hands
) -> None:
    hands.shift += LASTING - 60
    moved = clock.monotonic()
    await until_step(silent, lambda: silent.runtime_data.decision.at > moved)
    assert issue_of(hass, silent) is None

    hands.shift += 60
    await until_step(silent, lambda: issue_of(hass, silent) is not None)

    issue = issue_of(hass, silent)
    assert issue.translation_key == "safe_limit_no_values"
    assert issue.severity is ir.IssueSeverity.WARNING
    assert issue.translation_placeholders["group"] == "Garage"
    assert issue.translation_placeholders["minutes"] == "10"
    shared = silent.runtime_data.live.settings.safe_limit
    assert issue.translation_placeholders["limit"] == f"{shared:g}"
    assert f"127.0.0.1:{meter.port}" in issue.translation_placeholders["error"]


async def test_it_is_over_when_the_meter_is_believed_again(
    hass: HomeAssistant, silent: MockConfigEntry, meter: SimulatedMeter, hands: Hands
) -> None:
    hands.shift += LASTING + 1
    await until_step(silent, lambda: issue_of(hass, silent) is not None)

    await meter.start()
    await until_mode(silent, Mode.ADAPTIVE)

    assert issue_of(hass, silent) is None
    # Another short silence is no news.
    meter.silent = True
    await until_mode(silent, Mode.SAFE_LIMIT)
    assert issue_of(hass, silent) is None


async def test_it_is_over_when_the_group_has_no_meter_any_more(
    hass: HomeAssistant, silent: MockConfigEntry, hands: Hands
) -> None:
    hands.shift += LASTING + 1
    await until_step(silent, lambda: issue_of(hass, silent) is not None)

    hass.config_entries.async_update_entry(silent, data={**silent.data, CONF_METER: None})
    await until_mode(silent, Mode.DYNAMIC)

    assert issue_of(hass, silent) is None


async def test_it_does_not_outlive_the_group(
    hass: HomeAssistant, silent: MockConfigEntry, hands: Hands
) -> None:
    hands.shift += LASTING + 1
    await until_step(silent, lambda: issue_of(hass, silent) is not None)

    await hass.config_entries.async_unload(silent.entry_id)

    assert issue_of(hass, silent) is None


async def test_a_meter_that_shows_what_cannot_be_is_told_so(
    hass: HomeAssistant, entry: MockConfigEntry, meter: SimulatedMeter, hands: Hands
) -> None:
    meter.nonsense = 600.0
    await until_mode(entry, Mode.SAFE_LIMIT)
    hands.shift += LASTING + 1
    await until_step(entry, lambda: issue_of(hass, entry) is not None)

    issue = issue_of(hass, entry)
    assert issue.translation_key == "safe_limit_implausible"
    assert issue.translation_placeholders["error"] == "-"


async def test_an_error_that_has_no_words_in_the_language_of_the_house_is_told_in_english(
    hass: HomeAssistant,
    silent: MockConfigEntry,
    meter: SimulatedMeter,
    hands: Hands,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(safe_limit, "async_get_cached_translations", lambda *_: {})
    hands.shift += LASTING + 1
    await until_step(silent, lambda: issue_of(hass, silent) is not None)

    error = issue_of(hass, silent).translation_placeholders["error"]
    assert f"127.0.0.1:{meter.port}" in error


async def test_an_error_of_another_kind_is_told_as_it_is(
    hass: HomeAssistant, silent: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = SimpleNamespace(last_update_success=False, last_exception=OSError("the wire is cut"))
    issue = safe_limit.SafeLimitIssue(hass, silent, GRID)

    with monkeypatch.context() as patch:
        patch.setattr(silent.runtime_data.meters, "get", {GRID: broken}.get)
        assert issue._last_error() == "the wire is cut"
