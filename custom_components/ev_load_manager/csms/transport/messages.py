"""CALL, CALLRESULT, CALLERROR: bytes in, values out, nothing trusted.

OCPP-J 1.6, section 4. Parsing is lenient where firmware is known to be sloppy
(numbers as message ids, a missing payload of `null`, elements too many) and
says exactly what is wrong elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
import json
import re
from typing import Any, Final, NoReturn

from .harmless import TooMuch, harmless, plain_text
from .masking import masked_text

MAX_FRAME_BYTES = 256 * 1024
_MAX_MESSAGE_ID = 255  # the specification says 36; some firmware counts otherwise
_GREATEST_MESSAGE_ID = 2**63  # some count milliseconds
_NO_MESSAGE_ID = "-1"  # OCPP-J 2.0.1, 4.2.3: the id of a message that has none
_BEGINNING: Final = re.compile(
    r'\s*\[\s*([234])\s*,\s*("(?:[^"\\]|\\.){0,255}"|-?\d{1,18})\s*[,\]]'
)
"""Type and id of a message, of which the rest may be broken."""
_DECODER: Final = json.JSONDecoder()
_BETWEEN: Final = re.compile(r"[\s,]*")


class ErrorCode(StrEnum):
    """Codes of a CALLERROR, misspelled as the specification misspells them."""

    NOT_IMPLEMENTED = "NotImplemented"
    NOT_SUPPORTED = "NotSupported"
    INTERNAL_ERROR = "InternalError"
    PROTOCOL_ERROR = "ProtocolError"
    SECURITY_ERROR = "SecurityError"
    FORMATION_VIOLATION = "FormationViolation"
    RPC_FRAMEWORK_ERROR = "RpcFrameworkError"
    """Of 2.0.1: it is no message at all."""
    MESSAGE_TYPE_NOT_SUPPORTED = "MessageTypeNotSupported"
    """Of 2.0.1."""
    PROPERTY_CONSTRAINT_VIOLATION = "PropertyConstraintViolation"
    OCCURENCE_CONSTRAINT_VIOLATION = "OccurenceConstraintViolation"
    TYPE_CONSTRAINT_VIOLATION = "TypeConstraintViolation"
    GENERIC_ERROR = "GenericError"


class MessageType(IntEnum):
    """The first element of every message."""

    CALL = 2
    CALL_RESULT = 3
    CALL_ERROR = 4


type MessageId = str | int
"""Echoed as it came: some clients count in numbers and compare strictly."""


@dataclass(frozen=True, slots=True)
class Call:
    """A question."""

    id: MessageId
    action: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CallResult:
    """An answer. `payload` is None where it wasn't an object."""

    id: MessageId
    payload: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class CallFailure:
    """A CALLERROR."""

    id: MessageId
    code: str
    description: str


class Verbatim(dict[str, Any]):
    """A payload that is passed on just as it came."""

    def __init__(self, payload: Mapping[str, Any], text: str) -> None:
        """`text` is the JSON that `payload` was read from."""
        super().__init__(payload)
        self.text: Final = text


type Message = Call | CallResult | CallFailure

_UNANSWERED: Final = (5, 6)
"""CALLRESULTERROR and SEND of OCPP 2.1: never to be answered."""


class FrameError(Exception):
    """A frame that is no message."""

    def __init__(
        self,
        description: str,
        *,
        id: MessageId | None = _NO_MESSAGE_ID,
        code: ErrorCode = ErrorCode.RPC_FRAMEWORK_ERROR,
    ) -> None:
        """Tell what is wrong; `id` is the one to answer to, None: don't answer."""
        super().__init__(description)
        self.description = description
        self.id = id
        self.code = code


def parse(
    frame: str | bytes, longest: Mapping[str, int], *, with_text: bool = False
) -> Message | None:
    """Turn a frame into a message; None: one that is never answered, and of no use here.

    What it says is made harmless here, whoever sent it (`longest`: characters of a text,
    by the name of its field); only its id stays as it came, because it has to be given back.
    `with_text`: its payload is `Verbatim`, where its text can be found.

    Raises FrameError for anything that isn't one. An answer that is malformed is
    never to be answered in turn, so that two systems can't argue for ever.
    """
    try:
        data = json.loads(frame, parse_constant=_not_a_number)
    except ValueError, RecursionError:
        raise FrameError("not JSON", id=_readable_id(frame)) from None
    if not isinstance(data, list) or not data:
        raise FrameError("a message is a JSON array")
    kind = data[0]
    if kind in _UNANSWERED:
        return None
    if isinstance(kind, bool) or kind not in (2, 3, 4):
        raise FrameError(
            "the message type is none of 2, 3 and 4",
            id=_message_id(data),
            code=ErrorCode.MESSAGE_TYPE_NOT_SUPPORTED,
        )
    answer = kind != MessageType.CALL
    message_id = _message_id(data)
    if message_id is None:
        raise FrameError("no message id", id=None if answer else _NO_MESSAGE_ID)
    try:
        data = harmless(data, longest)
    except TooMuch, RecursionError:
        raise FrameError(
            "more than a message holds",
            id=None if answer else message_id,
            code=ErrorCode.FORMATION_VIOLATION,
        ) from None
    if kind == MessageType.CALL_RESULT:
        payload = data[2] if len(data) > 2 else {}
        if not isinstance(payload, dict):
            return CallResult(message_id, None)
        if with_text:
            payload = _with_text(payload, frame, is_last=len(data) == 3)
        return CallResult(message_id, payload)
    if kind == MessageType.CALL_ERROR:
        code, description = (*data[2:4], "", "")[:2]
        # It is shown, logged, and told by actions in the charger's own words.
        described = masked_text(plain_text(str(description), 255))
        return CallFailure(message_id, plain_text(str(code), 50), described)
    if len(data) < 4:
        raise FrameError("a call has four elements", id=message_id)
    action, payload = data[2], data[3]
    if not isinstance(action, str):
        raise FrameError("the action is not a text", id=message_id)
    if payload is None:
        payload = {}
    if not isinstance(payload, dict):
        raise FrameError(
            "the payload is not an object", id=message_id, code=ErrorCode.FORMATION_VIOLATION
        )
    if with_text:
        payload = _with_text(payload, frame, is_last=len(data) == 4)
    return Call(message_id, action, payload)


def _with_text(payload: dict[str, Any], frame: str | bytes, *, is_last: bool) -> dict[str, Any]:
    """The same payload, to be passed on just as it came, where it can be found in its frame."""
    text = _payload_text(frame, is_last=is_last)
    return payload if text is None else Verbatim(payload, text)


def _payload_text(frame: str | bytes, *, is_last: bool) -> str | None:
    """The payload of a CALL or CALLRESULT as it stands in a frame that was read.

    `is_last`: nothing comes after it. None where it can't be found.
    """
    try:
        text = frame if isinstance(frame, str) else frame.decode()
        at = _past(text, text.index("[") + 1)
        kind, at = _DECODER.raw_decode(text, at)
        for _ in range(2 if kind == MessageType.CALL else 1):
            _, at = _DECODER.raw_decode(text, _past(text, at))
        began = _past(text, at)
        if is_last:
            # Values never end: none of them is read twice.
            return text[began : text.rindex("]")].rstrip()
        _, ended = _DECODER.raw_decode(text, began)
    except ValueError, RecursionError:
        return None
    return text[began:ended]


def call(message_id: str, action: str, payload: Mapping[str, Any]) -> str:
    """Write a CALL."""
    if isinstance(payload, Verbatim):
        beginning = _write([MessageType.CALL, message_id, action])
        return f"{beginning[:-1]},{payload.text}]"
    return _write([MessageType.CALL, message_id, action, payload])


def call_result(message_id: MessageId, payload: Mapping[str, Any]) -> str:
    """Write a CALLRESULT."""
    if isinstance(payload, Verbatim):
        beginning = _write([MessageType.CALL_RESULT, message_id])
        return f"{beginning[:-1]},{payload.text}]"
    return _write([MessageType.CALL_RESULT, message_id, payload])


def call_error(message_id: MessageId, code: str, description: str) -> str:
    """Write a CALLERROR; a description may have 255 characters."""
    return _write([MessageType.CALL_ERROR, message_id, code, description[:255], {}])


def _message_id(data: list[Any]) -> MessageId | None:
    if len(data) < 2:
        return None
    value = data[1]
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if abs(value) < _GREATEST_MESSAGE_ID else None
    if isinstance(value, str) and len(value) <= _MAX_MESSAGE_ID:
        return value
    return None


def _readable_id(frame: str | bytes) -> MessageId | None:
    """Whom to answer where the rest of a frame is broken; None: it is an answer itself."""
    text = frame if isinstance(frame, str) else frame[:1000].decode(errors="replace")
    found = _BEGINNING.match(text)
    if found is None:
        return _NO_MESSAGE_ID
    if found[1] != "2":
        return None
    try:
        message_id: MessageId = json.loads(found[2])
    except ValueError:
        return _NO_MESSAGE_ID
    return message_id


def _past(text: str, at: int) -> int:
    """Where the next value of an array begins."""
    found = _BETWEEN.match(text, at)
    return at if found is None else found.end()


def _write(message: list[Any]) -> str:
    return json.dumps(message, separators=(",", ":"))


def _not_a_number(_: str) -> NoReturn:
    raise ValueError("NaN and Infinity are no JSON")
