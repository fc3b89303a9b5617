"""Whatever a meter writes is read as it was meant, or not at all."""

import math
import struct

from hypothesis import given, strategies as st
from modbus_connection.encode import encode_float32, encode_int
import pytest

from custom_components.ev_load_manager.meter.decoding import decode, identity, step
from custom_components.ev_load_manager.meter.reading import signed, total
from custom_components.ev_load_manager.meter.register_map import (
    Identification,
    IdentityType,
    Register,
    ValueType,
    WordOrder,
)

ORDERS: st.SearchStrategy[WordOrder] = st.sampled_from(("big", "little"))
SCALES = st.sampled_from((1.0, 0.1, 0.01, 0.001, -1.0, -0.01, 10.0, 1000.0))
WORDS = st.lists(st.integers(0, 0xFFFF), min_size=4, max_size=4)


def held(register: Register, words: list[int]) -> dict[int, int]:
    """Memory with a register's words."""
    return dict(zip(register.addresses, words, strict=False))


@given(st.sampled_from(ValueType), WORDS, ORDERS, SCALES)
def test_any_registers_are_a_finite_number_or_nothing(
    kind: ValueType, words: list[int], order: WordOrder, scale: float
) -> None:
    register = Register(address=7, type=kind, scale=scale)

    value = decode(register, held(register, words), order)

    assert value is None or math.isfinite(value)


@given(st.floats(-1e6, 1e6, width=32), ORDERS, SCALES)
def test_a_float_is_read_in_both_word_orders(value: float, order: WordOrder, scale: float) -> None:
    register = Register(address=0, type=ValueType.FLOAT32, scale=scale)
    words = encode_float32(value, word_order=order)

    expected = None if 0 < abs(value) < 2.0**-126 else pytest.approx(value * scale)
    assert decode(register, held(register, words), order) == expected


@given(st.data(), ORDERS, SCALES)
def test_an_integer_is_read_in_both_word_orders(
    data: st.DataObject, order: WordOrder, scale: float
) -> None:
    kind, bits, has_sign = data.draw(
        st.sampled_from(
            (
                (ValueType.INT32, 32, True),
                (ValueType.UINT32, 32, False),
                (ValueType.INT16, 16, True),
                (ValueType.UINT16, 16, False),
                (ValueType.UINT64, 64, False),
            )
        )
    )
    # The ends of what fits are markers.
    least, most = (1 - 2 ** (bits - 1), 2 ** (bits - 1) - 2) if has_sign else (0, 2**bits - 2)
    value = data.draw(st.integers(least, most))
    words = encode_int(value, count=bits // 16, word_order=order)
    register = Register(address=0, type=kind, scale=scale)

    assert decode(register, held(register, words), order) == pytest.approx(value * scale)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (ValueType.UINT16, [0xFFFF]),
        (ValueType.INT16, [0x8000]),
        (ValueType.INT16, [0x7FFF]),
        (ValueType.UINT32, [0xFFFF, 0xFFFF]),
        (ValueType.INT32, [0x7FFF, 0xFFFF]),
        (ValueType.INT32, [0x8000, 0]),
        (ValueType.FLOAT32, [0x7FC0, 0]),
        (ValueType.FLOAT32, [0x7F80, 0]),
        (ValueType.FLOAT32, [0xFF80, 0]),
        (ValueType.FLOAT32, [0, 0x59D8]),
        (ValueType.ISKRA_T5, [0xFFFF, 0xFFFF]),
        (ValueType.ISKRA_T5, [0x7F00, 1]),
    ],
)
def test_what_stands_for_no_value_is_no_value(kind: ValueType, words: list[int]) -> None:
    register = Register(address=0, type=kind)

    assert decode(register, held(register, words), "big") is None


@pytest.mark.parametrize(
    ("kind", "words", "value"),
    [
        (ValueType.ISKRA_T5, [0xFE00, 0x59D8], 230.0),
        (ValueType.ISKRA_T5, [0xFDFF, 0xFFFF], 16777.215),
        (ValueType.ISKRA_T6, [0xFDFF, 0xFFFF], -0.001),
        (ValueType.ISKRA_T6, [0x0200, 0x0003], 300.0),
    ],
)
def test_iskras_numbers_have_an_exponent_of_their_own(
    kind: ValueType, words: list[int], value: float
) -> None:
    register = Register(address=0, type=kind)

    assert decode(register, held(register, words), "big") == pytest.approx(value)
    assert step(register, held(register, words)) is None


@pytest.mark.parametrize(
    ("exponent", "value"),
    [(0, 105.0), (0xFFFF, 10.5), (0xFFFE, 1.05), (2, 10500.0), (0x8000, None), (11, None)],
)
def test_a_scale_may_be_in_another_register(exponent: int, value: float | None) -> None:
    register = Register(address=0, type=ValueType.INT16, exponent_address=3)
    memory = {0: 105, 3: exponent}

    assert decode(register, memory, "big") == (None if value is None else pytest.approx(value))
    if value is not None:
        assert step(register, memory) == pytest.approx(value / 105)


@given(st.floats(0, 1e4), st.none() | st.floats(-1e7, 1e7), st.booleans())
def test_the_direction_comes_from_the_power_and_is_import_without(
    magnitude: float, power: float | None, raw_has_sign: bool
) -> None:
    shown = -magnitude if raw_has_sign else magnitude

    current = signed(shown, power)

    assert abs(current) == magnitude
    assert current >= 0 or (power is not None and power < 0)
    assert signed(shown, power, has_sign=True) == shown
    assert signed(shown, power, has_sign=True, inverted=True) == -shown


def test_the_power_of_all_phases_is_told_or_the_sum_of_all() -> None:
    assert total(5.0, (1.0, None)) == 5.0
    assert total(None, (1.0, 2.0)) == 3.0
    assert total(None, (1.0, None)) is None


def text(value: str) -> list[int]:
    """Registers of a text."""
    data = value.encode().ljust(8, b"\0")
    return list(struct.unpack(">4H", data))


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (text("WM3M4"), "the longer"),
        (text("wm3-6"), "the shorter"),
        ([word >> 8 | (word & 0xFF) << 8 for word in text("WM3M4")], "the longer"),
        (text("XWM3"), None),
        ([0xFFFF] * 4, None),
    ],
)
def test_a_name_is_told_by_how_it_begins(words: list[int], name: str | None) -> None:
    known = Identification(
        function=3,
        address=0,
        count=4,
        type=IdentityType.STRING,
        values={"WM3": "the shorter", "WM3M4": "the longer"},
    )

    assert identity(known, words) == name
