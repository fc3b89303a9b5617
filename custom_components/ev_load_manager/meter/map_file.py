"""From a register map's file to a `RegisterMap`, with every field checked."""

from typing import Literal

from ..data_files.fields import DataFileError, Fields
from .register_map import (
    CURRENTS,
    EXPORTS,
    IMPORTS,
    MOST_REGISTERS,
    QUANTITIES,
    Block,
    Function,
    Identification,
    IdentityType,
    Register,
    RegisterMap,
    SerialLine,
    Status,
    SunSpec,
    SunSpecModel,
    Transport,
    ValueType,
    WordOrder,
)

HIGHEST_ADDRESS = 0xFFFF

_IDENTITY_REGISTERS = {IdentityType.UINT16: 1, IdentityType.UINT32: 2, IdentityType.UINT64: 4}


class MapError(DataFileError):
    """A register map doesn't follow the schema."""


class _Fields(Fields):
    error = MapError


def read_map(key: str, data: object) -> RegisterMap:
    """Make a register map of a file's content.

    Raises MapError that names the file and the field.
    """
    fields = _Fields(data, key)
    functions: tuple[Function, ...] = (3, 4)
    orders: tuple[WordOrder, ...] = ("big", "little")
    counts: tuple[Literal[1, 3], ...] = (1, 3)
    found = RegisterMap(
        key=key,
        vendor=fields.needed_text("vendor"),
        name=fields.needed_text("name"),
        models=fields.texts("models"),
        same_map=fields.texts("same_map"),
        experimental=fields.flag("experimental") or False,
        transports=_transports(fields),
        unit_id=fields.whole("unit_id", 0, 255),
        tcp_port=fields.whole("tcp_port", 1, 65535),
        serial=_serial(fields.section("serial")),
        phases=fields.one_of("phases", counts, 3),
        function=fields.one_of("function", functions, 3),
        also_function=fields.one_of("also_function", (*functions, None), None),
        word_order=fields.one_of("word_order", orders, "big"),
        max_read=fields.whole("max_read", 1, MOST_REGISTERS) or MOST_REGISTERS,
        reads=tuple(_block(block) for block in fields.sections("reads")),
        connect_delay=fields.positive("connect_delay") or 0.0,
        latency=fields.positive("latency") or 1.0,
        resolution=fields.positive("resolution"),
        registers=_registers(fields, "registers"),
        sunspec=_sunspec(fields.section("sunspec")),
        current_signed=fields.flag("current_signed") or False,
        direction=fields.text("direction") or "",
        not_available=fields.text("not_available"),
        identify=_identification(fields.section("identify")),
        status=_status(fields.section("status")),
        setup_required=fields.text("setup_required"),
        quirks=fields.texts("quirks"),
        disagreements=fields.texts("disagreements"),
        verified_note=fields.text("verified_note"),
        sources=fields.texts("sources"),
    )
    fields.done()
    check_map(found)
    return found


def check_map(found: RegisterMap) -> None:
    """Raise MapError where the parts of a map don't fit together."""
    sets = (
        [found.registers]
        if found.sunspec is None
        else [model.registers for model in found.sunspec.models]
    )
    for registers in sets:
        if missing := [name for name in CURRENTS[: found.phases] if name not in registers]:
            raise MapError(f"{found.key}.registers: needs {', '.join(missing)}")
        for one, other in zip(IMPORTS, EXPORTS, strict=True):
            if (one in registers) != (other in registers):
                raise MapError(f"{found.key}.registers: {one} and {other} need each other")
    if found.sunspec is not None and found.registers:
        raise MapError(f"{found.key}: has either registers or sunspec")
    if not found.sources:
        raise MapError(f"{found.key}: needs sources")
    for block in found.reads:
        if block.count > found.max_read:
            raise MapError(f"{found.key}.reads: {block} is longer than max_read {found.max_read}")


def _transports(fields: _Fields) -> tuple[Transport, ...]:
    names = fields.texts("transports")
    try:
        return tuple(Transport(name) for name in names)
    except ValueError as err:
        raise MapError(f"{fields.where}.transports: {err}") from None


def _serial(fields: _Fields | None) -> SerialLine:
    if fields is None:
        return SerialLine()
    parities: tuple[Literal["N", "E", "O"] | None, ...] = ("N", "E", "O", None)
    stops: tuple[Literal[1, 2] | None, ...] = (1, 2, None)
    line = SerialLine(
        baudrate=fields.whole("baudrate", 300, 1_000_000),
        parity=fields.one_of("parity", parities, None),
        stopbits=fields.one_of("stopbits", stops, None),
        note=fields.text("note"),
    )
    fields.done()
    return line


def _block(fields: _Fields) -> Block:
    block = Block(
        fields.needed_whole("start", 0, HIGHEST_ADDRESS),
        fields.needed_whole("count", 1, MOST_REGISTERS),
    )
    fields.done()
    return block


def _registers(fields: _Fields, name: str) -> dict[str, Register]:
    registers: dict[str, Register] = {}
    for quantity, value in fields.named(name):
        if quantity not in QUANTITIES:
            raise MapError(f"{fields.where}.{name}: unknown {quantity}")
        registers[quantity] = _register(_Fields(value, f"{fields.where}.{name}.{quantity}"))
    return registers


def _register(fields: _Fields) -> Register:
    kind = fields.one_of("type", [kind.value for kind in ValueType], "")
    if not kind:
        raise MapError(f"{fields.where}: needs type")
    kind = ValueType(kind)
    register = Register(
        address=fields.needed_whole("address", 0, HIGHEST_ADDRESS + 1 - kind.registers),
        type=kind,
        scale=fields.number("scale") or 1.0,
        exponent_address=fields.whole("exponent_address", 0, HIGHEST_ADDRESS),
    )
    fields.done()
    return register


def _identification(fields: _Fields | None) -> Identification | None:
    if fields is None:
        return None
    kind = IdentityType(fields.one_of("type", [kind.value for kind in IdentityType], "uint16"))
    by_server_id = kind is IdentityType.SERVER_ID
    function = fields.one_of("function", (17,) if by_server_id else (3, 4), 0)
    if not function:
        raise MapError(f"{fields.where}: needs function")
    if by_server_id:
        address, count = 0, 0
    else:
        address = fields.needed_whole("address", 0, HIGHEST_ADDRESS)
        count = _IDENTITY_REGISTERS.get(kind) or fields.needed_whole("registers", 1, MOST_REGISTERS)
    wanted = str if kind is IdentityType.STRING else int
    values: dict[int | str, str] = {}
    for value, name in fields.named("values"):
        if not isinstance(value, wanted) or isinstance(value, bool) or not isinstance(name, str):
            raise MapError(f"{fields.where}.values: {value!r}: {name!r} must name a model")
        values[value] = name
    if not values:
        raise MapError(f"{fields.where}: needs values")
    alone = fields.flag("alone") or False
    fields.text("note")
    fields.done()
    return Identification(
        function=function, address=address, count=count, type=kind, values=values, alone=alone
    )


def _status(fields: _Fields | None) -> Status | None:
    if fields is None:
        return None
    fields.one_of("type", ("uint16",), "uint16")
    good = fields.items("good")
    if not good or not all(isinstance(value, int) for value in good):
        raise fields.wrong("good", good, "must be whole numbers")
    status = Status(
        address=fields.needed_whole("address", 0, HIGHEST_ADDRESS), good=frozenset(good)
    )
    fields.done()
    return status


def _sunspec(fields: _Fields | None) -> SunSpec | None:
    if fields is None:
        return None
    bases = fields.items("base_addresses")
    if not bases or not all(
        isinstance(base, int) and 0 <= base <= HIGHEST_ADDRESS for base in bases
    ):
        raise fields.wrong("base_addresses", bases, "must be addresses")
    sunspec = SunSpec(
        base_addresses=tuple(bases),
        models=tuple(_sunspec_model(model) for model in fields.sections("models")),
    )
    fields.done()
    if not sunspec.models:
        raise MapError(f"{fields.where}: needs models")
    return sunspec


def _sunspec_model(fields: _Fields) -> SunSpecModel:
    ids = fields.items("ids")
    if not ids or not all(isinstance(one, int) for one in ids):
        raise fields.wrong("ids", ids, "must be whole numbers")
    model = SunSpecModel(
        ids=frozenset(ids),
        length=fields.needed_whole("length", 1, HIGHEST_ADDRESS),
        registers=_registers(fields, "registers"),
    )
    fields.done()
    # The id and the length themselves come before what the length counts.
    for name, register in model.registers.items():
        if register.addresses.stop > model.length + 2:
            raise MapError(f"{fields.where}.registers.{name}: is behind the model's end")
    return model
