"""OCPP-J frames, checked against the schemas of the `ocpp` library.

The schemas are read once, at import; checking a frame then touches no disk.
"""

from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files
import json
from typing import Any

from jsonschema import Draft4Validator, Draft6Validator

type Payload = dict[str, Any]

CALL, RESULT, ERROR, RESULT_ERROR = 2, 3, 4, 5


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
    of_answer: bool = False
    """It is about an answer (OCPP 2.1's CALLRESULTERROR)."""


type Frame = Call | Result | Refusal


type _Validator = type[Draft4Validator | Draft6Validator]


class Schemas:
    """What one version of OCPP allows."""

    def __init__(
        self,
        version: str,
        package: str,
        validator: _Validator,
        *,
        request: str,
        constraints: dict[str, str],
    ) -> None:
        """Read the schemas of `ocpp`'s `package`.

        `request` ends the name of a request's file. `constraints`: error codes by the
        JSON schema's keyword that is broken.
        """
        self.version = version
        """As people write it."""
        self._request = request
        self._constraints = constraints
        self._schemas = {
            path.name.removesuffix(".json"): validator(
                json.loads(path.read_text("utf-8-sig"), parse_float=Decimal)
            )
            for path in (files("ocpp") / package / "schemas").iterdir()
            if path.name.endswith(".json")
        }
        self.actions = frozenset(
            name.removesuffix(request)
            for name in self._schemas
            if name.endswith(request) and not name.endswith("Response")
        )
        """What it knows."""

    def check_call(self, action: str, payload: Payload) -> None:
        """Raise CallRefused where a request isn't as this version wants it."""
        if action not in self.actions:
            raise CallRefused("NotImplemented", f"no action {action}")
        self._check(f"{action}{self._request}", payload)

    def check_result(self, action: str, payload: Payload) -> None:
        """Raise CallRefused where the answer to `action` isn't as this version wants it."""
        self._check(f"{action}Response", payload)

    def _check(self, name: str, payload: Payload) -> None:
        # Numbers as decimals: 6.3 is no multiple of 0.1 in binary.
        exact = json.loads(json.dumps(payload), parse_float=Decimal)
        error = next(self._schemas[name].iter_errors(exact), None)
        if error is not None:
            code = self._constraints.get(str(error.validator), "PropertyConstraintViolation")
            raise CallRefused(code, f"{name}: {error.message}"[:255])


OCPP16 = Schemas(
    "1.6",
    "v16",
    Draft4Validator,
    request="",
    constraints={
        "type": "TypeConstraintViolation",
        "required": "OccurenceConstraintViolation",
        "additionalProperties": "FormationViolation",
    },
)
"""OCPP 1.6 with its security extension."""
SUBPROTOCOL16 = "ocpp1.6"


def parse(text: str | bytes) -> Frame:
    """Read a frame. Raises ValueError where it is none."""
    message = json.loads(text)
    match message:
        case [2, str(id), str(action), dict(payload)]:
            return Call(id, action, payload)
        case [3, str(id), dict(payload)]:
            return Result(id, payload)
        case [4 | 5, str(id), str(code), str(description), dict()]:
            return Refusal(id, code, description, of_answer=message[0] == RESULT_ERROR)
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
