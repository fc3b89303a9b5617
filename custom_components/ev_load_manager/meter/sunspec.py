"""Finding the meter in a SunSpec device: a chain of models that must be walked."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Final

from modbus_connection.decode import decode_string

from .errors import MeterConfusedError, MeterOtherModelError, MeterRefusedError, MeterSilentError
from .link import Asking
from .map_file import HIGHEST_ADDRESS
from .register_map import Block, Register, RegisterMap, SunSpec, SunSpecModel

MARKER: Final = "SunS"
END: Final = 0xFFFF
LONGEST_CHAIN: Final = 64
"""Models of the largest devices are fewer; a chain that is longer goes in circles."""


async def find_meter(found: RegisterMap, sunspec: SunSpec, link: Asking) -> RegisterMap:
    """The map of the first meter in the chain, with its registers where they are.

    Raises MeterError: MeterOtherModelError where there is no chain, or no meter in it.
    """
    seen: list[int] = []
    silence: MeterSilentError | None = None
    for base in sunspec.base_addresses:
        try:
            words = await link.ask(found.function, Block(base, 2))
        except MeterRefusedError, MeterConfusedError:
            continue
        except MeterSilentError as err:
            # Some devices say nothing where they have nothing.
            silence = err
            continue
        if decode_string(words) != MARKER:
            continue
        async for address, model_id, length in _walk(found, base + 2, link):
            for model in sunspec.models:
                if model_id in model.ids and length >= model.length:
                    return replace(found, registers=_placed(model, address), sunspec=None, reads=())
            seen.append(model_id)
    if silence is not None and not seen:
        raise silence
    raise MeterOtherModelError(seen=", ".join(map(str, seen)) or "-")


async def _walk(
    found: RegisterMap, address: int, link: Asking
) -> AsyncIterator[tuple[int, int, int]]:
    """Address, id and length of every model of the chain."""
    for _ in range(LONGEST_CHAIN):
        if address + 2 > HIGHEST_ADDRESS:
            return
        model_id, length = await link.ask(found.function, Block(address, 2))
        if model_id == END:
            return
        yield address, model_id, length
        address += 2 + length


def _placed(model: SunSpecModel, address: int) -> dict[str, Register]:
    """The model's registers, counted from where the model is."""
    return {
        name: replace(
            register,
            address=register.address + address,
            exponent_address=None
            if register.exponent_address is None
            else register.exponent_address + address,
        )
        for name, register in model.registers.items()
    }
