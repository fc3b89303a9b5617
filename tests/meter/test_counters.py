"""The counters of meters are read as their sources have them: which way, where, and in what unit."""

import struct

import pytest

from custom_components.ev_load_manager.meter.catalogue import load_maps
from custom_components.ev_load_manager.meter.decoding import decode
from custom_components.ev_load_manager.meter.read_plan import energy_plan
from custom_components.ev_load_manager.meter.reading import MeterEnergy
from tests.meter.conftest import MakeMeter, Serve
from tests.meter.test_sunspec import COMMON, END, SUNS, decimals, floats, integers

MAPS = load_maps()
WITH_COUNTERS = sorted(key for key, one in MAPS.items() if "energy_import" in one.registers)


def words(kind: str, number: float) -> list[int]:
    """A number as a meter writes it, high word first."""
    data = struct.pack(f">{kind}", number)
    return list(struct.unpack(f">{len(data) // 2}H", data))


@pytest.mark.parametrize("key", WITH_COUNTERS)
def test_counters_are_asked_for_by_themselves_and_in_small_requests(key: str) -> None:
    found = MAPS[key]
    plan = energy_plan(found, found.function)

    assert plan is not None
    assert {name for name in found.registers if name.startswith("energy")} == set(plan.quantities)
    assert all(block.count <= min(found.max_read, 20) for block in plan.blocks)


# 1,234.5 kWh as each kind of source has it: mbmd, evcc, Victron, OpenEMS, nmakel
@pytest.mark.parametrize(
    ("key", "address", "told"),
    [
        pytest.param("abb_a4x", 0x5000, words("Q", 123_450), id="0.01 kWh, 64 bits"),
        pytest.param("bernecker_mpm3pm", 2, words("I", 123_450), id="0.01 kWh"),
        pytest.param("eltako_dsz", 0x48, words("I", 123_450), id="0.01 kWh, behind currents"),
        pytest.param("cg_em24_din", 0x3E, words("i", 12_345)[::-1], id="0.1 kWh, low word first"),
        pytest.param("cg_em1xx", 0x10, words("i", 12_345)[::-1], id="0.1 kWh, one phase"),
        pytest.param("cg_em5xx", 0x34, words("i", 12_345)[::-1], id="0.1 kWh, three phases"),
        pytest.param("garo_gnm3", 0x34, words("i", 12_345)[::-1], id="0.1 kWh, the same meter"),
        pytest.param("dzg_dvh4013", 0x4000, words("I", 1_234_500), id="Wh"),
        pytest.param("schneider_iem3000", 0xC83, words("Q", 1_234_500), id="Wh, 64 bits"),
        pytest.param("kostal_ksem", 512, words("Q", 12_345_000), id="0.1 Wh, 64 bits"),
        pytest.param("finder_7m38", 2752, words("f", 1_234_500), id="Wh, float"),
        pytest.param("janitza_19000", 19068, words("f", 1_234_500), id="Wh, float"),
        pytest.param("orno_we516", 0x108, words("f", 1_234.5), id="kWh, float"),
        pytest.param("wago_879", 0x600C, words("f", 1_234.5), id="kWh, float"),
        pytest.param("ferroamp_energyhub", 3068, words("f", 1_234.5)[::-1], id="kWh, swapped"),
        pytest.param("ytl_dem4a_ds100", 0x10E, words("I", 123_450), id="0.01 kWh"),
        pytest.param("acrel_adw300", 62, words("I", 123_450), id="0.01 kWh"),
        pytest.param("huawei_sun2000_meter", 37121, words("I", 123_450), id="0.01 kWh"),
        pytest.param("iammeter_wem3080t", 34, words("I", 987_600), id="1/800 kWh"),
        pytest.param("solaredge_meter", 40234, words("I", 12_345), id="with an exponent"),
    ],
)
def test_a_counter_means_what_its_source_says(key: str, address: int, told: list[int]) -> None:
    found = MAPS[key]
    register = found.registers["energy_import"]
    memory = dict(enumerate(told, address))
    if register.exponent_address is not None:
        memory[register.exponent_address] = 2

    assert decode(register, memory, found.word_order) == pytest.approx(1_234_500)


@pytest.mark.parametrize("kind", ["integers", "floats"])
async def test_a_sunspec_meter_tells_both_counters(
    serve: Serve, connected: MakeMeter, kind: str
) -> None:
    if kind == "integers":
        model = integers()
        model[38:40], model[46:48], model[54] = words("I", 4_500), words("I", 12_345), 1
    else:
        model = decimals()
        model[60:62], model[68:70] = floats(45_000), floats(123_450)
    reader = await connected(await serve({40000: [*SUNS, *COMMON, *model, *END]}), "sunspec_meter")
    await reader.read()

    energy = await reader.read_energy()

    assert energy == MeterEnergy(imported=pytest.approx(123_450), exported=pytest.approx(45_000))
