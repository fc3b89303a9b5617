"""MeterValues in every spelling that firmware has been seen to use."""

import pytest

from custom_components.ev_load_manager.csms.charge_point.connector import Values
from custom_components.ev_load_manager.csms.v16 import meter_values
from tests.csms.conftest import sample


def values(*sampled: dict[str, object]) -> Values:
    """What one MeterValue with these samples says."""
    [read] = meter_values.read(
        [{"timestamp": "2026-01-01T00:00:00Z", "sampledValue": list(sampled)}]
    )
    return read.values


@pytest.mark.parametrize("phase", ["L{}", "L{}-N", "l{}", " L{} "])
def test_phases_are_labelled_with_and_without_the_neutral(phase: str) -> None:
    found = values(
        *(sample(str(n * 1.5), "Current.Import", phase=phase.format(n)) for n in (1, 2, 3))
    )
    assert found.currents == (1.5, 3.0, 4.5)
    assert found.current is None


def test_the_phase_may_be_a_part_of_the_measurand() -> None:
    found = values(sample("7", "Current.Import.L2"), sample("230", "Voltage.L1-N"))
    assert found.currents == (None, 7.0, None)
    assert found.voltages == (230.0, None, None)


def test_a_current_without_a_phase_is_not_put_on_one() -> None:
    found = values(sample("16.0", "Current.Import", unit="A"))
    assert found.current == 16.0
    assert found.currents == (None, None, None)


@pytest.mark.parametrize(
    ("value", "unit", "current"),
    [
        ("16000", "mA", 16.0),
        ("16", "A", 16.0),
        ("16", "", 16.0),
        (16, "A", 16.0),
        (" 16.5 ", " A ", 16.5),
        ("16,5", "a", 16.5),
        ("-16", "A", 16.0),
    ],
)
def test_currents_are_amperes(value: object, unit: str, current: float) -> None:
    more = {"unit": unit} if unit else {}
    assert values(sample(value, "Current.Import", **more)).current == current


@pytest.mark.parametrize(
    ("value", "unit", "power"),
    [("7.4", "kW", 7400.0), ("7400", "W", 7400.0), ("7400", "", 7400.0)],
)
def test_powers_are_watts(value: str, unit: str, power: float) -> None:
    more = {"unit": unit} if unit else {}
    assert values(sample(value, "Power.Active.Import", **more)).power == power


@pytest.mark.parametrize(
    ("value", "more", "energy"),
    [
        ("1234", {}, 1234.0),
        ("1234", {"unit": "Wh"}, 1234.0),
        ("1.234", {"unit": "kWh"}, 1234.0),
        ("1234", {"measurand": "Energy.Active.Import.Register"}, 1234.0),
    ],
)
def test_a_register_without_a_name_or_unit_is_energy_in_watt_hours(
    value: str, more: dict[str, str], energy: float
) -> None:
    assert values({"value": value, **more}).energy == energy


def test_the_sum_of_phases_stands_in_for_a_missing_total() -> None:
    found = values(
        *(sample("1000", "Power.Active.Import", phase=f"L{n}") for n in (1, 2)),
        *(sample("5", "Energy.Active.Import.Register", unit="kWh", phase=f"L{n}") for n in (1, 2)),
    )
    assert found.power == 2000.0
    assert found.powers == (1000.0, 1000.0, None)
    assert found.energy == 10_000.0


def test_a_total_wins_over_the_sum_of_phases() -> None:
    found = values(
        sample("1000", "Power.Active.Import", phase="L1"), sample("3100", "Power.Active.Import")
    )
    assert found.power == 3100.0


@pytest.mark.parametrize(
    "context",
    [
        "Interruption.Begin",
        "Interruption.End",
        "Other",
        "Sample.Clock",
        "Sample.Periodic",
        "Transaction.Begin",
        "Transaction.End",
        "Trigger",
    ],
)
def test_a_value_counts_whatever_it_was_sent_for(context: str) -> None:
    # Some firmware averages over the interval and says so nowhere.
    found = values(
        sample("11.7", "Current.Import", phase="L1", context=context),
        sample("2691", "Power.Active.Import", context=context),
        sample("5000", "Energy.Active.Import.Register", context=context),
    )
    assert found.currents == (11.7, None, None)
    assert (found.power, found.energy) == (2691.0, 5000.0)


def test_the_neutral_and_line_voltages_are_nobodys_phase() -> None:
    found = values(
        sample("9", "Current.Import", phase="N"),
        sample("400", "Voltage", phase="L1-L2"),
        sample("231", "Voltage", phase="L1-N"),
    )
    assert found.currents == (None, None, None)
    assert found.neutral == 9.0
    assert found.voltages == (231.0, None, None)


@pytest.mark.parametrize("late", ["Sample.Periodic", "Transaction.End", "Trigger", ""])
@pytest.mark.parametrize("early", ["Transaction.Begin", "Interruption.Begin", "Interruption.End"])
@pytest.mark.parametrize("in_order", [True, False])
def test_of_two_contexts_the_later_one_counts(early: str, late: str, in_order: bool) -> None:
    told = [
        sample("0", "Current.Import", phase="L1", context=early),
        sample("16", "Current.Import", phase="L1", context=late),
        sample("1000", context=early),
        sample("2000", context=late),
    ]
    found = values(*(told if in_order else reversed(told)))
    assert found.currents == (16.0, None, None)
    assert found.energy == 2000.0


def test_what_the_car_measures_is_not_what_the_outlet_gives() -> None:
    found = values(
        sample("300", "Current.Import", location="EV"),
        sample("15", "Current.Import", location="Inlet"),
        sample("14", "Current.Import", location="Outlet"),
        sample("16", "Current.Import", location="Cable"),
        sample("55", "SoC", location="EV", unit="Percent"),
    )
    assert found.current == 14.0
    assert found.state_of_charge == 55.0


def test_signed_data_and_values_that_are_no_numbers_are_left_out() -> None:
    found = values(
        sample("deadbeef", "Current.Import"),
        sample("17", "Current.Import", format="SignedData"),
        sample("NaN", "Voltage"),
        sample(True, "Power.Active.Import"),
        sample("300", "Temperature", unit="K"),
    )
    assert found == Values(at=0.0)


def test_other_measurands_are_kept_by_their_names() -> None:
    found = values(
        sample("6", "Current.Offered"),
        sample("1.38", "Power.Offered", unit="kW"),
        sample("31.5", "Temperature", unit="Celsius"),
        sample("229", "Voltage"),
    )
    assert (found.offered, found.power_offered) == (6.0, 1380.0)
    assert (found.temperature, found.voltage) == (31.5, 229.0)
    assert not found.has_electricity
