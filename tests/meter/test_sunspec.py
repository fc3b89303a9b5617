"""A SunSpec meter is found wherever it is in its device's chain."""

import struct

import pytest

from custom_components.ev_load_manager.meter import MeterError
from tests.meter.conftest import MakeMeter, MakeSimulated, Serve

SUNS = [0x5375, 0x6E53]
COMMON = [1, 66, *[0] * 66]
END = [0xFFFF, 0]


def floats(*values: float) -> list[int]:
    """Registers of big endian floats."""
    data = struct.pack(f">{len(values)}f", *values)
    return list(struct.unpack(f">{2 * len(values)}H", data))


def integers(model_id: int = 203) -> list[int]:
    """A meter with 10.5, 3.25 and 0.12 A; L2 exports."""
    words = [0] * 107
    words[0:2] = model_id, 105
    words[2:7] = 1387, 1050, 325, 12, 65534
    words[7:16] = 2300, 2300, 2301, 2302, 0, 0, 0, 0, 65535
    words[18:23] = 1695, 2415, 65536 - 748, 28, 0
    return words


def decimals() -> list[int]:
    """The same as floats."""
    words = [0] * 126
    words[0:2] = 213, 124
    words[4:10] = floats(10.5, 3.25, 0.125)
    words[12:18] = floats(230, 230, 230)
    words[28:36] = floats(1695, 2415, -747.5, 28)
    return words


@pytest.mark.parametrize("base", [40000, 50000, 0])
async def test_a_meter_is_found_behind_other_models(
    serve: Serve, connected: MakeMeter, base: int
) -> None:
    server = await serve({base: [*SUNS, *COMMON, *integers(), *END]})
    reader = await connected(server, "sunspec_meter")

    values = await reader.read()
    found_after = len(server.asked)
    await reader.read()

    assert values.currents == pytest.approx((10.5, -3.25, 0.12))
    assert values.voltages == pytest.approx((230.0, 230.1, 230.2))
    assert values.powers == pytest.approx((2415, -748, 28))
    assert reader.resolution == pytest.approx(0.01)
    # The chain is walked once, and read in one request from then on.
    assert len(server.asked) == found_after + 1


async def test_a_meter_with_floats_is_read(serve: Serve, connected: MakeMeter) -> None:
    server = await serve({40000: [*SUNS, *COMMON, *decimals(), *END]})

    values = await (await connected(server, "sunspec_meter")).read()

    assert values.currents == (10.5, -3.25, 0.125)
    assert values.power == pytest.approx(1695.5)


@pytest.mark.parametrize(
    ("blocks", "seen"),
    [
        ({7: [0]}, "-"),
        ({40000: [0, 0]}, "-"),
        ({40000: [*SUNS, *COMMON, *END]}, "1"),
        ({40000: [*SUNS, 101, 2, 0, 0, 203, 5, *[0] * 5, *END]}, "101, 203"),
        ({40000: [*SUNS, *[1, 0] * 80]}, ", ".join(["1"] * 64)),
    ],
)
async def test_a_device_without_a_meter_is_told_as_such(
    serve: Serve, connected: MakeMeter, blocks: dict[int, list[int]], seen: str
) -> None:
    reader = await connected(await serve(blocks), "sunspec_meter")

    with pytest.raises(MeterError) as caught:
        await reader.read()

    assert caught.value.key == "meter_other_model"
    assert caught.value.placeholders == {"seen": seen}


async def test_a_chain_that_leads_out_of_the_registers_ends_there(
    serve: Serve, connected: MakeMeter
) -> None:
    reader = await connected(await serve({40000: [*SUNS, 1, 30000]}), "sunspec_meter")

    with pytest.raises(MeterError) as caught:
        await reader.read()

    assert caught.value.key == "meter_other_model"


async def test_a_phase_that_the_meter_does_not_measure_is_no_value(
    serve: Serve, connected: MakeMeter
) -> None:
    words = integers(201)
    words[4] = words[5] = 0x8000
    server = await serve({40000: [*SUNS, *words, *END]})

    assert (await (await connected(server, "sunspec_meter", phases=1)).read()).currents == (
        pytest.approx((10.5, 0, 0))
    )
    with pytest.raises(MeterError) as caught:
        await (await connected(server, "sunspec_meter")).read()
    assert caught.value.key == "meter_no_value"
    assert caught.value.placeholders == {"quantity": "L2"}


async def test_after_a_failure_the_meter_is_looked_for_again(
    serve: Serve, connected: MakeMeter
) -> None:
    words = integers()
    words[3] = 0x8000
    server = await serve({40000: [*SUNS, *words, *END]})
    reader = await connected(server, "sunspec_meter")

    for _ in range(2):
        with pytest.raises(MeterError):
            await reader.read()

    assert [asked for asked in server.asked if asked[1] == 40000] == [(3, 40000, 2)] * 2


async def test_a_device_that_says_nothing_at_all_is_silent(
    simulated: MakeSimulated, connected: MakeMeter, hurry: None
) -> None:
    meter = await simulated()
    meter.silent = True

    with pytest.raises(MeterError) as caught:
        await (await connected(meter, "sunspec_meter")).read()

    assert caught.value.key == "meter_silent"
    assert [request.address for request in meter.requests] == [40000, 50000, 0]
