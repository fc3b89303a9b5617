"""The page says who else limits a charger, and how low, in each language."""

import json
from pathlib import Path
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.page.snapshot import snapshot
from homeassistant.core import HomeAssistant
from tests.csms.v201.station import Station
from tests.groups import entity_of, subentry_id, until_state

pytestmark = pytest.mark.usefixtures("socket_enabled")

CARD = "04A1B2C3"
TEXTS = Path(__file__).parents[2] / "frontend" / "src" / "translations"


def outlet(entry: MockConfigEntry) -> dict[str, Any]:
    """What the page shows of the outlet of A."""
    picture = snapshot(entry.runtime_data, url="ws://x", wall_clock=0.0)
    (found,) = [one for one in picture["chargers"] if one["id"] == "A"]
    shown: dict[str, Any] = found["connectors"][0]
    return shown


async def draws(station: Station, amperes: float) -> None:
    """Its car draws so much on each phase."""
    values = [
        {"value": amperes, "measurand": "Current.Import", "phase": phase}
        for phase in ("L1", "L2", "L3")
    ]
    await station.event("Updated", "MeterValuePeriodic", values=values)


@pytest.mark.parametrize("source", ["EMS", "SO", "Other", "cable"])
async def test_who_else_limits_an_outlet_is_on_the_page_until_it_is_over(
    hass: HomeAssistant, entry_of_one: MockConfigEntry, source: str
) -> None:
    entry = entry_of_one
    reason = entity_of(hass, "sensor", subentry_id(entry, "A"), 1, "reason")
    started: dict[str, Any] = {"cableMaxCurrent": 8} if source == "cable" else {}
    clock.set_factor(20)
    try:
        async with Station(entry.runtime_data, "A") as station:
            await station.boot()
            await station.event(
                "Started", "Authorized", state="Charging", evse=1, card=CARD, **started
            )
            if source != "cable":
                await station.tell(
                    "NotifyChargingLimit",
                    evseId=1,
                    chargingLimit={"chargingLimitSource": source},
                    chargingSchedule=[
                        {
                            "id": 1,
                            "chargingRateUnit": "A",
                            "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 8.0}],
                        }
                    ],
                )
            await draws(station, 6.0)
            await until_state(hass, reason, "limited_elsewhere")
            shown = outlet(entry)
            assert shown["reason"] == "limited_elsewhere"
            assert (shown["limited_to"], shown["limited_by"]) == (8.0, source)
            if source == "cable":
                await station.event("Ended", "EVDeparted")
            else:
                await station.tell("ClearedChargingLimit", evseId=1, chargingLimitSource=source)
            await until_state(hass, reason, lambda told: told.state != "limited_elsewhere")
            shown = outlet(entry)
            assert (shown["limited_to"], shown["limited_by"]) == (None, None)
    finally:
        clock.set_factor(1)


async def test_a_limit_of_others_of_which_nobody_knows_how_low_it_is_is_on_the_page(
    hass: HomeAssistant, entry_of_one: MockConfigEntry
) -> None:
    entry = entry_of_one
    reason = entity_of(hass, "sensor", subentry_id(entry, "A"), 1, "reason")
    async with Station(entry.runtime_data, "A") as station:
        station.answers["GetChargingProfiles"] = {"error": "NotImplemented"}
        await station.boot()
        await station.event("Started", "Authorized", state="Charging", evse=1, card=CARD)
        await station.tell("NotifyChargingLimit", chargingLimit={"chargingLimitSource": "SO"})
        await until_state(hass, reason, lambda told: told.attributes.get("limited_by") == "SO")
        assert hass.states.get(reason).attributes["limited_to"] is None
        shown = outlet(entry)
        assert shown["reason"] != "limited_elsewhere"
        assert (shown["limited_to"], shown["limited_by"]) == (None, "SO")

        await station.tell("ClearedChargingLimit", chargingLimitSource="SO")
        await until_state(hass, reason, lambda told: "limited_by" not in told.attributes)
        assert outlet(entry)["limited_by"] is None


@pytest.mark.parametrize("language", ["de", "en", "fi", "nb", "nl", "sv"])
def test_each_language_says_who_it_is_and_how_low(language: str) -> None:
    texts = json.loads((TEXTS / f"{language}.json").read_text("utf-8"))["reason"]
    others = ("cable", "cso", "ems", "so", "other")
    sentences = [texts[f"limited_elsewhere_by_{who}"] for who in others]
    assert all("{elsewhere}" in one for one in sentences)
    unknown = [texts[f"limited_unknown_by_{who}"] for who in ("ems", "so", "other")]
    assert not any("{" in one for one in unknown)
    assert len({*sentences, *unknown}) == 8
