"""A device is picked, and the sensors of its phases are found by what they are called."""

from collections.abc import Iterable

import pytest

from custom_components.ev_load_manager.meter.sensor_roles import DeviceSensor, find_sensors

UNITS = {"current": "A", "power": "W", "voltage": "V"}


def sensors(
    device: str, names: Iterable[str | tuple[str, str]], *, units: dict[str, str] | None = None
) -> list[DeviceSensor]:
    """A device's sensors: `current: Current phase 1`, or the same with an id of its own."""
    found = []
    for row in names:
        told, object_id = row if isinstance(row, tuple) else (row, "")
        device_class, _, name = told.partition(": ")
        slug = object_id or "_".join([device, *name.lower().replace("-", " ").split()])
        found.append(
            DeviceSensor(
                entity_id=f"sensor.{slug}",
                names=(name,),
                device_class=device_class or None,
                unit=(UNITS | (units or {})).get(device_class),
            )
        )
    return found


def each(text: str, phases: str = "123") -> list[str]:
    """The same for each phase."""
    return [text.replace("?", phase) for phase in phases]


def names(prefix: str, template: str, phases: str = "123") -> dict[str, str]:
    """Quantity to entity for every phase."""
    return {
        f"{prefix}_l{number}": f"sensor.{template.replace('?', phase)}"
        for number, phase in enumerate(phases, 1)
    }


HOMEWIZARD = sensors(
    "p1_meter",
    [
        *each("current: Current phase ?"),
        *each("power: Power phase ?"),
        *each("voltage: Voltage phase ?"),
        *each(": Voltage sags detected phase ?"),
        *each("apparent_power: Apparent power phase ?"),
        "power: Power",
        "power: Average demand",
        "power: Peak demand current month",
        "energy: Energy import",
    ],
)
DSMR = sensors(
    "electricity_meter",
    [
        *each("current: Current phase L?"),
        *each("power: Power consumption phase L?"),
        *each("power: Power production phase L?"),
        *each("voltage: Voltage phase L?"),
        *each("current: Fuse threshold on L?"),
        *each(": Voltage sags phase L?"),
        "power: Power consumption",
        "power: Power production",
        "power: Max power per phase",
        "current: Max current per phase",
    ],
    units={"power": "kW"},
)
DSMR_READER = sensors(
    "dsmr_reader",
    [
        *each("power: Current power usage L?"),
        *each("power: Current power return L?"),
        *each("voltage: Current voltage L?"),
        *each("current: Phase power current L?"),
        "power: Current power usage",
        "power: Current power return",
    ],
)
SLIMMELEZER = sensors(
    "slimmelezer",
    [
        *each("current: Current Phase ?"),
        *each("power: Power Consumed Phase ?"),
        *each("power: Power Produced Phase ?"),
        *each("voltage: Voltage Phase ?"),
        "power: Power Consumed",
        "power: Power Produced",
    ],
    units={"power": "kW"},
)
OLD_ESPHOME = sensors(
    "dsmr",
    [
        *each("power: Power Delivered Phase ?"),
        *each("power: Power Returned Phase ?"),
        *each("voltage: Voltage Phase ?"),
    ],
    units={"power": "kW"},
)
SHELLY_3EM = sensors(
    "shellyem3_a1",
    [
        *each("power: Channel ? power", "ABC"),
        *each("current: Channel ? current", "ABC"),
        *each("voltage: Channel ? voltage", "ABC"),
        *each("energy: Channel ? energy", "ABC"),
    ],
)
SHELLY_PRO_3EM = [
    DeviceSensor(
        entity_id=f"sensor.shellypro3em_phase_{phase.lower()}_{name.lower().replace(' ', '_')}",
        names=(name,),
        part=f"Shelly Pro 3EM Phase {phase}",
        device_class=kind,
        unit={"apparent_power": "VA", **UNITS}[kind],
    )
    for phase in "ABC"
    for name, kind in (
        ("Power", "power"),
        ("Current", "current"),
        ("Voltage", "voltage"),
        ("Apparent power", "apparent_power"),
    )
] + sensors("shellypro3em", ["power: Power", "current: Current", "current: Neutral current"])
TIBBER = sensors(
    "tibber_pulse",
    [
        *each("current: Current L?"),
        *each("voltage: Voltage phase?"),
        "power: Power",
        "power: Power production",
        "power: Average power",
        "power: Max power",
    ],
)
SMA = sensors(
    "sma",
    [
        *each("current: Current L?"),
        *each("voltage: Voltage L?"),
        *each("power: Power L?"),
        *each("current: Metering Current L?"),
        *each("voltage: Metering Voltage L?"),
        *each("power: Metering Active Power Feed L?"),
        *each("power: Metering Active Power Draw L?"),
        "power: Grid power",
        "power: PV power",
    ],
)
FRONIUS = sensors(
    "smart_meter_63a",
    [
        *each("current: Current phase ?"),
        *each("power: Real power phase ?"),
        *each("voltage: Voltage phase ?"),
        *each("power: Reactive power phase ?"),
        "voltage: Voltage phase 1-2",
        "voltage: Voltage phase 2-3",
        "voltage: Voltage phase 3-1",
        "power: Real power",
    ],
)
SOLAREDGE = sensors(
    "meter_1",
    [
        *each("current: Current phase ?", "ABC"),
        *each("power: Power phase ?", "ABC"),
        *each("voltage: Voltage phase ?-N", "ABC"),
        "voltage: Voltage phase A-B",
        "voltage: Voltage phase B-C",
        "voltage: Voltage phase C-A",
        "power: Power",
        "current: Current",
    ],
)


@pytest.mark.parametrize(
    ("device", "expected"),
    [
        pytest.param(
            HOMEWIZARD,
            names("current", "p1_meter_current_phase_?") | names("power", "p1_meter_power_phase_?"),
            id="HomeWizard P1",
        ),
        pytest.param(
            DSMR,
            names("current", "electricity_meter_current_phase_l?")
            | names("power", "electricity_meter_power_consumption_phase_l?")
            | names("power_export", "electricity_meter_power_production_phase_l?"),
            id="DSMR",
        ),
        pytest.param(
            DSMR_READER,
            names("current", "dsmr_reader_phase_power_current_l?")
            | names("power", "dsmr_reader_current_power_usage_l?")
            | names("power_export", "dsmr_reader_current_power_return_l?"),
            id="DSMR reader",
        ),
        pytest.param(
            SLIMMELEZER,
            names("current", "slimmelezer_current_phase_?")
            | names("power", "slimmelezer_power_consumed_phase_?")
            | names("power_export", "slimmelezer_power_produced_phase_?"),
            id="SlimmeLezer",
        ),
        pytest.param(
            OLD_ESPHOME,
            names("power", "dsmr_power_delivered_phase_?")
            | names("power_export", "dsmr_power_returned_phase_?")
            | names("voltage", "dsmr_voltage_phase_?"),
            id="ESPHome DSMR without currents",
        ),
        pytest.param(
            SHELLY_3EM,
            names("current", "shellyem3_a1_channel_?_current", "abc")
            | names("power", "shellyem3_a1_channel_?_power", "abc"),
            id="Shelly 3EM",
        ),
        pytest.param(
            SHELLY_PRO_3EM,
            names("current", "shellypro3em_phase_?_current", "abc")
            | names("power", "shellypro3em_phase_?_power", "abc"),
            id="Shelly Pro 3EM, whose phases are devices of their own",
        ),
        pytest.param(TIBBER, names("current", "tibber_pulse_current_l?"), id="Tibber Pulse"),
        pytest.param(
            SMA,
            names("current", "sma_metering_current_l?")
            | names("power", "sma_metering_active_power_draw_l?")
            | names("power_export", "sma_metering_active_power_feed_l?"),
            id="SMA inverter with a meter at the grid",
        ),
        pytest.param(
            FRONIUS,
            names("current", "smart_meter_63a_current_phase_?")
            | names("power", "smart_meter_63a_real_power_phase_?"),
            id="Fronius Smart Meter",
        ),
        pytest.param(
            SOLAREDGE,
            names("current", "meter_1_current_phase_?", "abc")
            | names("power", "meter_1_power_phase_?", "abc"),
            id="SolarEdge meter",
        ),
    ],
)
def test_the_phases_of_meters_that_people_have_are_found(
    device: list[DeviceSensor], expected: dict[str, str]
) -> None:
    assert find_sensors(device, 3) == expected
    assert find_sensors(reversed(device), 3) == expected


@pytest.mark.parametrize(
    ("current", "drawn", "given_back"),
    [
        ("Strom Phase ?", "Leistungsverbrauch Phase ?", "Leistungserzeugung Phase ?"),
        ("Strom L?", "Netzbezug L?", "Netzeinspeisung L?"),
        ("Stroom fase ?", "Vermogensverbruik fase L?", "Teruglevering fase L?"),
        ("Stroom fase ?", "Geleverd vermogen fase L?", "Teruggeleverd vermogen fase L?"),
        ("Ström fas ?", "Effektförbrukning fas L?", "Effektproduktion fas L?"),
        ("Strøm fase ?", "Strømforbruk fase L?", "Strømproduksjon fase L?"),
        ("Virta vaihe ?", "Tehonkulutus vaihe L?", "Tehontuotanto vaihe L?"),
        ("Intensité phase ?", "Consommation phase ?", "Injection phase ?"),
    ],
)
def test_names_are_read_in_the_languages_of_those_who_have_them(
    current: str, drawn: str, given_back: str
) -> None:
    device = [
        DeviceSensor(
            entity_id=f"sensor.{kind}_{phase}",
            names=(name.replace("?", str(phase)),),
            device_class=device_class,
            unit=UNITS[device_class],
        )
        for phase in (1, 2, 3)
        for kind, name, device_class in (
            ("i", current, "current"),
            ("drawn", drawn, "power"),
            ("back", given_back, "power"),
        )
    ]

    assert find_sensors(device, 3) == (
        names("current", "i_?") | names("power", "drawn_?") | names("power_export", "back_?")
    )


def test_a_template_that_says_nothing_but_its_unit_is_found_by_its_id() -> None:
    device = [
        DeviceSensor(entity_id=f"sensor.sdm630_l{phase}_{name}", unit=unit)
        for phase in (1, 2, 3)
        for name, unit in (("current", "A"), ("power", "W"), ("apparent_power", "VA"))
    ]

    assert find_sensors(device, 3) == (
        names("current", "sdm630_l?_current") | names("power", "sdm630_l?_power")
    )


def test_the_name_that_people_gave_counts_before_the_first_one() -> None:
    device = [
        DeviceSensor(
            entity_id=f"sensor.clamp_{number}",
            names=(f"Main L{phase}", f"Clamp {number}"),
            device_class="current",
            unit="A",
        )
        for number, phase in ((1, 3), (2, 1), (3, 2))
    ]

    found = find_sensors(device, 3)

    assert found == {
        "current_l1": "sensor.clamp_2",
        "current_l2": "sensor.clamp_3",
        "current_l3": "sensor.clamp_1",
    }


@pytest.mark.parametrize(
    "device",
    [
        pytest.param(sensors("m", each("current: Current L?", "12")), id="a phase is missing"),
        pytest.param(sensors("m", each("current: Current ?")), id="a number is no phase"),
        pytest.param(
            sensors("m", [*each("current: Feed A L?"), *each("current: Feed B L?")]),
            id="two of each",
        ),
        pytest.param(
            sensors(
                "m",
                [*each("current: Current L?"), ("current: Current L1", "other_current_l1")],
            ),
            id="two of one name",
        ),
        pytest.param(
            sensors("m", each("current: Voltage phase ?", "ABC"), units={"current": "V"}),
            id="a class and a unit that do not fit",
        ),
        pytest.param(
            sensors("m", each("power: Apparent power L?"), units={"power": "VA"}), id="no power"
        ),
        pytest.param(
            sensors("m", [*each("power: Power L?"), *each("power: Power consumption L?")]),
            id="both powers, or one of them",
        ),
        pytest.param(
            sensors("m", each("power: Power delivered L?")), id="delivered by whom is not said"
        ),
        pytest.param(sensors("m", each("power: Battery power L?")), id="not at the grid"),
        pytest.param(
            sensors(
                "m",
                [
                    ("current: Current L1", "m_current_l2"),
                    ("current: Current L2", "m_current_l1"),
                    "current: Current L3",
                ],
            ),
            id="name and id say different phases",
        ),
        pytest.param(sensors("m", ["power: Power", "current: Current"]), id="a sum of all phases"),
    ],
)
def test_what_could_be_two_things_is_left_blank(device: list[DeviceSensor]) -> None:
    assert find_sensors(device, 3) == {}


@pytest.mark.parametrize(
    ("device", "expected"),
    [
        (
            sensors("kwh", ["power: Power", "current: Current", "voltage: Voltage"]),
            {"current_l1": "sensor.kwh_current", "power_l1": "sensor.kwh_power"},
        ),
        (
            sensors(
                "p1",
                [
                    "current: Current phase L1",
                    "power: Power consumption phase L1",
                    "power: Power production phase L1",
                    "power: Power consumption",
                    "power: Power production",
                ],
            ),
            {
                "current_l1": "sensor.p1_current_phase_l1",
                "power_l1": "sensor.p1_power_consumption_phase_l1",
                "power_export_l1": "sensor.p1_power_production_phase_l1",
            },
        ),
        # Which of its phases feeds the chargers, nobody knows.
        (HOMEWIZARD, {}),
    ],
)
def test_a_meter_of_one_phase_need_not_name_it(
    device: list[DeviceSensor], expected: dict[str, str]
) -> None:
    assert find_sensors(device, 1) == expected
