"""Who does not know how a charger is wired says so, and it counts on all phases until that is found."""

from typing import Any

import pytest

from custom_components.ev_load_manager.config.settings import ChargerSettings
from custom_components.ev_load_manager.const import CONF_FIND_WIRING, CONF_WIRING
from custom_components.ev_load_manager.csms.charge_point.draw import Draw
from custom_components.ev_load_manager.group.ocpp_charger import sample_of
from custom_components.ev_load_manager.group.wiring_finder import WiringFinder
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.groups import (
    charger,
    charger_form,
    client,
    fields_of,
    group,
    name_charger,
    open_charger,
    set_up,
    start_session,
    subentry_id,
    suggested,
)

pytestmark = pytest.mark.usefixtures("socket_enabled")

METER = {
    "type": "sensors",
    **{f"current_l{phase}": {"entity_id": f"sensor.l{phase}"} for phase in (1, 2, 3)},
}


def options(result: Any) -> list[str]:
    """The wirings that a form offers."""
    found: list[str] = fields_of(result)[CONF_WIRING].config["options"]
    return found


async def test_a_wiring_can_be_left_to_be_found(hass: HomeAssistant) -> None:
    entry = group(meter=METER)
    await set_up(hass, entry)
    result = await name_charger(hass, entry, "LEFT")
    assert options(result)[-1] == "find"
    assert suggested(result, CONF_WIRING) == "l1_l2_l3"

    flows = hass.config_entries.subentries
    result = await flows.async_configure(result["flow_id"], charger_form(wiring="find"))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()

    data = entry.subentries[subentry_id(entry, "LEFT")].data
    # An older version takes it for one on all phases.
    assert (data[CONF_WIRING], data[CONF_FIND_WIRING]) == ("l1_l2_l3", True)
    (connector,) = entry.runtime_data.site.connectors.values()
    assert not connector.wiring_known
    assert len(connector.wired_phases) == 3

    # Who learns it says so.
    result = await open_charger(hass, entry, "LEFT")
    assert suggested(result, CONF_WIRING) == "find"
    await flows.async_configure(result["flow_id"], charger_form(wiring="l2_l3_l1"))
    await hass.async_block_till_done()
    data = entry.subentries[subentry_id(entry, "LEFT")].data
    assert data[CONF_WIRING] == "l2_l3_l1"
    assert CONF_FIND_WIRING not in data


@pytest.mark.parametrize("settings", [{}, {"meter": METER, "phases": 1}])
async def test_it_is_not_offered_where_nothing_could_find_it(
    hass: HomeAssistant, settings: dict[str, Any]
) -> None:
    entry = group(**settings)
    await set_up(hass, entry)

    result = await name_charger(hass, entry, "LEFT")

    assert "find" not in options(result)


@pytest.mark.parametrize(
    ("told", "known"),
    [
        ((16.0, 0.0, 0.0), None),
        ((16.0, 16.0, 0.0), None),
        # In whatever order: so much surely flows on each.
        ((16.0, 15.8, 15.5), (15.5, 15.5, 15.5)),
        ((0.0, 0.0, 0.0), None),
    ],
)
def test_what_a_charger_tells_says_nothing_of_a_phase_of_the_grid(
    told: tuple[float, float, float], known: tuple[float, float, float] | None
) -> None:
    sample = sample_of(Draw(at=1.0, currents=told, highest=max(told)), ())

    assert sample is not None
    assert sample.currents == known
    assert sample.highest == max(told)


def test_a_removed_charger_keeps_that_its_wiring_is_not_known() -> None:
    data = {**charger("A")["data"], CONF_FIND_WIRING: True}
    settings = ChargerSettings.from_data("", "A", data, voltage=230)

    kept = ChargerSettings.from_data("", "A", settings.to_data(), voltage=230)

    assert not settings.wiring_known
    assert not kept.wiring_known


async def test_a_search_that_fails_to_begin_keeps_nobody_from_their_limit(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def fails(*_: object, **__: object) -> None:
        tried.append(1)
        raise LookupError("a fault of ours")

    monkeypatch.setattr(WiringFinder, "start", fails)
    entry = group(charger("LEFT", **{CONF_FIND_WIRING: True}))
    await set_up(hass, entry)
    manager = entry.runtime_data
    async with client(entry, "LEFT") as wire:
        await wire.boot()
        await start_session(wire)
        for maximum in (10.0, 12.0):
            await manager.live.change(maximum_current=maximum)
            limit = 0.0
            while limit < 6.0:
                sent = await wire.next_call("SetChargingProfile")
                schedule = sent["csChargingProfiles"]["chargingSchedule"]
                limit = schedule["chargingSchedulePeriod"][0]["limit"]
    assert len(tried) == 1
