"""A meter is read truly, and one that can't be read says what to do."""

import asyncio
import math
import struct
from typing import Any

from modbus_connection import ModbusTcpParams
from pymodbus.constants import ExcCodes
import pytest

from custom_components.ev_load_manager.meter import MeterError
from custom_components.ev_load_manager.meter.config import create_meter
from homeassistant.components.modbus import async_get_temporary_unit
from homeassistant.core import HomeAssistant
from simulation.plant.meter import SimulatedMeter
from simulation.plant.meter_maps import ABB_B23, EM24, MeterMap
from tests.meter.conftest import MakeMeter, MakeSimulated, Serve, modbus


async def key_of_failure(reader: Any) -> str:
    """What a reading fails with."""
    with pytest.raises(MeterError) as caught:
        await reader.read()
    return str(caught.value.key)


def floats(*values: float) -> list[int]:
    """Registers of big endian floats."""
    data = struct.pack(f">{len(values)}f", *values)
    return list(struct.unpack(f">{2 * len(values)}H", data))


# What is read


async def test_an_sdm630_is_read_in_one_request(
    simulated: MakeSimulated, connected: MakeMeter
) -> None:
    meter = await simulated()

    values = await (await connected(meter)).read()

    assert values.currents == (10.5, -3.25, 0.125)
    assert values.voltages == (230.0, 230.0, 230.0)
    assert values.powers == (10.5 * 230, -3.25 * 230, 0.125 * 230)
    assert values.power == pytest.approx(7.375 * 230)
    assert len(meter.requests) == 1


@pytest.mark.parametrize(
    ("model", "key", "requests"), [(EM24, "cg_em24_din", 2), (ABB_B23, "abb_b2x", 1)]
)
async def test_integers_and_other_word_orders_are_read(
    simulated: MakeSimulated, connected: MakeMeter, model: MeterMap, key: str, requests: int
) -> None:
    meter = await simulated(model)

    values = await (await connected(meter, key)).read()

    assert values.currents == pytest.approx((10.5, -3.25, 0.125), abs=0.006)
    assert len(meter.requests) == requests


async def test_a_gateway_that_passes_serial_frames_on_is_read(
    simulated: MakeSimulated, connected: MakeMeter
) -> None:
    meter = await simulated(rtu_over_tcp=True)

    values = await (await connected(meter, connection="rtu_over_tcp")).read()

    assert values.currents == (10.5, -3.25, 0.125)


async def test_a_meter_that_speaks_udp_is_read(serve: Serve, connected: MakeMeter) -> None:
    words = [23000, 1050, *[0] * 6, 23000, 65536 - 325, *[0] * 6, 23000, 12]
    powers = [0, 0, 2415, 0, 0, 0xFFFF, 65536 - 748, 0, 0, 0, 28]
    server = await serve({12352: words, 12417: powers}, udp=True)

    values = await (await connected(server, "victron_vm3p75ct", connection="udp")).read()

    assert values.currents == pytest.approx((10.5, -3.25, 0.12))
    assert values.powers[1] == -748


async def test_a_one_phase_connection_reads_only_its_phase(
    simulated: MakeSimulated, connected: MakeMeter
) -> None:
    values = await (await connected(await simulated(), phases=1)).read()

    assert values.currents == (10.5, 0.0, 0.0)
    assert values.power == 10.5 * 230


async def test_transformers_the_other_way_round_are_turned(
    simulated: MakeSimulated, connected: MakeMeter
) -> None:
    values = await (await connected(await simulated(), inverted=True)).read()

    assert values.currents == (-10.5, 3.25, -0.125)
    assert values.power == pytest.approx(-7.375 * 230)


async def test_a_transformer_ratio_multiplies_currents_and_powers(
    simulated: MakeSimulated, connected: MakeMeter
) -> None:
    reader = await connected(await simulated(), ct_ratio=4)

    values = await reader.read()

    assert values.currents == (42.0, -13.0, 0.5)
    assert values.powers[0] == 42 * 230
    assert values.voltages[0] == 230
    assert reader.resolution == pytest.approx(0.04)


async def test_ratios_that_are_set_in_the_meter_are_read_from_it(
    serve: Serve, connected: MakeMeter
) -> None:
    # Chint DTSU666: a ratio of 40, mA, tenths of W and V.
    voltages, currents = floats(2300, 2300, 2300), floats(250, 100, 0)
    powers = floats(0, 575, -230, 0)
    server = await serve({6: [40, 10], 8198: [*voltages, *currents, *powers]})
    reader = await connected(server, "chint_dtsu666")

    await reader.read()
    values = await reader.read()

    assert values.currents == pytest.approx((10, -4, 0))
    assert values.powers == pytest.approx((2300, -920, 0))
    assert server.asked == [(3, 6, 2), (3, 8198, 20), (3, 8198, 20)]


async def test_import_and_export_that_are_counted_apart_give_the_direction(
    serve: Serve, connected: MakeMeter
) -> None:
    def phase(imported: int, exported: int, current: int) -> list[int]:
        words = [0] * 24
        words[1], words[3], words[21] = imported, exported, current
        return words

    blocks = {0: [0, 1000, 0, 0], 40: phase(23000, 0, 10000)}
    blocks |= {80: phase(0, 4600, 2000), 120: phase(0, 0, 50)}

    values = await (await connected(await serve(blocks), "kostal_ksem")).read()

    assert values.currents == pytest.approx((10, -2, 0.05))
    assert values.powers == pytest.approx((2300, -460, 0))


async def test_a_meter_without_phase_powers_counts_everything_as_import(
    serve: Serve, connected: MakeMeter
) -> None:
    words = [0, 100, 0, 100, 0, 0, 0, 0, 0, 0, 0, 5000, 0, 6000, 0, 7000]

    values = await (await connected(await serve({0: words}), "dzg_dvh4013")).read()

    assert values.currents == pytest.approx((5, 6, 7))
    assert values.power == 0


async def test_a_current_with_a_sign_of_its_own_keeps_it(
    serve: Serve, connected: MakeMeter
) -> None:
    blocks = {2600: [230, 0, 0], 2616: [2300, 10, 2300, 65536 - 25, 2300, 0]}

    values = await (await connected(await serve(blocks), "victron_gx_grid")).read()

    assert values.currents == pytest.approx((1, -2.5, 0))


async def test_a_meter_that_answers_short_requests_only_is_asked_shortly(
    serve: Serve, connected: MakeMeter
) -> None:
    server = await serve({20492: floats(1, 2, 3), 20500: floats(0.23, -0.46, 0.69)})
    reader = await connected(server, "inepro_pro380")

    await reader.read()
    values = await reader.read()

    assert values.currents == (1, -2, 3)
    assert values.voltages == (None, None, None)
    # What was refused once is not tried again.
    assert server.asked[-4:] == [(3, 20492, 6), (3, 20500, 6)] * 2


# What goes wrong


async def test_a_refused_connection_is_told_from_silence(
    simulated: MakeSimulated, connected: MakeMeter
) -> None:
    meter = await simulated()
    reader = await connected(meter)
    await meter.stop()

    with pytest.raises(MeterError) as caught:
        await reader.read()

    assert caught.value.key == "meter_unreachable"
    assert caught.value.placeholders["target"] == f"127.0.0.1:{meter.port}"


@pytest.mark.parametrize("was_there", [False, True], ids=["made", "made anew"])
async def test_who_gives_up_while_a_link_is_made_leaves_no_error_behind(
    hass: HomeAssistant, simulated: MakeSimulated, connected: MakeMeter, was_there: bool
) -> None:
    meter = await simulated()
    reader = await connected(meter)
    if was_there:
        await reader.read()
    await meter.stop()
    told: list[dict[str, Any]] = []
    hass.loop.set_exception_handler(lambda _, context: told.append(context))

    # One of these gives up between the attempt and its failure.
    for turns in range(20):
        before = asyncio.all_tasks()
        asking = hass.loop.create_task(reader.read())
        for _ in range(turns):
            await asyncio.sleep(0)
        asking.cancel()
        await asyncio.gather(*asyncio.all_tasks() - before, return_exceptions=True)

    assert told == []


async def test_silence_is_bounded_whatever_others_made_of_the_link(
    hass: HomeAssistant, simulated: MakeSimulated, connected: MakeMeter, hurry: None
) -> None:
    meter = await simulated()
    reader = await connected(meter)
    link = ModbusTcpParams(host="127.0.0.1", port=meter.port)
    async with async_get_temporary_unit(hass, link, 2) as other:
        # Another integration is patient with its own device on this link.
        other.require_timeout(3600.0)
        await reader.read()
        meter.silent = True

        with pytest.raises(MeterError) as caught:
            await reader.read()

    assert caught.value.key == "meter_silent"
    assert caught.value.placeholders["unit"] == "1"
    assert caught.value.placeholders["asked"] == "FC4: 0-17"


async def test_a_link_that_stays_silent_is_made_anew(
    simulated: MakeSimulated, connected: MakeMeter, hurry: None
) -> None:
    meter = await simulated()
    reader = await connected(meter)
    meter.silent = True
    for _ in range(2):
        assert await key_of_failure(reader) == "meter_silent"

    meter.heal()

    assert (await reader.read()).currents == (10.5, -3.25, 0.125)
    assert meter.connections == 2


async def test_a_wrong_unit_is_silent(
    simulated: MakeSimulated, connected: MakeMeter, hurry: None
) -> None:
    assert await key_of_failure(await connected(await simulated(), unit_id=7)) == "meter_silent"


@pytest.mark.parametrize(
    ("code", "key"),
    [
        (ExcCodes.ILLEGAL_FUNCTION, "meter_refused"),
        (ExcCodes.ILLEGAL_ADDRESS, "meter_refused"),
        (ExcCodes.ILLEGAL_VALUE, "meter_refused"),
        (ExcCodes.DEVICE_FAILURE, "meter_busy"),
        (ExcCodes.GATEWAY_PATH_UNAVIABLE, "meter_absent"),
        (ExcCodes.GATEWAY_NO_RESPONSE, "meter_absent"),
    ],
)
async def test_an_exception_code_is_told_in_words(
    simulated: MakeSimulated, connected: MakeMeter, code: ExcCodes, key: str
) -> None:
    meter = await simulated()
    meter.exception = code

    with pytest.raises(MeterError) as caught:
        await (await connected(meter)).read()

    assert caught.value.key == key
    assert caught.value.placeholders["code"] == str(int(code))


async def test_a_busy_meter_is_not_waited_for_for_ever(
    simulated: MakeSimulated, connected: MakeMeter, hurry: None
) -> None:
    # The library asks a busy device again and again, for a minute.
    meter = await simulated()
    meter.exception = ExcCodes.DEVICE_BUSY

    assert await key_of_failure(await connected(meter)) == "meter_silent"


async def test_a_short_answer_is_no_answer(simulated: MakeSimulated, connected: MakeMeter) -> None:
    meter = await simulated()
    meter.short_answers = True

    assert await key_of_failure(await connected(meter)) == "meter_confused"


async def test_somebody_elses_answer_is_no_answer(
    simulated: MakeSimulated, connected: MakeMeter, hurry: None
) -> None:
    meter = await simulated()
    meter.mixes_answers = True

    assert await key_of_failure(await connected(meter)) == "meter_silent"


@pytest.mark.parametrize("nonsense", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize(
    ("model", "key"), [(None, "eastron_sdm630"), (EM24, "cg_em24_din"), (ABB_B23, "abb_b2x")]
)
async def test_what_is_no_number_is_no_current(
    simulated: MakeSimulated,
    connected: MakeMeter,
    model: MeterMap | None,
    key: str,
    nonsense: float,
) -> None:
    meter = await (simulated() if model is None else simulated(model))
    meter.nonsense = nonsense

    assert await key_of_failure(await connected(meter, key)) == "meter_no_value"


@pytest.mark.parametrize(
    ("shown", "options", "good"),
    [
        (1e6, {}, False),
        (-1e6, {}, False),
        (1e30, {}, False),
        (77, {"ct_range": 65}, True),
        (79, {"ct_range": 65}, False),
        (79, {"ct_range": 65, "ct_ratio": 0.5}, True),
    ],
)
async def test_a_current_above_the_range_of_the_transformers_is_not_believed(
    simulated: MakeSimulated,
    connected: MakeMeter,
    shown: float,
    options: dict[str, float],
    good: bool,
) -> None:
    meter = await simulated()
    meter.nonsense = shown
    reader = await connected(meter, **options)

    if good:
        assert (await reader.read()).currents[0] == shown * options.get("ct_ratio", 1)
    else:
        assert await key_of_failure(reader) == "meter_out_of_range"


async def test_integers_that_are_read_as_floats_are_noticed(
    simulated: MakeSimulated, connected: MakeMeter, serve: Serve
) -> None:
    # An Eltako has integers where an Eastron has floats.
    server = await serve({0: [0, 23000] * 3 + [0, 1050] * 3 + [0, 2300] * 3})
    custom = {
        "function": "3",
        "word_order": "big",
        "current_type": "float32",
        "current_scale": 1,
        "current_l1_address": 6,
        "current_l2_address": 8,
        "current_l3_address": 10,
        "power_type": "float32",
        "power_scale": 1,
    }

    assert await key_of_failure(await connected(server, "custom", custom=custom)) == (
        "meter_no_value"
    )


async def test_a_reset_connection_is_made_again(
    simulated: MakeSimulated, connected: MakeMeter
) -> None:
    meter = await simulated()
    reader = await connected(meter)
    await reader.read()
    meter.reset_connections()

    try:
        values = await reader.read()
    except MeterError:
        values = await reader.read()

    assert values.currents == (10.5, -3.25, 0.125)


async def test_a_device_that_has_lost_its_meter_says_so(serve: Serve, connected: MakeMeter) -> None:
    words = [0] * 38
    words[0] = 2

    assert await key_of_failure(
        await connected(await serve({37100: words}), "huawei_sun2000_meter")
    ) == ("meter_not_ready")


async def test_a_link_that_others_use_otherwise_is_named(
    hass: HomeAssistant, simulated: MakeSimulated, connected: MakeMeter
) -> None:
    one = {"connection": "serial", "device": "/dev/ttyUSB9", "parity": "none", "stopbits": 1}
    meter = await simulated()
    await connected(meter, baudrate=9600, **one)

    other = await create_meter(hass, modbus(meter, baudrate=19200, **one))
    with pytest.raises(MeterError) as caught:
        await other.open()

    assert caught.value.key == "meter_link_in_use"
    await other.close()


async def test_a_serial_port_that_is_not_there_is_unreachable(
    simulated: MakeSimulated, connected: MakeMeter
) -> None:
    reader = await connected(
        await simulated(),
        connection="serial",
        device="/dev/no-such-port",
        baudrate=9600,
        parity="even",
        stopbits=2,
    )

    assert await key_of_failure(reader) == "meter_unreachable"


@pytest.mark.parametrize(
    "wrong",
    [
        {"model": "no_such_meter"},
        {"model": None},
        {"host": None, "connection": "carrier_pigeon"},
        {"model": "eastron_sdm120_230"},
        {"unit_id": None},
        {
            "connection": "serial",
            "device": "/dev/x",
            "baudrate": 9600,
            "parity": "odd",
            "stopbits": 3,
        },
        {"model": "custom", "custom": {}},
        {"type": "sensors"},
        {"type": "sensors", "current_l1": {"entity_id": "sensor.a"}},
        {"type": "sensors", "current_l1": 5},
    ],
)
async def test_settings_that_can_not_be_used_make_a_meter_that_says_so(
    hass: HomeAssistant, wrong: dict[str, Any]
) -> None:
    meter = await create_meter(hass, {**modbus(SimulatedMeter(lambda: (0, 0, 0))), **wrong})

    for attempt in (meter.open, meter.read):
        with pytest.raises(MeterError) as caught:
            await attempt()
        assert caught.value.key == "meter_settings_wrong"
    meter.on_news(lambda: None)()
    await meter.close()


async def test_a_meter_that_is_not_open_says_so_and_may_be_opened_again(
    simulated: MakeSimulated, connected: MakeMeter
) -> None:
    reader = await connected(await simulated())
    await reader.read()
    await reader.close()

    assert await key_of_failure(reader) == "meter_settings_wrong"

    await reader.open()
    await reader.open()
    assert (await reader.read()).currents[0] == 10.5


async def test_a_meter_that_needs_time_after_connecting_gets_it_and_gives_it_back(
    serve: Serve, connected: MakeMeter
) -> None:
    words = [0] * 38
    words[0] = 1
    words[2] = 2300  # 230 V on L1
    reader = await connected(await serve({37100: words}), "huawei_sun2000_meter")

    assert (await reader.read()).currents == (0, 0, 0)
    assert reader.latency == 5
    await reader.close()
