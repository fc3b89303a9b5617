"""Register maps of the grid meters that the simulation can be.

Written from the vendors' protocol documents, apart from the integration's own
maps, so that the two check each other: Eastron SDM630 protocol V1.8 and V2.0,
Carlo Gavazzi EM24-DIN communication protocol V4R0, ABB B23/B24 user manual.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
import math
import struct
from typing import Literal

type Words = tuple[int, ...]
"""Sixteen bit registers."""

_NUMBERS: Mapping[str, tuple[str, int, int]] = {
    "int32": (">i", -(2**31), 2**31 - 1),
    "uint32": (">I", 0, 2**32 - 1),
    "uint16": (">H", 0, 2**16 - 1),
}


@dataclass(frozen=True, slots=True)
class Register:
    """Where a quantity is, and how it is written: raw = value / scale."""

    address: int
    type: Literal["float32", "int32", "uint32", "uint16"]
    scale: float = 1.0

    def words(self, value: float, *, low_word_first: bool) -> Words:
        """The registers for a value in A, V, W or Hz.

        What an integer can't hold becomes its highest value, which these meters
        mean by "not available".
        """
        if self.type == "float32":
            data = struct.pack(">f", value)
        else:
            form, least, most = _NUMBERS[self.type]
            raw = value / self.scale
            whole = round(raw) if math.isfinite(raw) and least <= raw <= most else most
            data = struct.pack(form, whole)
        words = struct.unpack(f">{len(data) // 2}H", data)
        return words[::-1] if low_word_first else words


@dataclass(frozen=True, slots=True)
class Constant:
    """Registers that never change, such as a model's code."""

    function: Literal[3, 4]
    address: int
    words: Words
    alone: bool = False
    """Told only to a request for exactly these; within a longer one they mean
    something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterMap:
    """One model."""

    name: str
    functions: tuple[Literal[3, 4], ...]
    registers: Mapping[str, Register]
    length: int
    """How many registers there are from the lowest of `registers` on."""
    constants: tuple[Constant, ...] = ()
    low_word_first: bool = False
    most: int = 125
    """Registers that one request may ask for."""
    even_only: bool = False
    """An odd number of registers is refused."""
    signed_current: bool = False
    """Export shows in the current, too; otherwise only in the power."""
    voltage: float = 230.0
    frequency: float = 50.0
    start: int = field(init=False)

    def __post_init__(self) -> None:
        """Find the lowest address."""
        lowest = min(register.address for register in self.registers.values())
        object.__setattr__(self, "start", lowest)


def _triple(
    name: str, start: int, type: Literal["float32", "int32", "uint32"], scale: float
) -> dict[str, Register]:
    """Three neighbouring 32 bit registers, one per phase."""
    return {f"{name}_l{phase + 1}": Register(start + 2 * phase, type, scale) for phase in range(3)}


def _ascii(text: str) -> Words:
    data = text.encode()
    return struct.unpack(f">{len(data) // 2}H", data)


SDM630 = MeterMap(
    name="Eastron SDM630",
    functions=(4,),
    registers={
        **_triple("voltage", 0, "float32", 1),
        **_triple("current", 6, "float32", 1),
        **_triple("power", 12, "float32", 1),
        "power_total": Register(52, "float32"),
        "frequency": Register(70, "float32"),
        # kWh
        "energy_import": Register(72, "float32"),
        "energy_export": Register(74, "float32"),
    },
    length=80,
    # Serial number and meter code, holding registers 0xFC00 and 0xFC02.
    constants=(Constant(3, 64512, (0x0012, 0xD687)), Constant(3, 64514, (112,))),
    most=80,
    even_only=True,
)

EM24 = MeterMap(
    name="Carlo Gavazzi EM24-DIN",
    functions=(4, 3),
    registers={
        **_triple("voltage", 0, "int32", 0.1),
        **_triple("current", 12, "int32", 0.001),
        **_triple("power", 18, "int32", 0.1),
        "power_total": Register(40, "int32", 0.1),
        "frequency": Register(55, "uint16", 0.1),
    },
    length=80,
    constants=(Constant(4, 11, (71,), alone=True), Constant(3, 11, (71,), alone=True)),
    low_word_first=True,
    most=11,
)

ABB_B23 = MeterMap(
    name="ABB B23",
    functions=(3,),
    registers={
        **_triple("voltage", 23296, "uint32", 0.1),
        **_triple("current", 23308, "uint32", 0.01),
        "power_total": Register(23316, "int32", 0.01),
        **_triple("power", 23318, "int32", 0.01),
        "frequency": Register(23340, "uint16", 0.01),
    },
    length=48,
    constants=(
        Constant(3, 35072, (0x0001, 0xE240)),
        Constant(3, 35168, _ascii("B23 112-100 ")),
    ),
)

METER_MAPS: Mapping[str, MeterMap] = {
    "abb_b23": ABB_B23,
    "cg_em24": EM24,
    "eastron_sdm630": SDM630,
}
