"""OCPP-J frames, checked against the schemas of the `ocpp` library.

The schemas are read once, at import; checking a frame then touches no disk.
"""

from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files
import json
from typing import Any

from jsonschema import Draft4Validator

type Payload = dict[str, Any]

CALL, RESULT, ERROR = 2, 3, 4

_CONSTRAINTS = {
    "type": "TypeConstraintViolation",
    "required": "OccurenceConstraintViolation",
    "additionalProperties": "FormationViolation",
}


class CallRefused(Exception):
    """A CALLERROR, to be sent or received."""

    def __init__(self, code: str, description: str = "") -> None:
        """Say which of OCPP-J's error codes (table 7) it is, and why."""
        super().__init__(f"{code}: {description}" if description else code)
        self.code = code
        self.description = description


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody asks something."""

    id: str
    action: str
    payload: Payload


@dataclass(frozen=True, slots=True)
class Result:
    """An answer."""

    id: str
    payload: Payload


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that something is wrong with the question."""

    id: str
    code: str
    description: str


type Frame = Call | Result | Refusal


def _load() -> dict[str, Draft4Validator]:
    folder = files("ocpp") / "v16" / "schemas"
    return {
        path.name.removesuffix(".json"): Draft4Validator(
            json.loads(path.read_text("utf-8-sig"), parse_float=Decimal)
        )
        for path in folder.iterdir()
        if path.name.endswith(".json")
    }


_SCHEMAS = _load()

ACTIONS = frozenset(name for name in _SCHEMAS if not name.endswith("Response"))
"""What OCPP 1.6 knows, with its security extension."""


def parse(text: str | bytes) -> Frame:
    """Read a frame. Raises ValueError where it is none."""
    message = json.loads(text)
    match message:
        case [2, str(id), str(action), dict(payload)]:
            return Call(id, action, payload)
        case [3, str(id), dict(payload)]:
            return Result(id, payload)
        case [4, str(id), str(code), str(description), dict()]:
            return Refusal(id, code, description)
    raise ValueError(f"not an OCPP-J frame: {text[:200]!r}")


def call(id: str, action: str, payload: Payload) -> str:
    """Write a CALL."""
    return json.dumps([CALL, id, action, payload], separators=(",", ":"))


def result(id: str, payload: Payload) -> str:
    """Write a CALLRESULT."""
    return json.dumps([RESULT, id, payload], separators=(",", ":"))


def refusal(id: str, refused: CallRefused) -> str:
    """Write a CALLERROR."""
    return json.dumps([ERROR, id, refused.code, refused.description, {}], separators=(",", ":"))


def check_call(action: str, payload: Payload) -> None:
    """Raise CallRefused where a request isn't as OCPP 1.6 wants it."""
    if action not in ACTIONS:
        raise CallRefused("NotImplemented", f"no action {action}")
    _check(action, payload)


def check_result(action: str, payload: Payload) -> None:
    """Raise CallRefused where the answer to `action` isn't as OCPP 1.6 wants it."""
    _check(f"{action}Response", payload)


def _check(name: str, payload: Payload) -> None:
    # Numbers as decimals: 6.3 is no multiple of 0.1 in binary.
    exact = json.loads(json.dumps(payload), parse_float=Decimal)
    error = next(_SCHEMAS[name].iter_errors(exact), None)
    if error is not None:
        code = _CONSTRAINTS.get(str(error.validator), "PropertyConstraintViolation")
        raise CallRefused(code, f"{name}: {error.message}"[:255])
