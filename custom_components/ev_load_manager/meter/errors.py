"""What can be wrong with a meter, each with the words that say what to do.

`key` leads to a text in the translations, both under `exceptions` (the log and
the interface) and under `config.error` (the flow); `placeholders` are what the
text mentions.
"""

from typing import ClassVar


class MeterError(Exception):
    """No values could be had from the meter."""

    key: ClassVar[str]

    def __init__(self, **placeholders: object) -> None:
        self.placeholders = {name: str(value) for name, value in placeholders.items()}
        super().__init__(self.key, self.placeholders)


class MeterSetupError(MeterError):
    """The meter's settings can't work, such as a register map that is gone."""

    key = "meter_settings_wrong"


class MeterLinkInUseError(MeterError):
    """Something else in Home Assistant uses the same link with other settings."""

    key = "meter_link_in_use"


class MeterUnreachableError(MeterError):
    """No connection: refused, no such host, no such serial port."""

    key = "meter_unreachable"


class MeterSilentError(MeterError):
    """The connection stands, and nobody answers."""

    key = "meter_silent"


class MeterAbsentError(MeterError):
    """The gateway answers that the meter does not (exception codes 10 and 11)."""

    key = "meter_absent"


class MeterBusyError(MeterError):
    """The meter answers that it can't just now (exception codes 4, 5, 6, 8)."""

    key = "meter_busy"


class MeterRefusedError(MeterError):
    """The meter hasn't got these registers: it is another model."""

    key = "meter_refused"


class MeterConfusedError(MeterError):
    """What came is no answer to what was asked: too short, or somebody else's."""

    key = "meter_confused"


class MeterNoValueError(MeterError):
    """The meter answers, and says that it has no value."""

    key = "meter_no_value"


class MeterNoVoltageError(MeterError):
    """The meter answers, and shows no voltage: nothing feeds it, or it is gone."""

    key = "meter_no_voltage"


class MeterOutOfRangeError(MeterError):
    """A current that the meter cannot measure."""

    key = "meter_out_of_range"


class MeterNotReadyError(MeterError):
    """A device tells that the meter behind it isn't working."""

    key = "meter_not_ready"


class MeterOtherModelError(MeterError):
    """It is no SunSpec meter, or not one that we know."""

    key = "meter_other_model"


class SensorMissingError(MeterError):
    """The entity is gone."""

    key = "meter_sensor_missing"


class SensorUnavailableError(MeterError):
    """The entity is unavailable or has no value yet."""

    key = "meter_sensor_unavailable"


class SensorNoNumberError(MeterError):
    """The entity's state isn't a number."""

    key = "meter_sensor_no_number"


class SensorUnitError(MeterError):
    """The entity measures something else."""

    key = "meter_sensor_unit"


class SensorStaleError(MeterError):
    """The entity has reported nothing for too long."""

    key = "meter_sensor_stale"


class SensorVoltageError(MeterError):
    """The voltage that power is divided by can't be true."""

    key = "meter_sensor_voltage"
