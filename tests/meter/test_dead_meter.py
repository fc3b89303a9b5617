"""What answers for a meter that is dead tells nothing, whatever stands in its registers."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from modbus_connection.encode import encode_float32
import pytest

from custom_components.ev_load_manager.meter import MeterError
from custom_components.ev_load_manager.meter.catalogue import load_maps
from custom_components.ev_load_manager.meter.errors import MeterRefusedError
from custom_components.ev_load_manager.meter.modbus import ModbusMeter, ModbusMeterSettings
from custom_components.ev_load_manager.meter.read_plan import constant_plan
from custom_components.ev_load_manager.meter.reading import MeterValues
from custom_components.ev_load_manager.meter.register_map import (
    CURRENTS,
    POWERS,
    TOTAL,
    VOLTAGES,
    Block,
    Function,
    Register,
    RegisterMap,
    ValueType,
)

MAPS = load_maps()
NAN = "NaN"
WITHOUT_VOLTAGE = {"hager_flow_emc"}
"""Tell no voltage to see life by: `docs/meters.md` lists them."""


class Registers:
    """Answers with one word everywhere, but for what a meter is found and read by."""

    def __init__(self, found: RegisterMap, fill: int | str) -> None:
        """Hold what a living meter would, where it is no measured value."""
        self.words: dict[int, int] = {}
        self.asked: list[Block] = []
        self._fill = fill if isinstance(fill, int) else 0x7FC0
        registers: Mapping[str, Register] = found.registers
        if found.sunspec is not None:
            base = found.sunspec.base_addresses[0]
            model = found.sunspec.models[0]
            chain = [0x5375, 0x6E53, min(model.ids), model.length]
            self.words.update(enumerate(chain, base))
            registers = {}
        if fill == NAN:
            for register in registers.values():
                if register.type is ValueType.FLOAT32:
                    self.hold(register, float("nan"), found)
        plan = constant_plan(found)
        for name in () if plan is None else plan.quantities:
            self.hold(found.registers[name], 1.0, found)
        if found.status is not None:
            self.words[found.status.address] = min(found.status.good)

    def hold(self, register: Register, value: float, found: RegisterMap) -> None:
        """Put a value where the map says."""
        if register.type is ValueType.FLOAT32:
            words = list(encode_float32(value))
        else:
            raw = round(value / register.scale) % (1 << 16 * register.type.registers)
            words = [raw >> 16, raw & 0xFFFF][-register.type.registers :]
        if found.word_order == "little":
            words.reverse()
        self.words.update(zip(register.addresses, words, strict=True))

    async def ask(self, function: Function, block: Block) -> list[int]:
        """Answer a request."""
        self.asked.append(block)
        return [self.words.get(address, self._fill) for address in range(block.start, block.end)]


def read(found: RegisterMap, registers: Registers, **how: Any) -> MeterValues:
    """Read the meter of a grid connection; raises MeterError."""
    settings = ModbusMeterSettings(
        params=cast("Any", None),
        unit_id=1,
        map=found,
        **{"phases": found.phases, "of_building": True, **how},
    )
    meter = ModbusMeter(cast("Any", None), settings)
    meter._link = cast("Any", registers)
    return asyncio.run(meter.read())


@pytest.mark.parametrize("fill", [0x0000, 0xFFFF, 0x8000, 0x7FFF, NAN])
@pytest.mark.parametrize("key", sorted(MAPS))
def test_a_dead_meter_tells_nothing(key: str, fill: int | str) -> None:
    with pytest.raises(MeterError):
        read(MAPS[key], Registers(MAPS[key], fill))


def test_every_other_map_tells_a_voltage() -> None:
    for key, found in MAPS.items():
        registers = found.registers if found.sunspec is None else found.sunspec.models[0].registers
        assert (VOLTAGES[0] not in registers) is (key in WITHOUT_VOLTAGE), key


SDM630 = MAPS["eastron_sdm630"]
GAVAZZI = MAPS["cg_em24_din"]
"""Its voltages cost a request of their own."""


def alive(found: RegisterMap, **values: float) -> Registers:
    """A meter that tells so much, and zero otherwise."""
    registers = Registers(found, 0)
    for name, value in values.items():
        registers.hold(found.registers[name], value, found)
    return registers


@pytest.mark.parametrize("found", [SDM630, GAVAZZI])
def test_a_house_at_rest_is_read(found: RegisterMap) -> None:
    assert read(found, alive(found, voltage_l2=231.0)).currents == (0.0, 0.0, 0.0)
    with pytest.raises(MeterError) as caught:
        read(found, alive(found))
    assert caught.value.key == "meter_no_voltage"


def test_a_voltage_that_costs_a_request_is_asked_for_only_where_nothing_flows() -> None:
    busy = alive(GAVAZZI, current_l1=5.0)
    idle = alive(GAVAZZI, voltage_l1=231.0)
    read(GAVAZZI, busy)
    read(GAVAZZI, idle)
    assert len(idle.asked) > len(busy.asked)


@pytest.mark.parametrize("volts", [400.0, 6553.5, 23.0])
def test_a_voltage_that_no_socket_has_is_none(volts: float) -> None:
    values = dict.fromkeys(VOLTAGES, volts) | {"current_l1": 5.0}
    with pytest.raises(MeterError) as caught:
        read(SDM630, alive(SDM630, **values))
    assert caught.value.key == "meter_no_voltage"


def test_a_meter_for_three_wires_may_have_no_voltage_to_neutral() -> None:
    # Two currents and a power of both: the third phase of a delta grid shows nothing.
    values = {"current_l1": 5.0, "current_l3": 6.0, **dict.fromkeys(POWERS[:1], 1000.0)}
    assert read(SDM630, alive(SDM630, **values)).currents == (5.0, 0.0, 6.0)


@pytest.mark.parametrize("volts", [133.0, 230.0, 253.0])
def test_voltages_of_every_grid_are_believed(volts: float) -> None:
    assert read(SDM630, alive(SDM630, voltage_l1=volts)).currents == (0.0, 0.0, 0.0)


HAGER = MAPS["hager_flow_emc"]
NOTHING = (0.0, 0.0, 0.0)


def test_what_rests_may_show_nothing_where_no_voltage_is_told() -> None:
    """A feeder, or a charger; a building takes a few watts at least."""
    assert read(HAGER, Registers(HAGER, 0), of_building=False).currents == NOTHING
    assert read(HAGER, alive(HAGER, power_total=20.0)).currents == NOTHING


@pytest.mark.parametrize(
    ("amperes", "watts", "shows_rest"), [(1.0, None, False), (0.1, None, True), (1.0, 100.0, False)]
)
def test_zeros_of_a_meter_that_shows_no_house_at_rest_count(
    amperes: float, watts: float | None, shows_rest: bool
) -> None:
    scales = dict.fromkeys(CURRENTS, amperes) | ({} if watts is None else {TOTAL: watts})
    registers = {
        name: replace(HAGER.registers[name], scale=scale) for name, scale in scales.items()
    }
    coarse = replace(HAGER, registers=registers)
    if shows_rest:
        with pytest.raises(MeterError):
            read(coarse, Registers(coarse, 0))
    else:
        assert read(coarse, Registers(coarse, 0)).currents == NOTHING


def test_a_meter_that_refuses_to_tell_its_voltage_shows_nothing_by_zeros() -> None:
    class Refusing(Registers):
        """Has no voltages."""

        async def ask(self, function: Function, block: Block) -> list[int]:
            if block.start <= GAVAZZI.registers["voltage_l1"].address < block.end:
                raise MeterRefusedError(code=2)
            return await super().ask(function, block)

    with pytest.raises(MeterError) as caught:
        read(GAVAZZI, Refusing(GAVAZZI, 0))
    assert caught.value.key == "meter_no_voltage"
