"""Every register map follows the schema, and is read in requests that its meter answers."""

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from custom_components.ev_load_manager.meter.catalogue import load_maps, read_file
from custom_components.ev_load_manager.meter.custom import check_custom, custom_map
from custom_components.ev_load_manager.meter.map_file import MapError, read_map
from custom_components.ev_load_manager.meter.read_plan import constant_plan, read_plans
from custom_components.ev_load_manager.meter.register_map import (
    CURRENTS,
    POWERS,
    QUANTITIES,
    Block,
    Register,
    RegisterMap,
    ValueType,
)

KEYS = sorted(load_maps())

GOOD: Mapping[str, Any] = {
    "vendor": "Acme",
    "name": "Meter",
    "transports": ["tcp"],
    "phases": 1,
    "function": 4,
    "serial": {"baudrate": 9600, "parity": "N", "stopbits": 1},
    "reads": [{"start": 0, "count": 10}],
    "registers": {"current_l1": {"address": 1, "type": "uint16", "scale": 0.1}},
    "identify": {"function": 3, "address": 5, "type": "uint16", "values": {7: "Meter"}},
    "status": {"address": 2, "good": [1]},
    "sources": ["the manual"],
}


def changed(*path: Any, to: Any) -> dict[str, Any]:
    """The good map with one thing changed, or taken out (None)."""
    data = deepcopy(dict(GOOD))
    inner: Any = data
    for key in path[:-1]:
        inner = inner[key]
    if to is None:
        del inner[path[-1]]
    else:
        inner[path[-1]] = to
    return data


def test_there_is_a_map_for_every_meter_that_is_known() -> None:
    assert len(KEYS) >= 60
    assert sum(not found.experimental for found in load_maps().values()) >= 40


@pytest.mark.parametrize("key", KEYS)
def test_a_map_names_its_sources_and_says_how_sure_it_is(key: str) -> None:
    found = load_maps()[key]

    assert found.key == key
    assert found.sources
    assert found.transports
    assert found.vendor and found.name


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("phases", [1, 3])
def test_every_plan_brings_what_it_promises_in_requests_that_are_allowed(
    key: str, phases: int
) -> None:
    found = load_maps()[key]
    if found.sunspec is not None or found.phases < phases:
        return

    plans = read_plans(found, phases)

    assert {plan.function for plan in plans} <= {found.function, found.also_function}
    for plan in plans:
        assert set(CURRENTS[:phases]) <= set(plan.quantities)
        assert all(1 <= block.count <= found.max_read for block in plan.blocks)
        for name in plan.quantities:
            register = found.registers[name]
            assert any(block.covers(register.addresses) for block in plan.blocks), name
            exponent = register.exponent_address
            if exponent is not None:
                span = range(exponent, exponent + 1)
                assert any(block.covers(span) for block in plan.blocks)
    powers = found.phase_names(POWERS, phases)
    assert set(powers) <= set(plans[0].quantities)


@pytest.mark.parametrize(
    ("key", "blocks"),
    [
        ("eastron_sdm630", [Block(0, 18)]),
        ("cg_em24_din", [Block(12, 10), Block(22, 2)]),
        ("abb_b2x", [Block(23296, 28)]),
        ("schneider_iem3000", [Block(2999, 6), Block(3053, 8)]),
        ("solaredge_meter", [Block(40188, 107)]),
        ("kostal_ksem", [Block(40, 24), Block(80, 24), Block(120, 24)]),
        ("taiye_tac4300_ct", [Block(0, 18)]),
    ],
)
def test_a_meter_is_read_in_as_few_requests_as_it_allows(key: str, blocks: list[Block]) -> None:
    assert list(read_plans(load_maps()[key], 3)[0].blocks) == blocks


def test_a_meter_that_may_answer_to_another_function_is_asked_with_both() -> None:
    plans = read_plans(load_maps()["bernecker_mpm3pm"], 3)

    assert [plan.function for plan in plans] == [4, 4, 3, 3]


def test_ratios_are_read_only_from_meters_that_have_them() -> None:
    plan = constant_plan(load_maps()["chint_dtsu666"])

    assert plan is not None
    assert plan.blocks == (Block(6, 2),)
    assert constant_plan(load_maps()["eastron_sdm630"]) is None


def test_values_far_apart_are_read_apart() -> None:
    registers = {
        name: Register(address=address, type=ValueType.INT16)
        for name, address in zip(CURRENTS, (0, 10, 100), strict=True)
    }
    far = RegisterMap(key="x", vendor="x", name="x", function=3, registers=registers)

    assert read_plans(far, 3)[0].blocks == (Block(0, 11), Block(100, 1))


def test_a_good_map_is_read() -> None:
    found = read_map("acme", GOOD)

    assert found.title == "Acme: Meter"
    assert found.serial.baudrate == 9600
    assert found.registers["current_l1"].scale == 0.1


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        ([], "acme: must be a mapping"),
        (changed("vendor", to=None), "acme: needs vendor"),
        (changed("vendor", to=" "), "acme.vendor: ' ' must be text"),
        (changed("colour", to="red"), "acme: unknown colour"),
        (changed("models", to="A"), "acme.models: 'A' must be a list"),
        (changed("models", to=[1]), "acme.models: 1 must be text"),
        (changed("experimental", to="yes"), "acme.experimental: 'yes' must be true or false"),
        (changed("transports", to=["pigeon"]), "acme.transports: 'pigeon'"),
        (changed("phases", to=2), "acme.phases: 2 is none of 1, 3"),
        (changed("function", to=True), "acme.function: True is none of"),
        (changed("unit_id", to=256), "acme.unit_id: 256 must be a whole number from 0 to 255"),
        (changed("max_read", to=2.5), "acme.max_read: 2.5 must be"),
        (changed("latency", to=-1), "acme.latency: -1 must be a number above 0"),
        (changed("latency", to="x"), "acme.latency: 'x' must be a number"),
        (changed("serial", "parity", to="M"), "acme.serial.parity: 'M' is none of"),
        (changed("reads", 0, "count", to=None), "acme.reads[0]: needs count"),
        (changed("reads", 0, "count", to=126), "acme.reads[0].count: 126"),
        (changed("registers", to=[]), "acme.registers: [] must be a mapping"),
        (changed("registers", to={}), "acme.registers: needs current_l1"),
        (changed("registers", "current_l4", to={}), "acme.registers: unknown current_l4"),
        (changed("registers", "current_l1", "type", to=None), "current_l1: needs type"),
        (changed("registers", "current_l1", "type", to="bcd"), "current_l1.type: 'bcd'"),
        (changed("registers", "current_l1", "address", to=65536), "current_l1.address: 65536"),
        (changed("registers", "current_l1", "scale", to=0), "current_l1.scale: 0"),
        (
            changed("registers", "power_import_l1", to={"address": 1, "type": "int16"}),
            "power_import_l1 and power_export_l1 need each other",
        ),
        (changed("identify", "values", to=None), "acme.identify: needs values"),
        (changed("identify", "values", to={"x": "Y"}), "acme.identify.values: 'x'"),
        (changed("identify", "function", to=None), "acme.identify: needs function"),
        (changed("identify", "type", to="string"), "acme.identify: needs registers"),
        (changed("status", "good", to=[]), "acme.status.good: [] must be whole numbers"),
        (changed("sources", to=None), "acme: needs sources"),
        (changed("max_read", to=5), "is longer than max_read 5"),
        (changed("sunspec", to={"base_addresses": []}), "acme.sunspec.base_addresses: []"),
        (changed("sunspec", to={"base_addresses": [0]}), "acme.sunspec: needs models"),
        (
            changed("sunspec", to={"base_addresses": [0], "models": [{"ids": []}]}),
            "acme.sunspec.models[0].ids: []",
        ),
        (
            changed(
                "sunspec",
                to={
                    "base_addresses": [0],
                    "models": [
                        {
                            "ids": [201],
                            "length": 2,
                            "registers": {"current_l1": {"address": 4, "type": "int16"}},
                        }
                    ],
                },
            ),
            "registers.current_l1: is behind the model's end",
        ),
        (
            changed(
                "sunspec",
                to={
                    "base_addresses": [0],
                    "models": [
                        {
                            "ids": [201],
                            "length": 9,
                            "registers": {"current_l1": {"address": 4, "type": "int16"}},
                        }
                    ],
                },
            ),
            "acme: has either registers or sunspec",
        ),
    ],
)
def test_a_fault_in_a_map_is_named_with_file_and_field(data: Any, fault: str) -> None:
    with pytest.raises(MapError) as caught:
        read_map("acme", data)

    assert fault in str(caught.value)


def test_a_file_that_is_no_yaml_is_named(tmp_path: Path) -> None:
    path = tmp_path / "acme.yaml"
    path.write_text("a: [")

    with pytest.raises(MapError, match="acme: not YAML"):
        read_file(path)


# Maps that are entered by hand

CUSTOM: Mapping[str, Any] = {
    "function": "4",
    "word_order": "little",
    "current_type": "int32",
    "current_l1_address": 12,
    "current_l2_address": 14,
    "current_l3_address": 16,
    "current_scale": 0.001,
    "current_signed": False,
    "power_type": "int32",
    "power_l1_address": 18,
    "power_l2_address": 20,
    "power_l3_address": 22,
    "power_scale": 0.1,
}


def test_a_map_is_entered_by_hand() -> None:
    assert check_custom(CUSTOM, 3) == {}

    found = custom_map(CUSTOM, 3)

    assert found.registers.keys() == {*CURRENTS, *POWERS} <= QUANTITIES
    assert found.function == 4
    assert found.word_order == "little"
    assert found.registers["power_l3"] == Register(address=22, type=ValueType.INT32, scale=0.1)


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("current_l2_address", None, "meter_address_missing"),
        ("current_l2_address", -1, "meter_address_range"),
        ("current_l2_address", 65535, "meter_address_range"),
        ("current_l2_address", 1.5, "meter_address_range"),
        ("current_l2_address", float("nan"), "meter_address_range"),
        ("power_l1_address", None, "meter_address_missing"),
        ("current_scale", 0, "meter_scale_range"),
        ("power_scale", float("nan"), "meter_scale_range"),
        ("power_scale", float("inf"), "meter_scale_range"),
    ],
)
def test_a_fault_in_a_map_entered_by_hand_is_named_beside_its_field(
    field: str, value: Any, error: str
) -> None:
    data = {**CUSTOM, field: value}

    assert check_custom(data, 3) == {field: error}
    with pytest.raises(MapError):
        custom_map(data, 3)


def test_powers_may_be_left_out_and_one_phase_needs_one_address() -> None:
    data = {key: value for key, value in CUSTOM.items() if "_address" not in key}

    assert check_custom({**data, "current_l1_address": 65534}, 1) == {}
    found = custom_map({**data, "current_l1_address": 65534}, 1)
    assert found.registers.keys() == {"current_l1"}
