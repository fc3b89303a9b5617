"""Only administrators change anything, whichever way they take; automations may, too."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.ev_load_manager.const import DOMAIN
from homeassistant.auth.models import User
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError, Unauthorized
from homeassistant.helpers import device_registry as dr
from tests.groups import charger, entity_of, feeder, group, set_up, subentry_id

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.fixture
async def entry(hass: HomeAssistant) -> MockConfigEntry:
    """A group with a feeder and a charger."""
    entry = group(charger("A", "Anna"), feeder("shed", "Shed"))
    await set_up(hass, entry)
    return entry


@pytest.fixture
def guest(hass: HomeAssistant) -> User:
    """Somebody who may do anything with entities, but is no administrator."""
    user = MockUser(is_owner=False).add_to_hass(hass)
    user.mock_policy({"entities": True})
    return user


def actions(hass: HomeAssistant, entry: MockConfigEntry) -> dict[str, dict[str, Any]]:
    """Every action that changes something, with what it needs."""
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, subentry_id(entry, "A")), entry.entry_id
    )
    assert device is not None
    return {
        "set_temporary_limit": {
            "config_entry_id": entry.entry_id,
            "limit": 10,
            "duration": {"minutes": 5},
        },
        "clear_temporary_limit": {"config_entry_id": entry.entry_id},
        "put_first_in_line": {"device_id": device.id},
    }


@pytest.mark.parametrize(
    "action", ["set_temporary_limit", "clear_temporary_limit", "put_first_in_line"]
)
async def test_actions_are_for_administrators(
    hass: HomeAssistant, entry: MockConfigEntry, guest: User, action: str
) -> None:
    with pytest.raises(Unauthorized):
        await hass.services.async_call(
            DOMAIN,
            action,
            actions(hass, entry)[action],
            blocking=True,
            context=Context(user_id=guest.id),
        )
    assert not entry.runtime_data.live.temporary_limits.all


async def test_administrators_and_automations_set_temporary_limits(
    hass: HomeAssistant, entry: MockConfigEntry, hass_admin_user: User
) -> None:
    data = actions(hass, entry)
    for context in (Context(), Context(user_id=hass_admin_user.id)):
        await hass.services.async_call(
            DOMAIN, "set_temporary_limit", data["set_temporary_limit"], True, context
        )
        assert len(entry.runtime_data.live.temporary_limits.all) == 1
        await hass.services.async_call(
            DOMAIN, "clear_temporary_limit", data["clear_temporary_limit"], True, context
        )
        assert not entry.runtime_data.live.temporary_limits.all
    with pytest.raises(ServiceValidationError) as refusal:
        await hass.services.async_call(
            DOMAIN, "put_first_in_line", data["put_first_in_line"], blocking=True
        )
    assert refusal.value.translation_key == "no_session"


@pytest.mark.parametrize(
    ("platform", "place", "key", "service", "data"),
    [
        ("number", "group", "maximum_current", "set_value", {"value": 9}),
        ("number", "shed", "maximum_current", "set_value", {"value": 9}),
        ("number", "outlet", "maximum", "set_value", {"value": 9}),
        ("switch", "group", "dlm", "turn_off", {}),
        ("switch", "outlet", "charging_allowed", "turn_off", {}),
        ("select", "group", "policy", "select_option", {"option": "minimum_for_all"}),
    ],
)
async def test_entities_are_changed_by_administrators_and_automations_alone(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    guest: User,
    hass_admin_user: User,
    platform: str,
    place: str,
    key: str,
    service: str,
    data: dict[str, Any],
) -> None:
    manager = entry.runtime_data
    before = manager.live.settings
    keys = {"group": entry.entry_id, "shed": "shed", "outlet": f"{subentry_id(entry, 'A')}_1"}
    target = {"entity_id": entity_of(hass, platform, keys[place], key)}

    async def change(context: Context) -> None:
        await hass.services.async_call(
            platform, service, {**target, **data}, blocking=True, context=context
        )

    with pytest.raises(Unauthorized):
        await change(Context(user_id=guest.id))
    assert manager.live.settings == before

    await change(Context(user_id=hass_admin_user.id))
    assert manager.live.settings != before
    await manager.live.change(
        **{name: getattr(before, name) for name in ("maximum_current", "balancing", "policy")},
        connector_maximum={},
        charging_allowed={},
        feeder_maximum={},
    )
    await change(Context())
    assert manager.live.settings != before
