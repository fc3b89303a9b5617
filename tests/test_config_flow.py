"""People set up groups and chargers, and are told what is wrong with what they typed."""

import asyncio
from collections.abc import AsyncGenerator
import errno
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager.charger_flow import wiring_of
from custom_components.ev_load_manager.const import (
    CONF_CHARGER_ID,
    CONF_CONNECTORS,
    CONF_LISTEN_HOST,
    CONF_LISTEN_PORT,
    CONF_MAXIMUM,
    CONF_MAXIMUM_CURRENT,
    CONF_MINIMUM,
    CONF_PHASES,
    CONF_RATED_CURRENT,
    CONF_SUPPLY_CURRENT,
    CONF_UNIT,
    CONF_VOLTAGE,
    CONF_WIRING,
    DOMAIN,
    SUBENTRY_CHARGER,
    UNIT_KILOWATT,
)
from homeassistant.config_entries import SOURCE_USER, ConfigEntryState
from homeassistant.const import CONF_NAME
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.csms.client import SILENCE
from tests.groups import (
    GROUP,
    LOCALHOST,
    charger,
    charger_form,
    client,
    group,
    group_form,
    set_up,
    subentry_id,
)

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.fixture
async def taken_port() -> AsyncGenerator[int]:
    """A port that another program listens on."""
    server = await asyncio.get_running_loop().create_server(asyncio.Protocol, LOCALHOST, 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()


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


async def start_charger_flow(hass: HomeAssistant, entry: MockConfigEntry) -> Any:
    """Open the form for a new charger."""
    result = await hass.config_entries.subentries.async_init(
        (entry.entry_id, SUBENTRY_CHARGER), context={"source": SOURCE_USER}
    )
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "user"
    return result


async def type_charger_id(hass: HomeAssistant, entry: MockConfigEntry, charger_id: str) -> Any:
    """Open the form for a new charger and give its id."""
    result = await start_charger_flow(hass, entry)
    return await hass.config_entries.subentries.async_configure(
        result["flow_id"], {CONF_CHARGER_ID: charger_id}
    )


def suggested(result: Any, key: str) -> Any:
    """What a form shows in a field."""
    marker = next(marker for marker in result["data_schema"].schema if marker == key)
    return (marker.description or {}).get("suggested_value")


# Groups


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


async def test_the_form_of_a_group_suggests_what_is_right_for_most(hass: HomeAssistant) -> None:
    result = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})

    assert suggested(result, CONF_PHASES) == "3"
    assert suggested(result, CONF_LISTEN_HOST) == "0.0.0.0"
    assert suggested(result, CONF_LISTEN_PORT) == 9000
    hass.config_entries.flow.async_abort(result["flow_id"])


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
    assert result["errors"] == {field: error}

    result = await hass.config_entries.flow.async_configure(flow_id, group_form(unused_tcp_port))
    result = await finish_without_meter(hass, result)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_every_wrong_value_is_named_at_once(hass: HomeAssistant) -> None:
    flow_id = await start_group_flow(hass)

    result = await hass.config_entries.flow.async_configure(
        flow_id, group_form(0, voltage=1, rated_current=1)
    )

    assert result["errors"].keys() == {
        CONF_VOLTAGE,
        CONF_RATED_CURRENT,
        CONF_LISTEN_PORT,
    }


async def test_a_port_taken_by_another_program_is_named(
    hass: HomeAssistant, taken_port: int, unused_tcp_port: int
) -> None:
    flow_id = await start_group_flow(hass)

    result = await hass.config_entries.flow.async_configure(flow_id, group_form(taken_port))

    assert result["errors"] == {CONF_LISTEN_PORT: "port_in_use"}
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

    assert result["errors"] == {CONF_LISTEN_PORT: "port_not_allowed"}


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


async def test_a_group_that_waits_for_its_port_starts_on_another(
    hass: HomeAssistant, taken_port: int, unused_tcp_port: int
) -> None:
    entry = group(listen_port=taken_port)
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    result = await start_change(hass, entry)

    result = await hass.config_entries.flow.async_configure(result["flow_id"], changed_form(entry))
    assert result["errors"] == {CONF_LISTEN_PORT: "port_in_use"}
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

    assert result["errors"] == {CONF_LISTEN_PORT: "chargers_in_other_group"}


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


# Chargers


async def test_a_charger_that_never_connected_is_added_by_its_id(hass: HomeAssistant) -> None:
    entry = group()
    await set_up(hass, entry)
    result = await type_charger_id(hass, entry, " LEFT ")
    assert result["step_id"] == "charger"
    assert suggested(result, CONF_NAME) == "LEFT"
    assert suggested(result, CONF_WIRING) == "l1_l2_l3"

    result = await hass.config_entries.subentries.async_configure(
        result["flow_id"], charger_form(name=" Left ")
    )
    await hass.async_block_till_done()

    assert result["type"] is FlowResultType.CREATE_ENTRY
    subentry = entry.subentries[subentry_id(entry, "LEFT")]
    assert (subentry.title, subentry.unique_id) == ("Left", "LEFT")
    assert [settings.name for settings in entry.runtime_data.chargers.values()] == ["Left"]


async def test_the_form_tells_what_to_type_into_the_charger(hass: HomeAssistant) -> None:
    entry = group(listen_port=0)
    await set_up(hass, entry)

    result = await start_charger_flow(hass, entry)
    assert result["description_placeholders"]["url"] == "ws://127.0.0.1:0/ID"

    result = await hass.config_entries.subentries.async_configure(
        result["flow_id"], {CONF_CHARGER_ID: "Left 1"}
    )
    assert result["description_placeholders"]["url"] == "ws://127.0.0.1:0/Left%201"


@pytest.mark.parametrize(
    ("listen_host", "local_ip", "url"),
    [
        ("0.0.0.0", "192.168.1.5", "ws://192.168.1.5:9000/ID"),
        ("0.0.0.0", None, "ws://ADDRESS-OF-HOME-ASSISTANT:9000/ID"),
        ("fd00::5", None, "ws://[fd00::5]:9000/ID"),
    ],
)
async def test_the_address_in_it_is_one_that_a_charger_can_dial(
    hass: HomeAssistant, listen_host: str, local_ip: str | None, url: str
) -> None:
    entry = group(listen_host=listen_host, listen_port=9000)
    entry.add_to_hass(hass)
    await start_charger_flow(hass, entry)  # loads what the integration needs first
    hass.config.api = local_ip and SimpleNamespace(local_ip=local_ip)  # type: ignore[assignment]

    result = await start_charger_flow(hass, entry)

    assert result["description_placeholders"]["url"] == url


async def test_a_charger_that_waits_is_shown_with_its_make(hass: HomeAssistant) -> None:
    entry = group()
    await set_up(hass, entry)
    async with client(entry, "NEW") as socket:
        answer = await socket.boot(
            chargePointVendor="Alfen BV",
            chargePointModel="NG910",
            chargePointSerialNumber="ACE0001",
        )
        assert answer["status"] == "Pending"

        result = await start_charger_flow(hass, entry)

        selector = result["data_schema"].schema[CONF_CHARGER_ID]
        assert selector.config["options"] == [
            {"value": "NEW", "label": "NEW · Alfen BV NG910 · ACE0001 · 127.0.0.1"}
        ]
        assert suggested(result, CONF_CHARGER_ID) == "NEW"


async def test_a_charger_that_waits_is_shown_in_every_group_on_its_port(
    hass: HomeAssistant, unused_tcp_port: int
) -> None:
    garage = group(listen_port=unused_tcp_port)
    yard = group(listen_port=unused_tcp_port, name="Yard")
    elsewhere = group(name="Elsewhere")
    for entry in (garage, yard, elsewhere):
        await set_up(hass, entry)

    async with client(garage, "NEW") as socket:
        await socket.boot(chargePointSerialNumber="ACE0001")

        for entry in (garage, yard):
            result = await start_charger_flow(hass, entry)
            options = result["data_schema"].schema[CONF_CHARGER_ID].config["options"]
            assert options == [
                {"value": "NEW", "label": "NEW · Vendor Model · ACE0001 · 127.0.0.1"}
            ]
        assert not elsewhere.runtime_data.unknown


async def test_a_charger_that_waits_is_asked_for_its_wiring_and_outlets(
    hass: HomeAssistant,
) -> None:
    entry = group()
    await set_up(hass, entry)
    async with client(entry, "NEW") as socket:
        socket.answers["GetConfiguration"] = {
            "configurationKey": [
                {"key": "ConnectorPhaseRotation", "readonly": True, "value": "1.STR,2.TRS"},
                {"key": "NumberOfConnectors", "readonly": True, "value": "2"},
            ],
            "unknownKey": [],
        }
        await socket.boot(chargePointVendor="Alfen BV", chargePointModel="NG920")

        result = await type_charger_id(hass, entry, "NEW")

    assert suggested(result, CONF_NAME) == "Alfen BV NG920"
    assert suggested(result, CONF_WIRING) == "l2_l3_l1"
    assert suggested(result, CONF_CONNECTORS) == 2
    assert result["description_placeholders"]["rotation"] == "L2-L3-L1"


async def test_a_charger_that_does_not_tell_its_wiring_can_be_added(hass: HomeAssistant) -> None:
    entry = group()
    await set_up(hass, entry)
    async with client(entry, "NEW") as socket:
        socket.answers["GetConfiguration"] = SILENCE
        await socket.boot()
        with patch("custom_components.ev_load_manager.charger_flow.ASK_TIMEOUT", 0.1):
            result = await type_charger_id(hass, entry, "NEW")

    assert result["step_id"] == "charger"
    assert suggested(result, CONF_WIRING) == "l1_l2_l3"
    assert result["description_placeholders"]["rotation"] == "–"


async def test_a_charger_that_never_said_its_make_is_suggested_by_its_id(
    hass: HomeAssistant,
) -> None:
    entry = group()
    await set_up(hass, entry)
    async with client(entry, "NEW"):
        result = await type_charger_id(hass, entry, "NEW")
        assert suggested(result, CONF_NAME) == "NEW"
        form = charger_form()
        del form[CONF_CONNECTORS]
        result = await hass.config_entries.subentries.async_configure(result["flow_id"], form)

    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    (settings,) = entry.runtime_data.chargers.values()
    assert settings.connectors is None


async def test_a_charger_that_has_left_again_can_be_added(hass: HomeAssistant) -> None:
    entry = group()
    await set_up(hass, entry)
    async with client(entry, "NEW") as socket:
        await socket.boot()
    while entry.runtime_data.unknown["NEW"].connected:
        await asyncio.sleep(0)

    result = await type_charger_id(hass, entry, "NEW")

    assert suggested(result, CONF_NAME) == "Vendor Model"


async def test_chargers_can_be_added_to_a_group_that_is_down(hass: HomeAssistant) -> None:
    entry = group()
    entry.add_to_hass(hass)

    result = await type_charger_id(hass, entry, "LEFT")
    result = await hass.config_entries.subentries.async_configure(result["flow_id"], charger_form())

    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("charger_id", "error"),
    [
        (" ", "charger_id_missing"),
        ("x" * 49, "charger_id_invalid"),
        ("a\nb", "charger_id_invalid"),
        ("HERE", "already_configured"),
        ("THERE", "in_other_group"),
    ],
)
async def test_an_id_that_can_not_be_is_refused_and_can_be_mended(
    hass: HomeAssistant, charger_id: str, error: str
) -> None:
    entry = group(charger("HERE"))
    await set_up(hass, entry)
    await set_up(hass, group(charger("THERE"), name="Yard"))

    result = await type_charger_id(hass, entry, charger_id)

    assert result["step_id"] == "user"
    assert result["errors"] == {CONF_CHARGER_ID: error}
    if error == "in_other_group":
        assert result["description_placeholders"]["group"] == "Yard"

    result = await hass.config_entries.subentries.async_configure(
        result["flow_id"], {CONF_CHARGER_ID: "FREE"}
    )
    assert result["step_id"] == "charger"


async def test_an_id_may_be_taken_on_another_port(
    hass: HomeAssistant, unused_tcp_port: int
) -> None:
    await set_up(hass, group(charger("SAME"), name="Yard", listen_port=unused_tcp_port))
    entry = group()
    await set_up(hass, entry)

    result = await type_charger_id(hass, entry, "SAME")

    assert result["step_id"] == "charger"


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({CONF_NAME: " "}, {CONF_NAME: "name_missing"}),
        ({CONF_MINIMUM: 5}, {CONF_MINIMUM: "minimum_range"}),
        ({CONF_MAXIMUM: 5}, {CONF_MAXIMUM: "maximum_range"}),
        ({CONF_MAXIMUM: float("nan")}, {CONF_MAXIMUM: "maximum_range"}),
        ({CONF_MINIMUM: 10, CONF_MAXIMUM: 9}, {CONF_MAXIMUM: "below_minimum"}),
        ({CONF_CONNECTORS: 0}, {CONF_CONNECTORS: "connectors_range"}),
        ({CONF_CONNECTORS: 1.5}, {CONF_CONNECTORS: "connectors_range"}),
        ({CONF_SUPPLY_CURRENT: 2}, {CONF_SUPPLY_CURRENT: "supply_current_range"}),
        (
            {CONF_UNIT: UNIT_KILOWATT, CONF_MINIMUM: 4, CONF_MAXIMUM: 11},
            {CONF_MINIMUM: "minimum_range"},
        ),
    ],
)
async def test_wrong_currents_are_named_beside_their_field_and_can_be_mended(
    hass: HomeAssistant, changes: dict[str, Any], errors: dict[str, str]
) -> None:
    entry = group()
    await set_up(hass, entry)
    result = await type_charger_id(hass, entry, "LEFT")

    result = await hass.config_entries.subentries.async_configure(
        result["flow_id"], charger_form(**changes)
    )

    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == errors
    assert result["description_placeholders"]["lowest_kilowatts"] == "4.14"

    result = await hass.config_entries.subentries.async_configure(result["flow_id"], charger_form())
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("wiring", "kilowatts", "amperes"), [("l1_l2_l3", 11.04, 16.0), ("l2", 3.68, 16.0)]
)
async def test_kilowatts_count_the_phases_that_are_wired(
    hass: HomeAssistant, wiring: str, kilowatts: float, amperes: float
) -> None:
    entry = group()
    await set_up(hass, entry)
    result = await type_charger_id(hass, entry, "LEFT")

    await hass.config_entries.subentries.async_configure(
        result["flow_id"],
        charger_form(wiring=wiring, unit=UNIT_KILOWATT, minimum=kilowatts / 2, maximum=kilowatts),
    )
    await hass.async_block_till_done()

    (settings,) = entry.runtime_data.chargers.values()
    assert settings.maximum == pytest.approx(amperes)
    assert settings.minimum == pytest.approx(amperes / 2)


async def test_kilowatts_between_two_milliamperes_keep_within_what_was_typed(
    hass: HomeAssistant,
) -> None:
    entry = group()
    await set_up(hass, entry)
    result = await type_charger_id(hass, entry, "LEFT")

    await hass.config_entries.subentries.async_configure(
        result["flow_id"], charger_form(unit=UNIT_KILOWATT, minimum=4.2, maximum=22)
    )
    await hass.async_block_till_done()

    (settings,) = entry.runtime_data.chargers.values()
    # 6.0870 A and 31.8841 A: no limit is below the one or above the other.
    assert (settings.minimum, settings.maximum) == (6.087, 31.884)
    (connector,) = entry.runtime_data.site.connectors.values()
    assert connector.fallback == 6.1


async def test_a_one_phase_group_has_chargers_on_that_phase_only(hass: HomeAssistant) -> None:
    entry = group(phases=1)
    await set_up(hass, entry)

    result = await type_charger_id(hass, entry, "LEFT")

    selector = result["data_schema"].schema[CONF_WIRING]
    assert selector.config["options"] == ["l1"]
    assert suggested(result, CONF_WIRING) == "l1"


async def test_a_charger_is_changed(hass: HomeAssistant) -> None:
    entry = group(charger("LEFT", "Left", supply_current=20.0))
    await set_up(hass, entry)
    left = subentry_id(entry, "LEFT")
    result = await entry.start_subentry_reconfigure_flow(hass, left)
    assert result["step_id"] == "reconfigure"
    assert suggested(result, CONF_NAME) == "Left"
    assert suggested(result, CONF_SUPPLY_CURRENT) == 20.0

    result = await hass.config_entries.subentries.async_configure(
        result["flow_id"], charger_form(maximum=3)
    )
    assert result["errors"] == {CONF_MAXIMUM: "maximum_range"}
    result = await hass.config_entries.subentries.async_configure(
        result["flow_id"], charger_form(name="Right", maximum=10)
    )
    await hass.async_block_till_done()

    assert result["reason"] == "reconfigure_successful"
    assert entry.subentries[left].title == "Right"
    assert entry.subentries[left].data[CONF_CHARGER_ID] == "LEFT"
    assert CONF_SUPPLY_CURRENT not in entry.subentries[left].data
    assert entry.runtime_data.chargers[left].maximum == 10.0


async def test_a_charger_of_a_group_that_is_down_is_changed_and_the_group_tried_again(
    hass: HomeAssistant, taken_port: int
) -> None:
    entry = group(charger("LEFT"), listen_port=taken_port)
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    left = subentry_id(entry, "LEFT")
    result = await entry.start_subentry_reconfigure_flow(hass, left)

    result = await hass.config_entries.subentries.async_configure(
        result["flow_id"], charger_form(maximum=10)
    )

    assert result["reason"] == "reconfigure_successful"
    assert entry.subentries[left].data[CONF_MAXIMUM] == 10


@pytest.mark.parametrize(
    ("rotation", "wiring"),
    [
        ({"1": "RST"}, "l1_l2_l3"),
        ({"0": "RTS"}, "l1_l3_l2"),
        ({"0": "RST", "1": "SRT"}, "l2_l1_l3"),
        ({"1": "STR"}, "l2_l3_l1"),
        ({"1": "TRS"}, "l3_l1_l2"),
        ({"1": "TSR"}, "l3_l2_l1"),
        ({"2": "RST"}, None),
        ({}, None),
    ],
)
def test_a_phase_rotation_is_read_as_a_wiring(rotation: dict[str, str], wiring: str | None) -> None:
    assert wiring_of(rotation) == wiring
