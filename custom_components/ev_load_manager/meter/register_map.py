"""Where a meter keeps its values: the words that a register map is written in.

A map is data: one YAML file per model or family in `maps/`, read by
`catalogue.py`. Addresses are zero-based, as on the wire. Currents are in
amperes, voltages in volts, powers in watts, positive for import; a negative
scale turns a meter that counts the other way.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal

MOST_REGISTERS: Final = 125
"""What one request may ask for (Modbus application protocol V1.1b3, 6.3)."""

type WordOrder = Literal["big", "little"]
"""Whether the high or the low word of a value comes first."""

type Function = Literal[3, 4]
"""Holding registers (3) or input registers (4)."""


class ValueType(StrEnum):
    """How a value is written into its registers; bytes are always big endian."""

    FLOAT32 = "float32"
    INT32 = "int32"
    UINT32 = "uint32"
    INT16 = "int16"
    UINT16 = "uint16"
    UINT64 = "uint64"
    """Counters of energy are written so."""
    ISKRA_T5 = "iskra_t5"
    """Iskra: a signed decimal exponent in the top byte, an unsigned mantissa below."""
    ISKRA_T6 = "iskra_t6"
    """The same with a signed mantissa."""

    @property
    def registers(self) -> int:
        """How many registers it takes."""
        if self is ValueType.UINT64:
            return 4
        return 1 if self in {ValueType.INT16, ValueType.UINT16} else 2

    @property
    def whole(self) -> bool:
        """Whether the meter counts in steps of the register's scale."""
        return self in {
            *(ValueType.INT16, ValueType.UINT16),
            *(ValueType.INT32, ValueType.UINT32),
            ValueType.UINT64,
        }


class Transport(StrEnum):
    """What a meter speaks over."""

    TCP = "tcp"
    RTU = "rtu"
    """RS485, directly or behind a gateway."""
    UDP = "udp"


PHASES: Final = (1, 2, 3)


def per_phase(quantity: str) -> tuple[str, str, str]:
    """The names of a quantity on L1, L2 and L3."""
    return f"{quantity}_l1", f"{quantity}_l2", f"{quantity}_l3"


CURRENTS: Final = per_phase("current")
VOLTAGES: Final = per_phase("voltage")
POWERS: Final = per_phase("power")
IMPORTS: Final = per_phase("power_import")
EXPORTS: Final = per_phase("power_export")
TOTAL: Final = "power_total"
TOTAL_IMPORT: Final = "power_import_total"
TOTAL_EXPORT: Final = "power_export_total"
ENERGY_IMPORT: Final = "energy_import"
ENERGY_EXPORT: Final = "energy_export"
"""Counters in Wh: nobody waits for them, so they are asked for apart, and seldom."""
CT_RATIO: Final = "ct_ratio"
"""What currents and powers are multiplied by: the meter shows the secondary side."""
VT_RATIO: Final = "vt_ratio"
"""What voltages and powers are multiplied by."""

QUANTITIES: Final = frozenset(
    {
        *CURRENTS,
        *VOLTAGES,
        *POWERS,
        *IMPORTS,
        *EXPORTS,
        TOTAL,
        TOTAL_IMPORT,
        TOTAL_EXPORT,
        ENERGY_IMPORT,
        ENERGY_EXPORT,
        CT_RATIO,
        VT_RATIO,
    }
)
"""Everything that a map may name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """One value: raw number * scale * 10^exponent."""

    address: int
    type: ValueType
    scale: float = 1.0
    exponent_address: int | None = None
    """Where the meter keeps a decimal exponent (int16) for this value."""

    @property
    def addresses(self) -> range:
        """The registers that the value takes."""
        return range(self.address, self.address + self.type.registers)


@dataclass(frozen=True, slots=True, order=True)
class Block:
    """Registers that one request reads."""

    start: int
    count: int

    @property
    def end(self) -> int:
        """The first address behind it."""
        return self.start + self.count

    def covers(self, addresses: range) -> bool:
        """Whether all of `addresses` are in it."""
        return self.start <= addresses.start and addresses.stop <= self.end


class IdentityType(StrEnum):
    """How a meter says what it is."""

    UINT16 = "uint16"
    UINT32 = "uint32"
    UINT64 = "uint64"
    STRING = "string"
    """Two characters per register; some meters put the low byte first."""
    SERVER_ID = "server_id"
    """The first byte of the answer to Report Server ID (function 17)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identification:
    """Where a meter says what it is, and what it says there."""

    function: int
    address: int
    count: int
    type: IdentityType
    values: Mapping[int | str, str]
    """What is read there (text: what it begins with) to the model's name."""
    alone: bool = False
    """Only a request for exactly these registers is answered truly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A register that tells whether the values may be believed."""

    address: int
    good: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class SunSpecModel:
    """A SunSpec model; the addresses of its registers count from its id."""

    ids: frozenset[int]
    length: int
    registers: Mapping[str, Register]


@dataclass(frozen=True, slots=True, kw_only=True)
class SunSpec:
    """A chain of models that must be walked to find the meter (SunSpec, 6)."""

    base_addresses: tuple[int, ...]
    models: tuple[SunSpecModel, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SerialLine:
    """Factory settings of the serial port; None: not known."""

    baudrate: int | None = None
    parity: Literal["N", "E", "O"] | None = None
    stopbits: Literal[1, 2] | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterMap:
    """Everything that is known of how to read one meter model or family."""

    key: str
    vendor: str
    name: str
    models: tuple[str, ...] = ()
    same_map: tuple[str, ...] = ()
    """Meters of others with the same registers."""
    experimental: bool = False
    """Fewer than two independent sources agree on it."""
    transports: tuple[Transport, ...] = ()
    unit_id: int | None = None
    tcp_port: int | None = None
    serial: SerialLine = field(default_factory=SerialLine)
    phases: Literal[1, 3] = 3
    function: Function = 3
    also_function: Function | None = None
    """Some of these meters answer to this function instead."""
    word_order: WordOrder = "big"
    max_read: int = MOST_REGISTERS
    reads: tuple[Block, ...] = ()
    """Requests that are known to work; empty: planned from the registers."""
    connect_delay: float = 0.0
    """Seconds that it needs after a connection is made."""
    latency: float = 1.0
    """How old what it shows may be, s."""
    resolution: float | None = None
    """Smallest difference of current that it shows, A; None: as the register's scale."""
    registers: Mapping[str, Register] = field(default_factory=dict)
    sunspec: SunSpec | None = None
    current_signed: bool = False
    """Its currents have a sign of their own, so that power isn't needed for it."""
    direction: str = ""
    not_available: str | None = None
    """What it writes for a value that it hasn't got (decoding knows these)."""
    identify: Identification | None = None
    status: Status | None = None
    setup_required: str | None = None
    """What must be set in the meter first."""
    quirks: tuple[str, ...] = ()
    disagreements: tuple[str, ...] = ()
    verified_note: str | None = None
    sources: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Vendor and name, as people look for it."""
        return f"{self.vendor}: {self.name}"

    def phase_names(self, names: tuple[str, str, str], phases: int) -> tuple[str, ...]:
        """Those of `names` that the map has, of the first `phases` phases."""
        return tuple(name for name in names[:phases] if name in self.registers)
