"""People set up groups, and are told what is wrong with what they typed."""

import errno
from typing import Any
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager.const import (
    CONF_IMBALANCE,
    CONF_LISTEN_HOST,
    CONF_LISTEN_PORT,
    CONF_MAXIMUM_CURRENT,
    CONF_PHASES,
    CONF_RATED_CURRENT,
    CONF_VOLTAGE,
    DOMAIN,
)
from custom_components.ev_load_manager.flows import listening
from custom_components.ev_load_manager.flows.flow_schemas import GROUP_SECTIONS
from homeassistant.config_entries import SOURCE_USER, ConfigEntryState
from homeassistant.const import CONF_NAME
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.groups import GROUP, charger, feeder, group, group_form, set_up, suggested

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def start_group_flow(hass: HomeAssistant) -> str:
    """Open the form for a new group."""
    result = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "user"
    assert not result["errors"]
    return result["flow_id"]


async def finish_without_meter(hass: HomeAssistant, result: Any) -> Any:
    """Answer the question for the meter, which a group's form without faults leads to."""
    assert result["type"] is FlowResultType.MENU
    assert result["step_id"] == "meter"
    return await hass.config_entries.flow.async_configure(
        result["flow_id"], {"next_step_id": "meter_none"}
    )


async def start_change(hass: HomeAssistant, entry: MockConfigEntry) -> Any:
    """Open the form of a group that is there."""
    result = await entry.start_reconfigure_flow(hass)
    assert result["type"] is FlowResultType.MENU
    return await hass.config_entries.flow.async_configure(
        result["flow_id"], {"next_step_id": "group"}
    )


async def test_a_group_is_made_from_what_was_typed(
    hass: HomeAssistant, unused_tcp_port: int
) -> None:
    flow_id = await start_group_flow(hass)

    result = await hass.config_entries.flow.async_configure(
        flow_id, group_form(unused_tcp_port, **{CONF_NAME: " Garage "})
    )
    result = await finish_without_meter(hass, result)
    await hass.async_block_till_done()

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Garage"
    assert result["data"] == {**GROUP, CONF_LISTEN_PORT: unused_tcp_port}
    assert result["result"].state is ConfigEntryState.LOADED


async def test_the_form_of_a_group_suggests_what_is_right_for_most(
    hass: HomeAssistant, unused_tcp_port: int
) -> None:
    assert listening.DEFAULT_PORT == 9000  # which others on this machine may have
    with patch.object(listening, "DEFAULT_PORT", unused_tcp_port):
        result = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})

    assert suggested(result, CONF_PHASES) == "3"
    assert suggested(result, CONF_LISTEN_HOST) == "0.0.0.0"
    assert suggested(result, CONF_LISTEN_PORT) == unused_tcp_port
    hass.config_entries.flow.async_abort(result["flow_id"])


async def test_where_another_program_has_the_usual_port_the_next_free_one_is_suggested(
    hass: HomeAssistant, taken_port: int
) -> None:
    with patch.object(listening, "DEFAULT_PORT", taken_port):
        result = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})

    assert taken_port < suggested(result, CONF_LISTEN_PORT) < taken_port + listening.PORTS
    typed = group_form(suggested(result, CONF_LISTEN_PORT), listen_host="0.0.0.0")
    result = await hass.config_entries.flow.async_configure(result["flow_id"], typed)
    assert result["step_id"] == "meter"


async def test_one_more_group_is_suggested_to_listen_where_chargers_connect_already(
    hass: HomeAssistant, unused_tcp_port: int
) -> None:
    await set_up(hass, group(listen_host="127.0.0.1", listen_port=unused_tcp_port))

    result = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})

    assert suggested(result, CONF_LISTEN_HOST) == "127.0.0.1"
    assert suggested(result, CONF_LISTEN_PORT) == unused_tcp_port
    # Its form may leave that out, as it is in a section.
    typed = group_form(unused_tcp_port, name="Yard")
    del typed["rare"]
    result = await hass.config_entries.flow.async_configure(result["flow_id"], typed)
    result = await finish_without_meter(hass, result)
    await hass.async_block_till_done()
    assert result["data"][CONF_LISTEN_PORT] == unused_tcp_port
    assert result["result"].state is ConfigEntryState.LOADED


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        (CONF_NAME, "  ", "name_missing"),
        (CONF_VOLTAGE, 23, "voltage_range"),
        (CONF_VOLTAGE, float("nan"), "voltage_range"),
        (CONF_RATED_CURRENT, 5.9, "rated_current_range"),
        (CONF_RATED_CURRENT, float("inf"), "rated_current_range"),
        (CONF_MAXIMUM_CURRENT, 5, "maximum_current_range"),
        (CONF_MAXIMUM_CURRENT, 25.1, "above_rated_current"),
        (CONF_LISTEN_PORT, 0, "port_range"),
        (CONF_LISTEN_PORT, 70000, "port_range"),
        (CONF_LISTEN_PORT, 9000.5, "port_range"),
        (CONF_LISTEN_HOST, " ", "address_unavailable"),
        (CONF_LISTEN_HOST, "192.0.2.1", "address_unavailable"),
    ],
)
async def test_a_wrong_value_is_named_beside_its_field_and_can_be_mended(
    hass: HomeAssistant, unused_tcp_port: int, field: str, value: Any, error: str
) -> None:
    flow_id = await start_group_flow(hass)

    result = await hass.config_entries.flow.async_configure(
        flow_id, group_form(unused_tcp_port, **{field: value})
    )

    assert result["type"] is FlowResultType.FORM
    # Beside a field within a section a form can't show it.
    assert result["errors"] == {"base" if field in GROUP_SECTIONS["rare"] else field: error}

    result = await hass.config_entries.flow.async_configure(flow_id, group_form(unused_tcp_port))
    result = await finish_without_meter(hass, result)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_limit_of_imbalance_that_can_not_be_is_named(
    hass: HomeAssistant, unused_tcp_port: int
) -> None:
    flow_id = await start_group_flow(hass)

    result = await hass.config_entries.flow.async_configure(
        flow_id, group_form(unused_tcp_port, imbalance=5)
    )

    assert result["errors"] == {"base": "imbalance_range"}


async def test_every_wrong_value_is_named_at_once(hass: HomeAssistant) -> None:
    flow_id = await start_group_flow(hass)

    result = await hass.config_entries.flow.async_configure(
        flow_id, group_form(0, voltage=1, rated_current=1)
    )

    assert result["errors"].keys() == {
        CONF_VOLTAGE,
        CONF_RATED_CURRENT,
        "base",
    }


async def test_a_port_taken_by_another_program_is_named(
    hass: HomeAssistant, taken_port: int, unused_tcp_port: int
) -> None:
    flow_id = await start_group_flow(hass)

    result = await hass.config_entries.flow.async_configure(flow_id, group_form(taken_port))

    assert result["errors"] == {"base": "port_in_use"}
    assert result["description_placeholders"]["port"] == str(taken_port)

    result = await hass.config_entries.flow.async_configure(flow_id, group_form(unused_tcp_port))
    result = await finish_without_meter(hass, result)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_port_that_needs_more_rights_is_named(
    hass: HomeAssistant, unused_tcp_port: int
) -> None:
    flow_id = await start_group_flow(hass)
    # Whoever runs the tests may be allowed every port.
    with patch(
        "asyncio.base_events.BaseEventLoop.create_server",
        side_effect=PermissionError(errno.EACCES, "not allowed"),
    ):
        result = await hass.config_entries.flow.async_configure(
            flow_id, group_form(unused_tcp_port)
        )

    assert result["errors"] == {"base": "port_not_allowed"}


async def test_an_address_that_can_be_no_name_is_named(
    hass: HomeAssistant, unused_tcp_port: int
) -> None:
    flow_id = await start_group_flow(hass)
    # What the look-up says of `192.168.1..5`; tests look up nothing.
    with patch(
        "asyncio.base_events.BaseEventLoop.create_server",
        side_effect=UnicodeEncodeError("idna", "192.168.1..5", 10, 11, "label empty"),
    ):
        result = await hass.config_entries.flow.async_configure(
            flow_id, group_form(unused_tcp_port, listen_host="192.168.1..5")
        )

    assert result["errors"] == {"base": "address_unavailable"}


async def test_groups_share_a_port(hass: HomeAssistant, unused_tcp_port: int) -> None:
    await set_up(hass, group(listen_port=unused_tcp_port))
    flow_id = await start_group_flow(hass)

    result = await hass.config_entries.flow.async_configure(
        flow_id, group_form(unused_tcp_port, name="Yard")
    )
    result = await finish_without_meter(hass, result)
    await hass.async_block_till_done()

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["result"].state is ConfigEntryState.LOADED


async def test_two_groups_can_not_have_one_name(hass: HomeAssistant, unused_tcp_port: int) -> None:
    group(name="Garage").add_to_hass(hass)
    flow_id = await start_group_flow(hass)

    result = await hass.config_entries.flow.async_configure(
        flow_id, group_form(unused_tcp_port, name="garage ")
    )

    assert result["errors"] == {CONF_NAME: "name_in_use"}


# A group that is there already


def changed_form(entry: MockConfigEntry, **changes: Any) -> dict[str, Any]:
    """The form of a group that is there, with changes."""
    form = group_form(entry.data[CONF_LISTEN_PORT], **changes)
    del form[CONF_MAXIMUM_CURRENT]
    del form["policy"]
    return form


async def test_a_group_is_changed_without_losing_what_else_is_stored(
    hass: HomeAssistant, unused_tcp_port: int
) -> None:
    entry = group(listen_port=unused_tcp_port)
    await set_up(hass, entry)
    result = await start_change(hass, entry)
    assert suggested(result, CONF_NAME) == "Garage"
    assert suggested(result, CONF_PHASES) == "3"

    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], changed_form(entry, name="Cellar", rated_current=32)
    )
    await hass.async_block_till_done()

    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reconfigure_successful"
    assert entry.title == "Cellar"
    assert entry.data == {**GROUP, CONF_LISTEN_PORT: unused_tcp_port, CONF_RATED_CURRENT: 32.0}
    assert entry.runtime_data.group.rated_current == 32.0


async def test_the_fuse_of_a_group_is_not_made_smaller_than_that_of_a_feeder_on_it(
    hass: HomeAssistant, unused_tcp_port: int
) -> None:
    entry = group(
        feeder("cellar", "Cellar", rated_current=16.0),
        feeder("yard", "Yard", rated_current=20.0),
        # What hangs on another feeder is that feeder's business.
        feeder("shed", "Shed", rated_current=20.0, parent="yard"),
        listen_port=unused_tcp_port,
    )
    await set_up(hass, entry)
    result = await start_change(hass, entry)

    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], changed_form(entry, rated_current=18)
    )

    assert result["errors"] == {CONF_RATED_CURRENT: "below_feeder"}
    assert result["description_placeholders"]["feeder"] == "Yard"
    assert result["description_placeholders"]["feeder_rated"] == "20"
    assert entry.runtime_data.group.rated_current == GROUP[CONF_RATED_CURRENT]

    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], changed_form(entry, rated_current=20)
    )
    await hass.async_block_till_done()

    assert result["reason"] == "reconfigure_successful"
    assert entry.runtime_data.group.rated_current == 20.0


async def test_the_limit_of_imbalance_is_set_and_taken_back(
    hass: HomeAssistant, unused_tcp_port: int
) -> None:
    entry = group(listen_port=unused_tcp_port)
    await set_up(hass, entry)
    manager = entry.runtime_data
    assert manager.site.imbalance is None

    for typed, imbalance in (({CONF_IMBALANCE: 20}, 20.0), ({}, None)):
        result = await start_change(hass, entry)
        form = changed_form(entry, **typed)
        await hass.config_entries.flow.async_configure(result["flow_id"], form)
        await hass.async_block_till_done()
        assert manager.site.imbalance == imbalance


async def test_a_group_that_waits_for_its_port_starts_on_another(
    hass: HomeAssistant, taken_port: int, unused_tcp_port: int
) -> None:
    entry = group(listen_port=taken_port)
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    result = await start_change(hass, entry)

    result = await hass.config_entries.flow.async_configure(result["flow_id"], changed_form(entry))
    assert result["errors"] == {"base": "port_in_use"}
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], changed_form(entry, listen_port=unused_tcp_port)
    )
    await hass.async_block_till_done()

    assert result["reason"] == "reconfigure_successful"
    assert entry.state is ConfigEntryState.LOADED


async def test_a_group_moves_to_another_port(hass: HomeAssistant, unused_tcp_port: int) -> None:
    entry = group(charger("LEFT"), listen_port=0)
    await set_up(hass, entry)
    result = await start_change(hass, entry)

    await hass.config_entries.flow.async_configure(
        result["flow_id"], changed_form(entry, listen_port=unused_tcp_port)
    )
    await hass.async_block_till_done()

    assert entry.state is ConfigEntryState.LOADED
    assert entry.runtime_data.port == unused_tcp_port


async def test_a_group_moves_to_another_address_on_the_same_port(
    hass: HomeAssistant, unused_tcp_port: int
) -> None:
    entry = group(charger("LEFT"), listen_host="0.0.0.0", listen_port=unused_tcp_port)
    await set_up(hass, entry)
    result = await start_change(hass, entry)

    # What its own listener holds is no other program's.
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], changed_form(entry, listen_host="192.0.2.1")
    )
    assert result["errors"] == {"base": "address_unavailable"}
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], changed_form(entry, listen_host="127.0.0.1")
    )
    await hass.async_block_till_done()

    assert result["reason"] == "reconfigure_successful"
    assert entry.state is ConfigEntryState.LOADED
    assert entry.data[CONF_LISTEN_HOST] == "127.0.0.1"
    assert entry.runtime_data.port == unused_tcp_port


async def test_a_port_that_another_group_holds_at_another_address_is_that_groups(
    hass: HomeAssistant, unused_tcp_port: int
) -> None:
    await set_up(hass, group(listen_host="0.0.0.0", listen_port=unused_tcp_port, name="Yard"))
    entry = group(listen_host="0.0.0.0", listen_port=unused_tcp_port)
    await set_up(hass, entry)
    result = await start_change(hass, entry)

    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], changed_form(entry, listen_host="127.0.0.1")
    )

    assert result["errors"] == {"base": "port_in_use_by_group"}
    assert result["description_placeholders"]["group"] == "Yard"


async def test_a_group_can_not_move_to_a_port_where_its_chargers_id_is_taken(
    hass: HomeAssistant, unused_tcp_port_factory: Any
) -> None:
    first, second = unused_tcp_port_factory(), unused_tcp_port_factory()
    await set_up(hass, group(charger("SAME"), listen_port=first, name="Yard"))
    entry = group(charger("SAME"), listen_port=second)
    await set_up(hass, entry)
    result = await start_change(hass, entry)

    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], changed_form(entry, listen_port=first)
    )

    assert result["errors"] == {"base": "chargers_in_other_group"}


async def test_a_group_can_not_lose_the_phases_that_its_chargers_use(
    hass: HomeAssistant, unused_tcp_port: int
) -> None:
    entry = group(charger("LEFT", wiring="l2"), listen_port=unused_tcp_port)
    await set_up(hass, entry)
    result = await start_change(hass, entry)

    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], changed_form(entry, phases="1")
    )

    assert result["errors"] == {CONF_PHASES: "chargers_on_other_phases"}
