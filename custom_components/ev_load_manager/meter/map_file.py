"""From a register map's file to a `RegisterMap`, with every field checked."""

from ..data_files.fields import DataFileError, Fields, one_of
from .register_map import (
    CURRENTS,
    EXPORTS,
    IMPORTS,
    MOST_REGISTERS,
    QUANTITIES,
    Block,
    Identification,
    IdentityType,
    Register,
    RegisterMap,
    SerialLine,
    Status,
    SunSpec,
    SunSpecModel,
    ValueType,
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
    serial = fields.section("serial")
    found = fields.into(
        RegisterMap,
        key=key,
        unit_id=fields.whole("unit_id", 0, 255),
        tcp_port=fields.whole("tcp_port", 1, 65535),
        serial=serial
        and serial.into(SerialLine, baudrate=serial.whole("baudrate", 300, 1_000_000)),
        max_read=fields.whole("max_read", 1, MOST_REGISTERS),
        reads=tuple(_block(block) for block in fields.sections("reads")),
        registers=_registers(fields, "registers"),
        sunspec=_sunspec(fields.section("sunspec")),
        identify=_identification(fields.section("identify")),
        status=_status(fields.section("status")),
    )
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


def _block(fields: _Fields) -> Block:
    return fields.into(
        Block,
        start=fields.needed_whole("start", 0, HIGHEST_ADDRESS),
        count=fields.needed_whole("count", 1, MOST_REGISTERS),
    )


def _registers(fields: _Fields, name: str) -> dict[str, Register]:
    registers: dict[str, Register] = {}
    for quantity, value in fields.named(name):
        if quantity not in QUANTITIES:
            raise MapError(f"{fields.where}.{name}: unknown {quantity}")
        registers[quantity] = _register(_Fields(value, f"{fields.where}.{name}.{quantity}"))
    return registers


def _register(fields: _Fields) -> Register:
    kind = fields.needed("type", fields.read("type", fields.take("type"), one_of(ValueType)))
    return fields.into(
        Register,
        type=kind,
        address=fields.needed_whole("address", 0, HIGHEST_ADDRESS + 1 - kind.registers),
        scale=fields.number("scale"),
        exponent_address=fields.whole("exponent_address", 0, HIGHEST_ADDRESS),
    )


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
