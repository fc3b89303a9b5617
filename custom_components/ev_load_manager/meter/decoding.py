"""From registers to numbers.

The library decodes integers and floats; here is what meters do beside that:
scales, exponents in another register, Iskra's own numbers, and the many ways
of saying that there is no value.
"""

from collections.abc import Mapping
import math
from typing import Final

from modbus_connection.decode import (
    decode_float32,
    decode_int,
    decode_int16,
    decode_string,
    decode_uint32,
)

from .register_map import Identification, IdentityType, Register, ValueType, WordOrder

HIGHEST_EXPONENT: Final = 10
"""SunSpec: scale factors are from -10 to 10."""
SMALLEST_FLOAT: Final = 2.0**-126
"""Below this a 32-bit float is an integer that was taken for one."""

type Memory = Mapping[int, int]
"""Registers that were read, by address."""


def decode(register: Register, memory: Memory, word_order: WordOrder) -> float | None:
    """The value of `register`, None where the meter has none.

    `memory` must hold all of its registers.
    """
    raw = _number(register, memory, word_order)
    if raw is None:
        return None
    if register.exponent_address is not None:
        exponent = decode_int16([memory[register.exponent_address]])
        if abs(exponent) > HIGHEST_EXPONENT:
            return None
        raw *= 10.0**exponent
    return raw * register.scale


def step(register: Register, memory: Memory) -> float | None:
    """The smallest difference that `register` can show; None: it shows any, or no value."""
    if not register.type.whole:
        return None
    exponent = 0
    if register.exponent_address is not None:
        exponent = decode_int16([memory[register.exponent_address]])
        if abs(exponent) > HIGHEST_EXPONENT:
            return None
    return float(abs(register.scale) * 10.0**exponent)


def _number(register: Register, memory: Memory, word_order: WordOrder) -> float | None:
    words = [memory[address] for address in register.addresses]
    match register.type:
        case ValueType.FLOAT32:
            value = decode_float32(words, word_order=word_order)
            if not math.isfinite(value) or 0 < abs(value) < SMALLEST_FLOAT:
                return None
            return value
        case ValueType.ISKRA_T5 | ValueType.ISKRA_T6:
            return _iskra(
                decode_uint32(words, word_order=word_order),
                has_sign=register.type is ValueType.ISKRA_T6,
            )
        case kind:
            has_sign = kind in {ValueType.INT16, ValueType.INT32}
            whole = decode_int(words, signed=has_sign, word_order=word_order)
            return None if _is_marker(whole, 16 * len(words), has_sign=has_sign) else float(whole)


def _is_marker(value: int, bits: int, *, has_sign: bool) -> bool:
    """Whether an integer means "overflow" or "not available".

    Carlo Gavazzi, ABB, Socomec, SunSpec and others use the ends of what fits;
    no current or power is that large on any map.
    """
    if has_sign:
        return value in {(1 << (bits - 1)) - 1, -(1 << (bits - 1))}
    return value == (1 << bits) - 1


def _iskra(raw: int, *, has_sign: bool) -> float | None:
    """Iskra's T5 and T6: mantissa * 10^exponent (vendor's library)."""
    if raw == 0xFFFFFFFF:
        return None
    exponent, mantissa = raw >> 24, raw & 0xFFFFFF
    if exponent & 0x80:
        exponent -= 0x100
    if has_sign and mantissa & 0x800000:
        mantissa -= 0x1000000
    if abs(exponent) > HIGHEST_EXPONENT:
        return None
    return float(mantissa * 10.0**exponent)


def identity(identification: Identification, words: list[int]) -> str | None:
    """The model that a meter says it is, None if it is none that is known."""
    if identification.type is not IdentityType.STRING:
        value = decode_int(words[: identification.count], signed=False)
        return identification.values.get(value)
    # Some meters put the second character of each register first.
    swapped = [(word & 0xFF) << 8 | word >> 8 for word in words]
    for text in (decode_string(words), decode_string(swapped)):
        said = text.strip("\x00 ").casefold()
        known = [str(start) for start in identification.values]
        for start in sorted(known, key=len, reverse=True):
            if said.startswith(start.casefold()):
                return identification.values[start]
    return None
