"""Simulated chargers of some models have the quirks of real ones."""

import asyncio
from dataclasses import replace

import pytest

from custom_components.ev_load_manager import clock
from simulation.charger import models
from simulation.charger.car import ONE_PHASE, Car
from simulation.charger.grid import NOTHING
from tests.simulation.central import Central
from tests.simulation.conftest import MakeCharger

from .test_charger import charging, limit


async def test_a_stubborn_one_accepts_and_ignores(central: Central, connected: MakeCharger) -> None:
    charger = await connected(models.STUBBORN)
    car = await charging(charger)
    assert await central.tell("SetChargingProfile", limit(0)) == {"status": "Accepted"}
    await asyncio.sleep(clock.real(15))
    assert car.current == 16


async def test_one_takes_stack_level_zero_only_whatever_it_reports(
    central: Central, connected: MakeCharger
) -> None:
    await connected(models.STACK_ZERO)
    assert await central.tell("SetChargingProfile", limit(8, stack=3)) == {"status": "Rejected"}
    assert await central.tell("SetChargingProfile", limit(8, stack=0)) == {"status": "Accepted"}


async def test_one_is_limited_by_a_key(central: Central, connected: MakeCharger) -> None:
    charger = await connected(models.KEY_CONTROLLED)
    car = await charging(charger)
    assert await central.tell("SetChargingProfile", limit(8)) == {"status": "NotSupported"}
    await central.tell("ChangeConfiguration", {"key": "MaxAvailableCurrent", "value": "9000"})
    await charger.until(lambda: car.current == 9)
    assert charger.configuration.writes == 1


async def test_one_takes_watts_by_the_phases_that_its_car_uses(
    central: Central, connected: MakeCharger
) -> None:
    charger = await connected(models.WATTS_ONLY)
    assert await central.tell("SetChargingProfile", limit(8)) == {"status": "Rejected"}
    await central.tell("SetChargingProfile", limit(2300, unit="W"))
    car = charger.plug_in(1, Car(ONE_PHASE))
    await charger.until(lambda: car.current == pytest.approx(10))


async def test_one_applies_a_default_profile_to_the_next_session_only(
    central: Central, connected: MakeCharger
) -> None:
    charger = await connected(replace(models.GENERIC, default_acts_on_running_session=False))
    await charging(charger)
    await central.tell("SetChargingProfile", limit(8))
    await asyncio.sleep(clock.real(2))
    assert charger.connectors[1].offered > 16
    charger.unplug(1)
    charger.plug_in(1)
    await charger.until(lambda: charger.connectors[1].offered == 8)


async def test_one_reboots_when_measurands_that_it_lacks_are_read_back(
    central: Central, connected: MakeCharger
) -> None:
    await connected(models.ABB_TERRA_AC)
    key = {"key": "MeterValuesSampledData", "value": "Current.Import,Power.Factor"}
    assert await central.tell("ChangeConfiguration", key) == {"status": "Accepted"}
    await central.tell("GetConfiguration", {"key": ["NumberOfConnectors"]})
    assert len(central.called("BootNotification")) == 1
    await central.tell("GetConfiguration", {"key": ["MeterValuesSampledData"]})
    await central.until(lambda: len(central.called("BootNotification")) == 2)


async def test_one_talks_before_it_is_accepted_and_counts_its_messages(
    central: Central, connected: MakeCharger
) -> None:
    charger = await connected(models.PECULIAR)
    assert [name for name, _ in central.calls[:3]] == [
        "StatusNotification",
        "StatusNotification",
        "BootNotification",
    ]
    assert '"1"' in charger.link.transcript[0].text
    firmware = {"requestedMessage": "FirmwareStatusNotification"}
    await central.tell("TriggerMessage", firmware)
    await central.until(lambda: central.called("FirmwareInfoNotification"))


async def test_one_stays_charging_at_zero_and_raises_small_limits(
    central: Central, connected: MakeCharger
) -> None:
    charger = await connected(models.PECULIAR)
    await charging(charger)
    await central.tell("SetChargingProfile", limit(0))
    await charger.until(lambda: charger.currents == NOTHING)
    assert charger.connectors[1].status == "Charging"
    await central.tell("SetChargingProfile", limit(3))
    await charger.until(lambda: charger.connectors[1].offered == 6)


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (
            models.GENERIC,
            {"Current.Import L1": ("16.00", "A"), "Power.Active.Import L1": ("3680", "W")},
        ),
        (models.PECULIAR, {"Current.Import L1": (" 16.00 ", None)}),
        (models.ZAPTEC_GO, {"Current.Import L1-N": ("16.00", "A")}),
        (
            models.KILO,
            {
                "Current.Import L1": ("16000", "mA"),
                "Power.Active.Import L1": ("3.680", "kW"),
            },
        ),
        (models.SECRETIVE, {}),
    ],
    ids=lambda value: getattr(value, "model", ""),
)
async def test_values_come_in_the_form_of_the_model(
    central: Central,
    connected: MakeCharger,
    model: models.ChargerModel,
    expected: dict[str, tuple[str, str | None]],
) -> None:
    wanted = {"Current.Import", "Power.Active.Import", "Energy.Active.Import.Register"}
    sampled = ",".join(sorted(wanted & model.measurands))
    charger = await connected(replace(model, sampled=sampled))
    await charging(charger)
    charger.reports.meter_values(1, context="Sample.Periodic")
    await central.until(lambda: central.called("MeterValues"))
    values = {
        f"{value['measurand']} {value.get('phase', '')}".strip(): (
            value["value"],
            value.get("unit"),
        )
        for value in central.called("MeterValues")[0]["meterValue"][0]["sampledValue"]
    }
    assert "Energy.Active.Import.Register" in values
    assert values.items() >= expected.items()
    assert (len(values) == 1) == (model is models.SECRETIVE)


async def test_one_knows_no_trigger_messages(central: Central, connected: MakeCharger) -> None:
    await connected(models.KILO)
    trigger = {"requestedMessage": "MeterValues"}
    assert (await central.ask("TriggerMessage", trigger))[2] == "NotImplemented"


async def test_one_says_yes_to_every_key_and_follows_none(
    central: Central, connected: MakeCharger
) -> None:
    charger = await connected(models.YES_MAN)
    key = {"key": "MeterValueSampleInterval", "value": "7"}
    assert await central.tell("ChangeConfiguration", key) == {"status": "Accepted"}
    assert charger.configuration["MeterValueSampleInterval"] == "60"
    assert (await central.ask("SetChargingProfile", limit(8)))[2] == "NotImplemented"


async def test_one_switches_to_one_phase_as_its_profile_says(
    central: Central, connected: MakeCharger
) -> None:
    charger = await connected(models.GO_E)
    await charging(charger)
    one_phase = [{"startPeriod": 0, "limit": 10.0, "numberPhases": 1}]
    await central.tell("SetChargingProfile", limit(10, chargingSchedulePeriod=one_phase))
    await charger.until(lambda: charger.currents == (10.0, 0.0, 0.0))


@pytest.mark.parametrize("model", models.MODELS.values(), ids=list(models.MODELS))
async def test_every_model_connects_and_tells_its_keys(
    central: Central, connected: MakeCharger, model: models.ChargerModel
) -> None:
    charger = await connected(model)
    answer = await central.tell("GetConfiguration", {})
    names = {key["key"] for key in answer["configurationKey"]}
    assert "NumberOfConnectors" in names
    assert "AuthorizationKey" not in names
    assert charger.violations == []
