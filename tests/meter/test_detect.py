"""A meter that says what it is is offered first; nothing is written to it."""

from collections.abc import Mapping
import struct

from pymodbus.constants import ExcCodes
import pytest

from custom_components.ev_load_manager.meter import MeterError
from custom_components.ev_load_manager.meter.connection import params
from custom_components.ev_load_manager.meter.detect import LONGEST, Candidate, Certainty, detect
from custom_components.ev_load_manager.meter.link import open_link
from custom_components.ev_load_manager.meter.register_map import RegisterMap
from homeassistant.core import HomeAssistant
from simulation.plant.meter import SimulatedMeter
from simulation.plant.meter_maps import ABB_B23, EM24, SDM630, MeterMap
from tests.meter.conftest import MakeSimulated, RegisterServer, Serve, modbus

type Maps = Mapping[str, RegisterMap]


async def ask(
    hass: HomeAssistant, server: SimulatedMeter | RegisterServer, maps: Maps, phases: int = 3
) -> tuple[Candidate, ...]:
    """Detect what a server is."""
    async with open_link(hass, params(modbus(server)), server.unit_id) as link:
        return await detect(link, maps, phases)


@pytest.mark.parametrize(
    ("model", "key", "name"),
    [
        (SDM630, "eastron_sdm630", "SDM630"),
        (EM24, "cg_em24_din", "AV9/AV2"),
        (ABB_B23, "abb_b2x", "B23"),
    ],
)
async def test_a_meter_that_says_what_it_is_is_known(
    hass: HomeAssistant, simulated: MakeSimulated, maps: Maps, model: MeterMap, key: str, name: str
) -> None:
    meter = await simulated(model)

    found = await ask(hass, meter, maps)

    assert found == (Candidate(key, Certainty.SURE, name),)
    assert {request.function for request in meter.requests} <= {3, 4, 17}


async def test_a_register_that_wants_to_be_asked_for_alone_is(
    hass: HomeAssistant, simulated: MakeSimulated, maps: Maps
) -> None:
    meter = await simulated(EM24)

    await ask(hass, meter, maps)

    asked = {request.registers for request in meter.requests if request.address == 11}
    assert asked == {1}


async def test_what_several_meters_say_is_likely_for_all_of_them(
    hass: HomeAssistant, serve: Serve, maps: Maps
) -> None:
    server = await serve({40000: [0x5375, 0x6E53]})

    found = await ask(hass, server, maps)

    assert {candidate.key for candidate in found} == {"sunspec_meter", "kostal_ksem"}
    assert {candidate.certainty for candidate in found} == {Certainty.LIKELY}


async def test_a_small_number_may_be_there_by_chance(
    hass: HomeAssistant, serve: Serve, maps: Maps
) -> None:
    found = await ask(hass, await serve({4108: [6]}), maps)

    assert found == (Candidate("ytl_dem4a_ds100", Certainty.LIKELY, "DEM4A"),)


async def test_a_meter_that_says_nothing_is_known_by_its_voltages(
    hass: HomeAssistant, serve: Serve, maps: Maps
) -> None:
    values = (0, 0, 0, 230, 231, 229, 50, 0, 1, 2, 3, 0, 0.6, 0.2, 0.4, 0.6)
    words = list(struct.unpack(">32H", struct.pack(">16f", *values)))
    server = await serve({20476: words})

    found = await ask(hass, server, maps)

    keys = {candidate.key for candidate in found}
    assert {"inepro_pro380", "wago_879"} <= keys
    assert {candidate.certainty for candidate in found} == {Certainty.PLAUSIBLE}


async def test_a_meter_of_one_phase_is_not_offered_for_three(
    hass: HomeAssistant, serve: Serve, maps: Maps
) -> None:
    server = await serve({64514: [32, 0]})

    assert await ask(hass, server, maps) == ()
    assert [one.key for one in await ask(hass, server, maps, 1)] == ["eastron_sdm120_230"]


async def test_registers_that_make_no_sense_are_nothing(
    hass: HomeAssistant, serve: Serve, maps: Maps
) -> None:
    server = await serve({0: [0] * 200, 19000: [0] * 100, 64512: [9] * 8})

    assert await ask(hass, server, maps) == ()


@pytest.mark.parametrize(
    ("ailment", "key"), [("silent", "meter_silent"), ("absent", "meter_absent")]
)
async def test_nobody_there_is_an_error(
    hass: HomeAssistant,
    simulated: MakeSimulated,
    maps: Maps,
    hurry: None,
    ailment: str,
    key: str,
) -> None:
    meter = await simulated()
    if ailment == "silent":
        meter.silent = True
    else:
        meter.exception = ExcCodes.GATEWAY_NO_RESPONSE

    with pytest.raises(MeterError) as caught:
        await ask(hass, meter, maps)

    assert caught.value.key == key
    assert len(meter.requests) <= 4


async def test_a_slow_meter_is_not_asked_for_ever(
    hass: HomeAssistant, simulated: MakeSimulated, maps: Maps, hurry: None
) -> None:
    tight_lipped = MeterMap(
        name="SDM630 without an identity",
        functions=(4,),
        registers=SDM630.registers,
        length=80,
        most=80,
    )
    meter = await simulated(tight_lipped)
    meter.delay = 0.4

    await ask(hass, meter, maps)

    assert len(meter.requests) <= LONGEST / meter.delay + 1
