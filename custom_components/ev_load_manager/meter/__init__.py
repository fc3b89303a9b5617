"""Grid meters: Modbus register maps (data) and Home Assistant sensors."""

from .config import create_meter
from .errors import MeterError
from .reading import Meter, MeterEnergy, MeterValues

__all__ = ["Meter", "MeterEnergy", "MeterError", "MeterValues", "create_meter"]
