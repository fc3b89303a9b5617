"""A charger finds its way into a group: by its id, by waiting for it, or from a repair."""

import asyncio
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager import repairs
from custom_components.ev_load_manager.const import (
    CONF_CHARGER_ID,
    CONF_CONNECTORS,
    CONF_MAXIMUM,
    CONF_WIRING,
    DOMAIN,
    SUBENTRY_CHARGER,
)
from custom_components.ev_load_manager.flows.charger_flow import wiring_of
from custom_components.ev_load_manager.group import pending_chargers
from custom_components.ev_load_manager.issues.tracker import tag_of
from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.config_entries import SOURCE_USER, ConfigEntryState, FlowType
from homeassistant.const import CONF_NAME
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.data_entry_flow import EVENT_DATA_ENTRY_FLOW_PROGRESSED, FlowResultType
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from tests.csms.client import SILENCE
from tests.groups import (
    LOCALHOST,
    charger,
    charger_form,
    client,
    group,
    group_form,
    name_charger,
    set_up,
    subentry_id,
    suggested,
    until_step,
)

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def open_flow(hass: HomeAssistant, entry: MockConfigEntry) -> Any:
    """Begin to add a charger, without knowing which."""
    return await hass.config_entries.subentries.async_init(
        (entry.entry_id, SUBENTRY_CHARGER), context={"source": SOURCE_USER}
    )


async def choose(hass: HomeAssistant, result: Any, way: str) -> Any:
    """Choose from the menu."""
    return await hass.config_entries.subentries.async_configure(
        result["flow_id"], {"next_step_id": way}
    )


async def answer(hass: HomeAssistant, result: Any, charger_id: str) -> Any:
    """Say which charger it is."""
    return await hass.config_entries.subentries.async_configure(
        result["flow_id"], {CONF_CHARGER_ID: charger_id}
    )


async def until_progressed(hass: HomeAssistant, result: Any) -> Any:
    """Wait until a flow goes on by itself; what it shows then."""
    progressed = asyncio.Event()

    @callback
    def look(event: Event) -> None:
        if event.data["flow_id"] == result["flow_id"]:
            progressed.set()

    end = hass.bus.async_listen(EVENT_DATA_ENTRY_FLOW_PROGRESSED, look)
    while True:
        shown = await hass.config_entries.subentries.async_configure(result["flow_id"])
        if shown["type"] is not FlowResultType.SHOW_PROGRESS:
            end()
            return shown
        await progressed.wait()


async def test_a_charger_that_never_connected_is_added_by_its_id(hass: HomeAssistant) -> None:
    entry = group()
    await set_up(hass, entry)
    result = await name_charger(hass, entry, " LEFT ")
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

    result = await open_flow(hass, entry)
    assert result["description_placeholders"]["url"] == "ws://127.0.0.1:0/ID"

    result = await answer(hass, await choose(hass, result, "charger_id"), "Left 1")
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
    await open_flow(hass, entry)  # loads what the integration needs first
    hass.config.api = local_ip and SimpleNamespace(local_ip=local_ip)  # type: ignore[assignment]

    result = await open_flow(hass, entry)

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

        result = await choose(hass, await open_flow(hass, entry), "pick")

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
            result = await choose(hass, await open_flow(hass, entry), "pick")
            options = result["data_schema"].schema[CONF_CHARGER_ID].config["options"]
            assert options == [
                {"value": "NEW", "label": "NEW · Vendor Model · ACE0001 · 127.0.0.1"}
            ]
        assert not elsewhere.runtime_data.access.pending


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

        result = await name_charger(hass, entry, "NEW")

    assert suggested(result, CONF_NAME) == "Alfen BV NG920"
    assert suggested(result, CONF_WIRING) == "l2_l3_l1"
    assert suggested(result, CONF_CONNECTORS) == 2
    assert result["description_placeholders"]["rotation"] == "L2-L3-L1"


@pytest.mark.parametrize(("fuse", "maximum"), [(40.0, 32.0), (25.0, 25.0)])
async def test_the_maximum_is_suggested_by_what_the_model_can(
    hass: HomeAssistant, fuse: float, maximum: float
) -> None:
    entry = group(rated_current=fuse)
    await set_up(hass, entry)
    async with client(entry, "NEW") as socket:
        await socket.boot(chargePointVendor="Garo", chargePointModel="Entity Pro")

        result = await name_charger(hass, entry, "NEW")

    assert suggested(result, CONF_MAXIMUM) == maximum


async def test_a_charger_that_does_not_tell_its_wiring_can_be_added(hass: HomeAssistant) -> None:
    entry = group()
    await set_up(hass, entry)
    async with client(entry, "NEW") as socket:
        socket.answers["GetConfiguration"] = SILENCE
        await socket.boot()
        with patch("custom_components.ev_load_manager.group.pending_chargers.ASK_TIMEOUT", 0.1):
            result = await name_charger(hass, entry, "NEW")

    assert result["step_id"] == "charger"
    assert suggested(result, CONF_WIRING) == "l1_l2_l3"
    assert result["description_placeholders"]["rotation"] == "–"


async def test_a_charger_that_never_said_its_make_is_suggested_by_its_id(
    hass: HomeAssistant,
) -> None:
    entry = group()
    await set_up(hass, entry)
    async with client(entry, "NEW"):
        result = await name_charger(hass, entry, "NEW")
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
    while entry.runtime_data.access.pending["NEW"].connected:
        await asyncio.sleep(0)

    result = await name_charger(hass, entry, "NEW")

    assert suggested(result, CONF_NAME) == "Vendor Model"


async def test_chargers_can_be_added_to_a_group_that_is_down(hass: HomeAssistant) -> None:
    entry = group()
    entry.add_to_hass(hass)

    result = await open_flow(hass, entry)
    assert result["step_id"] == "charger_id"
    result = await answer(hass, result, "LEFT")
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

    result = await name_charger(hass, entry, charger_id)

    assert result["step_id"] == "charger_id"
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

    result = await name_charger(hass, entry, "SAME")

    assert result["step_id"] == "charger"


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


# Waiting for one


async def test_a_charger_is_shown_as_soon_as_it_has_connected(hass: HomeAssistant) -> None:
    entry = group()
    await set_up(hass, entry)
    result = await open_flow(hass, entry)
    assert result["menu_options"] == ["wait", "charger_id"]
    result = await choose(hass, result, "wait")
    assert result["type"] is FlowResultType.SHOW_PROGRESS
    assert result["description_placeholders"]["url"] == "ws://127.0.0.1:0/ID"

    async with client(entry, "NEW") as socket:
        await socket.boot(chargePointVendor="Alfen BV", chargePointModel="NG910")
        result = await until_progressed(hass, result)

        # Where only one waits nobody has to pick it.
        assert result["step_id"] == "charger"
        assert result["description_placeholders"]["charger_id"] == "NEW"
        assert result["description_placeholders"]["model"].endswith(" · 127.0.0.1")


async def test_a_charger_that_was_there_before_is_picked_and_another_is_waited_for(
    hass: HomeAssistant,
) -> None:
    entry = group()
    await set_up(hass, entry)
    async with client(entry, "OLD") as old:
        await old.boot()
        result = await open_flow(hass, entry)
        assert result["menu_options"] == ["pick", "wait", "charger_id"]
        result = await choose(hass, result, "wait")

        async with client(entry, "NEW") as new:
            await old.boot()
            await new.boot()
            result = await until_progressed(hass, result)

            assert suggested(result, CONF_CHARGER_ID) == "NEW"


async def test_a_charger_that_is_restarted_is_news(hass: HomeAssistant) -> None:
    entry = group()
    await set_up(hass, entry)
    async with client(entry, "OLD") as socket:
        await socket.boot()
        result = await choose(hass, await open_flow(hass, entry), "wait")
    async with client(entry, "OLD") as socket:
        await socket.boot()

        result = await until_progressed(hass, result)

        assert result["step_id"] == "charger"


async def test_a_charger_that_does_not_say_what_it_is_is_shown_all_the_same(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pending_chargers, "NAMED_WITHIN", 0.05)
    entry = group()
    await set_up(hass, entry)
    result = await choose(hass, await open_flow(hass, entry), "wait")

    async with client(entry, "MUTE"):
        result = await until_progressed(hass, result)

    assert result["step_id"] == "charger"


async def test_who_waits_in_vain_is_told_what_to_look_at(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pending_chargers, "ARRIVES_WITHIN", 0.05)
    entry = group()
    await set_up(hass, entry)
    result = await choose(hass, await open_flow(hass, entry), "wait")

    result = await until_progressed(hass, result)

    assert result["type"] is FlowResultType.MENU
    assert result["step_id"] == "nobody"
    assert result["menu_options"] == ["wait", "charger_id"]


async def test_who_was_there_while_another_was_waited_for_in_vain_can_be_picked(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pending_chargers, "ARRIVES_WITHIN", 0.05)
    entry = group(title="Yard *<b>1</b>*")
    await set_up(hass, entry)
    async with client(entry, "OLD") as old:
        await old.boot()
        result = await choose(hass, await open_flow(hass, entry), "wait")

        result = await until_progressed(hass, result)

        assert result["step_id"] == "nobody"
        assert result["menu_options"] == ["pick", "wait", "charger_id"]
        # The group is called what it is called, whatever Markdown makes of that.
        assert "<b>" not in result["description_placeholders"]["group"]


@pytest.mark.parametrize("first", ["user", "nobody"])
async def test_who_comes_while_one_reads_what_there_is_to_choose_has_come(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    entry = group()
    await set_up(hass, entry)
    result = await open_flow(hass, entry)
    if first == "nobody":
        with monkeypatch.context() as hasty:
            hasty.setattr(pending_chargers, "ARRIVES_WITHIN", 0.05)
            result = await choose(hass, result, "wait")
            result = await until_progressed(hass, result)
    assert result["step_id"] == first
    async with client(entry, "NEW") as socket:
        await socket.boot()

        result = await choose(hass, result, "wait")
        result = await until_progressed(hass, result)

        assert result["step_id"] == "charger"


async def test_a_charger_that_was_forgotten_meanwhile_can_be_waited_for(
    hass: HomeAssistant,
) -> None:
    entry = group()
    await set_up(hass, entry)
    async with client(entry, "NEW") as socket:
        await socket.boot()
        result = await open_flow(hass, entry)
        entry.runtime_data.access.pending.clear()

        result = await choose(hass, result, "pick")

        assert result["step_id"] == "user"


# From a group, and from a repair


async def test_a_new_group_leads_on_to_its_first_charger(
    hass: HomeAssistant, unused_tcp_port: int
) -> None:
    flow = hass.config_entries.flow
    result = await flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    result = await flow.async_configure(result["flow_id"], group_form(unused_tcp_port))
    result = await flow.async_configure(result["flow_id"], {"next_step_id": "meter_none"})

    assert result["type"] is FlowResultType.CREATE_ENTRY
    kind, flow_id = result["next_flow"]
    assert kind is FlowType.CONFIG_SUBENTRIES_FLOW
    charger_flow = hass.config_entries.subentries.async_get(flow_id)
    assert charger_flow["handler"] == (result["result"].entry_id, SUBENTRY_CHARGER)
    # There is nothing to choose from yet: it waits, and says where a charger has to connect to.
    assert charger_flow["step_id"] == "wait"


async def test_a_new_group_on_a_port_where_a_charger_waits_offers_it(
    hass: HomeAssistant, unused_tcp_port: int
) -> None:
    yard = group(listen_port=unused_tcp_port, name="Yard")
    await set_up(hass, yard)
    flow = hass.config_entries.flow
    async with client(yard, "NEW") as socket:
        await socket.boot()
        result = await flow.async_init(DOMAIN, context={"source": SOURCE_USER})
        result = await flow.async_configure(result["flow_id"], group_form(unused_tcp_port))
        result = await flow.async_configure(result["flow_id"], {"next_step_id": "meter_none"})

    _, flow_id = result["next_flow"]
    assert hass.config_entries.subentries.async_get(flow_id)["step_id"] == "user"


async def test_a_group_that_can_not_start_leads_nowhere(
    hass: HomeAssistant, unused_tcp_port: int
) -> None:
    flow = hass.config_entries.flow
    result = await flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    result = await flow.async_configure(result["flow_id"], group_form(unused_tcp_port))
    taken = await asyncio.get_running_loop().create_server(
        asyncio.Protocol, LOCALHOST, unused_tcp_port
    )

    result = await flow.async_configure(result["flow_id"], {"next_step_id": "meter_none"})

    assert result["result"].state is ConfigEntryState.SETUP_RETRY
    assert "next_flow" not in result
    taken.close()
    await taken.wait_closed()


def unknown_issue(hass: HomeAssistant, charger_id: str) -> ir.IssueEntry | None:
    """What is told of a charger on port 0 that nobody has added."""
    return ir.async_get(hass).async_get_issue(DOMAIN, f"unknown_charger_0_{tag_of(charger_id)}")


async def test_a_charger_that_nobody_added_is_told_and_the_repair_adds_it(
    hass: HomeAssistant, hurry: None
) -> None:
    assert await async_setup_component(hass, REPAIRS, {})
    entry = group()
    await set_up(hass, entry)
    async with client(entry, "NEW") as socket:
        await socket.boot(chargePointVendor="Alfen BV", chargePointSerialNumber="ACE1")
        await until_step(entry, lambda: unknown_issue(hass, "NEW") is not None)
        told = unknown_issue(hass, "NEW")
        assert told.translation_placeholders == {
            "id": "NEW",
            "charger_id": "NEW",
            "model": "Alfen BV Model",
            "serial": "ACE1",
            "address": r"127\.0\.0\.1",
        }

        flows = hass.data[REPAIRS]["flow_manager"]
        result = await flows.async_init(DOMAIN, context={"issue_id": told.issue_id})
        assert result["step_id"] == "confirm"
        result = await flows.async_configure(result["flow_id"], {})
        kind, flow_id = result["next_flow"]
        assert kind == FlowType.CONFIG_SUBENTRIES_FLOW
        assert unknown_issue(hass, "NEW") is not None

        form = hass.config_entries.subentries.async_get(flow_id)
        assert form["step_id"] == "charger"
        form = await hass.config_entries.subentries.async_configure(flow_id, charger_form())
        await until_step(entry, lambda: unknown_issue(hass, "NEW") is None)

    assert entry.runtime_data.access.point("NEW")


async def test_the_repair_asks_for_the_group_where_several_share_the_port(
    hass: HomeAssistant, hurry: None
) -> None:
    assert await async_setup_component(hass, REPAIRS, {})
    garage, yard = group(), group(name="Yard")
    for entry in (garage, yard):
        await set_up(hass, entry)
    async with client(garage, "NEW") as socket:
        await socket.boot()
        await until_step(garage, lambda: unknown_issue(hass, "NEW") is not None)
        flows = hass.data[REPAIRS]["flow_manager"]
        issue_id = unknown_issue(hass, "NEW").issue_id
        result = await flows.async_init(DOMAIN, context={"issue_id": issue_id})
        assert result["step_id"] == "group"

        result = await flows.async_configure(result["flow_id"], {"entry_id": yard.entry_id})

        form = hass.config_entries.subentries.async_get(result["next_flow"][1])
        assert form["handler"][0] == yard.entry_id

        # The group that told of it goes; the other one tells on.
        await hass.config_entries.async_unload(garage.entry_id)
        assert unknown_issue(hass, "NEW") is None
        await until_step(yard, lambda: unknown_issue(hass, "NEW") is not None)
        await hass.config_entries.async_unload(yard.entry_id)
    assert unknown_issue(hass, "NEW") is None


async def test_a_repair_without_a_running_group_says_so(hass: HomeAssistant) -> None:
    flow = repairs.UnknownChargerFlow()
    flow.hass = hass
    flow.data = {"charger_id": "NEW", "listen_host": LOCALHOST, "listen_port": 9000}

    result = await flow.async_step_init()

    assert result["reason"] == "no_group"
