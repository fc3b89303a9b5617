"""A backend's own copy of the settings that are ours, and what follows from it for values.

How often a charger reports and what, is what keeps the fuse: a backend reads back what it wrote,
and hears of values as often, and of what, it asked for.
"""

from collections.abc import Mapping
import json
import re
from typing import Any, Final

from ... import clock
from ..transport import fields
from ..transport.messages import Verbatim

_INTERVAL: Final = "MeterValueSampleInterval"
_MEASURANDS: Final = "MeterValuesSampledData"
_HEARTBEAT: Final = "HeartbeatInterval"
_PING: Final = "WebSocketPingInterval"
_ATTEMPTS: Final = "TransactionMessageAttempts"
_RETRY_INTERVAL: Final = "TransactionMessageRetryInterval"
_NUMBERS: Final = (
    *(_INTERVAL, _HEARTBEAT, _PING, "MinimumStatusDuration"),
    # It is we who tell it of sessions, and tell it again.
    *(_ATTEMPTS, _RETRY_INTERVAL),
)
OURS: Final = {name.casefold(): name for name in (*_NUMBERS, _MEASURANDS)}
"""By their names in small letters."""
_ADDRESS: Final = re.compile(
    r"ur[il]$|url|address|endpoint|domain|host(name|ip|port)?$|csms|central(system|server)|back(end|office)"
    r"|(?<!re)server|supervision|securityprofile|networkprofile|websocket.{0,20}(path|port)"
    r"|ocpp.{0,20}(port|version|id(?!le)|ip|transport|enabled?|mode|path)"
    r"|(chargebox|chargepoint|charger|^cp)id(?!le)"
    r"|identity"
    # Over which network.
    r"|ssid|^apn|apn(name)?$|gateway|dhcp|netmask|subnet|network(interface|mode)",
    re.IGNORECASE,
)
_OF_OTHERS: Final = re.compile(
    r"((\w*ntp|time|s?ftp|(sys)?log|diagnostics?|firmware|update)server|s?ntp)"
    r"\d*(ur[il]|address|host(name|ip|port)?|domain|ip|port)?\d*"
)
"""Where a charger has its time and firmware from, and what it uploads goes to."""
_OF_A_SOCKET: Final = re.compile(r"\bwss?:[\\/]", re.IGNORECASE)
_COUNTED_ON: Final = re.compile(
    # Which current is of which phase, and how many there are.
    r"phase"
    # What a limit has to be like for a charger to take it.
    r"|charg(e|ing)(profile|schedule)|numberofconnectors|supportedfeatureprofiles"
    # What it can be asked for, and to tell.
    r"|configurationmaxkeys|sampleddatamaxlength"
    # What it does where nobody tells it any more.
    r"|fail(safe|over)|fallback|watchdog"
)
_CLOCK_ALIGNED: Final = "clockaligneddatainterval"
_LEAST_ALIGNED: Final = 10
"""Seconds; who has more to say than that has no ear for limits."""
_PING_KEY: Final = _PING.casefold()
_MOST_SECONDS: Final = 7 * 86400
_USUAL_ATTEMPTS, _MOST_ATTEMPTS = 3, 10
_USUAL_RETRY_INTERVAL, _LONGEST_RETRY_INTERVAL = 20, 60
"""Seconds. What one backend takes not at all keeps others of its messages waiting so long."""
_SLACK: Final = 1.0
"""Seconds by which a report may come before its time."""
_PERIODIC: Final = ("", "Sample.Periodic")
_TRIGGER: Final = "Trigger"
_DEFAULT: Final = "Energy.Active.Import.Register"


def leads_elsewhere(key: str) -> bool:
    """Whether a setting says whom the charger dials, or how it proves who it is."""
    bare = _bare(key)
    if bare == _PING_KEY or _OF_OTHERS.fullmatch(bare):
        return False
    return _ADDRESS.search(bare) is not None


def is_of_a_socket(text: str) -> bool:
    """Whether a text holds the address of a WebSocket: it is that of a central system."""
    return _OF_A_SOCKET.search(text) is not None


def is_counted_on(key: str, value: str) -> bool:
    """Whether limits, and what is measured for them, count on a setting as it is."""
    bare = _bare(key)
    if bare == _CLOCK_ALIGNED:
        seconds = fields.number(value)
        return seconds is not None and 0 < seconds < _LEAST_ALIGNED
    return _COUNTED_ON.search(bare) is not None


def _bare(key: str) -> str:
    return re.sub(r"[^a-z0-9]", "", key.casefold())


class Keys:
    """What a backend has written."""

    def __init__(self, stored: Mapping[str, Any] | None = None) -> None:
        """Go on with what was `stored`."""
        self.values: dict[str, str] = {
            OURS[key]: str(value)
            for key, value in (stored or {}).items()
            if key in OURS and isinstance(value, str)
        }
        self._passed: dict[int, float] = {}

    def state(self) -> dict[str, str]:
        """Plain JSON data."""
        return {name.casefold(): value for name, value in self.values.items()}

    def write(self, key: str, value: str) -> bool:
        """Take what is written to a key of ours; whether it can be."""
        name = OURS.get(key.strip().casefold())
        if name is None:
            return False
        if name in _NUMBERS:
            seconds = fields.integer({"value": value}, "value")
            if seconds is None or not 0 <= seconds <= _MOST_SECONDS:
                return False
        self.values[name] = value
        return True

    def read(self, key: str) -> str | None:
        """What was written to a key; None: nothing was."""
        name = OURS.get(key.strip().casefold())
        return None if name is None else self.values.get(name)

    @property
    def heartbeat(self) -> int | None:
        """Seconds between two heartbeats, as it wrote."""
        return self._number(_HEARTBEAT)

    @property
    def ping(self) -> int | None:
        """Seconds between two pings of the socket, as it wrote; 0: none."""
        return self._number(_PING)

    @property
    def attempts(self) -> int:
        """How often a message of a session is told before others may pass it."""
        written = self._number(_ATTEMPTS)
        return _USUAL_ATTEMPTS if written is None else min(max(1, written), _MOST_ATTEMPTS)

    @property
    def retry_interval(self) -> int:
        """Seconds before it is told again, times the attempts so far."""
        written = self._number(_RETRY_INTERVAL)
        return _USUAL_RETRY_INTERVAL if written is None else min(written, _LONGEST_RETRY_INTERVAL)

    def thinned(self, payload: Verbatim, *, triggered: bool) -> Verbatim | None:
        """What of a message of values the backend hears; None: nothing.

        `triggered`: it has asked for values out of turn.
        """
        contexts = _contexts(payload)
        if contexts <= {_TRIGGER}:
            # They are what somebody asked for: it, or we.
            return self._measured(payload) if triggered else None
        if contexts <= {*_PERIODIC, _TRIGGER} and not self._is_due(payload):
            return None
        return self._measured(payload)

    def _is_due(self, payload: Verbatim) -> bool:
        """Whether the time for a periodic report has come; unasked, all come as they are made."""
        interval = self._number(_INTERVAL)
        if interval is None:
            return True
        if interval == 0:
            return False
        connector = fields.integer(payload, "connectorId") or 0
        now = clock.monotonic()
        last = self._passed.get(connector)
        if last is not None and now - last < interval - _SLACK:
            return False
        self._passed[connector] = now
        return True

    def _measured(self, payload: Verbatim) -> Verbatim | None:
        """Only what is on its list; signed values are evidence, and stay."""
        told = self.values.get(_MEASURANDS)
        wanted = {word.strip().casefold() for word in (told or "").split(",") if word.strip()}
        if not wanted:
            return payload
        whole = json.loads(payload.text)
        before = after = 0
        for value in _lists(whole, "meterValue"):
            samples = list(_lists(value, "sampledValue"))
            kept = [sample for sample in samples if _is_wanted(sample, wanted)]
            before, after = before + len(samples), after + len(kept)
            value["sampledValue"] = kept
        if before == after:
            return payload
        if not after:
            return None
        whole["meterValue"] = [one for one in _lists(whole, "meterValue") if one["sampledValue"]]
        return Verbatim(whole, json.dumps(whole, separators=(",", ":")))

    def _number(self, name: str) -> int | None:
        return fields.integer(self.values, name)


def _is_wanted(sample: Mapping[str, Any], wanted: set[str]) -> bool:
    if str(sample.get("format", "")).casefold() == "signeddata":
        return True
    measurand = str(sample.get("measurand") or _DEFAULT)
    phase = str(sample.get("phase", ""))
    return measurand.casefold() in wanted or f"{measurand}.{phase}".casefold() in wanted


def _contexts(payload: Mapping[str, Any]) -> set[str]:
    return {
        str(sample.get("context", ""))
        for value in _lists(payload, "meterValue")
        for sample in _lists(value, "sampledValue")
    }


def _lists(payload: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    found = payload.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
