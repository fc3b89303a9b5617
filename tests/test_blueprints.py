"""The blueprints do what they say, in a real Home Assistant with a real group."""

from collections.abc import Mapping
from pathlib import Path
import shutil
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service
import yaml

from custom_components.ev_load_manager.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from script.check_data_files import Loader
from tests.groups import charger, client, entity_of, group, set_up, subentry_id, until_state

pytestmark = pytest.mark.usefixtures("socket_enabled")

ROOT = Path(__file__).parent.parent
BLUEPRINTS = ROOT / "blueprints" / "automation" / "ev_load_manager"
REPOSITORY = "https://github.com/ev-load-manager/ev_load_manager/blob/main/"


@pytest.fixture
async def entry(hass: HomeAssistant) -> MockConfigEntry:
    """A group of one charger that may draw 20 A."""
    entry = group(charger("LEFT", "Left"))
    await set_up(hass, entry)
    return entry


@pytest.fixture(autouse=True)
def home(hass: HomeAssistant, tmp_path: Path) -> None:
    """Home Assistant finds the blueprints where people have them after the import."""
    shutil.copytree(BLUEPRINTS, tmp_path / "blueprints" / "automation" / DOMAIN)
    hass.config.config_dir = str(tmp_path)


async def automate(hass: HomeAssistant, blueprint: str, inputs: Mapping[str, Any]) -> None:
    """Make an automation of a blueprint."""
    assert await async_setup_component(
        hass,
        "automation",
        {
            "automation": {
                "alias": "Try it",
                "use_blueprint": {"path": f"{DOMAIN}/{blueprint}.yaml", "input": inputs},
            }
        },
    )
    await hass.async_block_till_done()
    state = hass.states.get("automation.try_it")
    assert state is not None
    assert state.state == "on"


async def say(hass: HomeAssistant, entity_id: str, value: str) -> None:
    """Something of the house says something."""
    hass.states.async_set(entity_id, value)
    await hass.async_block_till_done()


@pytest.mark.parametrize("path", BLUEPRINTS.glob("*.yaml"), ids=lambda path: path.stem)
def test_a_blueprint_names_the_place_that_it_is_imported_from(path: Path) -> None:
    blueprint = yaml.load(path.read_text(), Loader)["blueprint"]

    assert blueprint["source_url"] == REPOSITORY + str(path.relative_to(ROOT))


async def test_the_limit_falls_while_electricity_is_dear(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    rating = entity_of(hass, "number", entry.entry_id, "maximum_current")
    await say(hass, "sensor.price", "10")
    await automate(
        hass,
        "limit_follows_price",
        {
            "price": "sensor.price",
            "dear": 25,
            "rating": rating,
            "while_cheap": 18,
            "while_dear": 7.5,
        },
    )

    for price, limit in (("30.5", "7.5"), ("unavailable", "7.5"), ("25", "18.0"), ("?", "18.0")):
        await say(hass, "sensor.price", price)
        await until_state(hass, rating, limit)


async def test_a_signal_of_the_grid_operator_sets_a_limit_and_takes_it_back(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    limit = entity_of(hass, "sensor", entry.entry_id, "temporary_limit")
    await automate(
        hass,
        "grid_operator_signal",
        {"signal": "binary_sensor.ripple", "group": entry.entry_id, "limit": 6.5},
    )

    await say(hass, "binary_sensor.ripple", "on")
    state = await until_state(hass, limit, "6.5")
    assert state.attributes["name"] == "grid operator"
    await say(hass, "binary_sensor.ripple", "unavailable")
    # As when Home Assistant starts before the signal is known.
    await hass.services.async_call(
        "automation", "trigger", {"entity_id": "automation.try_it"}, blocking=True
    )
    assert entry.runtime_data.temporary_limits.on("group") is not None

    await say(hass, "binary_sensor.ripple", "off")
    await until_state(hass, limit, "unknown")


async def test_what_is_wrong_is_told_by_name(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    messages = async_mock_service(hass, "notify", "somebody")
    connected = entity_of(hass, "binary_sensor", subentry_id(entry, "LEFT"), "connected")
    overload = entity_of(hass, "binary_sensor", entry.entry_id, "overload")
    await automate(
        hass,
        "tell_when_something_is_wrong",
        {
            "problems": [overload],
            "connections": [connected],
            "minutes": 0,
            "then_do": [{"action": "notify.somebody", "data": {"message": "Look: {{ what }}"}}],
        },
    )

    async with client(entry, "LEFT") as left:
        await left.boot()
        await until_state(hass, connected, "on")
        assert not messages
    await until_state(hass, connected, "off")
    await hass.async_block_till_done()

    assert [message.data["message"] for message in messages] == ["Look: Left Connected"]
