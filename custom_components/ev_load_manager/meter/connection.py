"""From the settings of a Modbus connection to the library's parameters."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, Literal

from modbus_connection import ModbusSerialParams, ModbusTcpParams, ModbusUdpParams

CONF_CONNECTION: Final = "connection"
CONF_HOST: Final = "host"
CONF_PORT: Final = "port"
CONF_DEVICE: Final = "device"
CONF_BAUDRATE: Final = "baudrate"
CONF_PARITY: Final = "parity"
CONF_STOPBITS: Final = "stopbits"
CONF_UNIT_ID: Final = "unit_id"

PARITIES: Final[Mapping[str, Literal["N", "E", "O"]]] = {"none": "N", "even": "E", "odd": "O"}

type Params = ModbusTcpParams | ModbusUdpParams | ModbusSerialParams


class Connection(StrEnum):
    """How a meter is reached."""

    TCP = "tcp"
    RTU_OVER_TCP = "rtu_over_tcp"
    """A gateway that passes serial frames on."""
    UDP = "udp"
    SERIAL = "serial"


# What the library gives a serial line that is carried by a socket; with another
# speed the same gateway would count as in use with other settings.
_SOCKET_BAUDRATE: Final = 115200


def params(settings: Mapping[str, Any]) -> Params:
    """The parameters of the link.

    Raises KeyError or ValueError where settings are missing or wrong.
    """
    match Connection(settings[CONF_CONNECTION]):
        case Connection.TCP:
            return ModbusTcpParams(host=settings[CONF_HOST], port=int(settings[CONF_PORT]))
        case Connection.UDP:
            return ModbusUdpParams(host=settings[CONF_HOST], port=int(settings[CONF_PORT]))
        case Connection.RTU_OVER_TCP:
            host = str(settings[CONF_HOST]).lower()
            address = f"[{host}]" if ":" in host else host
            return ModbusSerialParams(
                device=f"socket://{address}:{int(settings[CONF_PORT])}",
                framer="rtu",
                baudrate=_SOCKET_BAUDRATE,
            )
        case Connection.SERIAL:
            stopbits = int(settings[CONF_STOPBITS])
            if stopbits not in (1, 2):
                raise ValueError(f"no serial line has {stopbits} stop bits")
            return ModbusSerialParams(
                device=settings[CONF_DEVICE],
                baudrate=int(settings[CONF_BAUDRATE]),
                parity=PARITIES[settings[CONF_PARITY]],
                stopbits=2 if stopbits == 2 else 1,
            )


def target(link: Params) -> str:
    """Where a link leads, as people know it."""
    if isinstance(link, ModbusSerialParams):
        return link.device.removeprefix("socket://")
    return f"{link.host}:{link.port}"
