"""Payloads of OCPP 1.6, checked, and changed in one place without touching the rest."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
import json
import re
from typing import Any, Final, NamedTuple

from ocpp.messages import get_validator

from ..charge_point.charge_point import Identity
from ..transport.errors import Refusal
from ..transport.messages import ErrorCode, Verbatim

_DECODER: Final = json.JSONDecoder()
_SIGNS: Final = re.compile(r"[\s,:]*")
_CALL: Final = 2


class _Member(NamedTuple):
    name: str
    began: int
    value: int
    ended: int


def text_of(payload: Mapping[str, Any]) -> str:
    """A payload as JSON; as it came, where it came so."""
    if isinstance(payload, Verbatim):
        return payload.text
    return json.dumps(payload, separators=(",", ":"))


def from_text(text: str) -> Verbatim:
    """The other way round; raises ValueError where it is no object."""
    payload = json.loads(text)
    if not isinstance(payload, dict):
        raise ValueError("a payload is an object")  # noqa: TRY004 - whatever is wrong, one error
    return Verbatim(payload, text)


def with_value(payload: Mapping[str, Any], name: str, value: object) -> Verbatim:
    """A payload in which one field has another value; all else stays to the letter."""
    text, told = text_of(payload), json.dumps(value)
    changed = {**payload, name: value}
    for member in _members(text):
        if member.name == name:
            return Verbatim(changed, text[: member.value] + told + text[member.ended :])
    comma = "," if payload else ""
    end = text.rindex("}")
    return Verbatim(changed, f"{text[:end].rstrip()}{comma}{json.dumps(name)}:{told}}}")


def without(payload: Mapping[str, Any], name: str) -> Verbatim:
    """A payload without one field; all else stays to the letter."""
    text = text_of(payload)
    members = list(_members(text))
    changed = {key: value for key, value in payload.items() if key != name}
    for place, member in enumerate(members):
        if member.name != name:
            continue
        if place + 1 < len(members):
            return Verbatim(changed, text[: member.began] + text[members[place + 1].began :])
        if place:
            return Verbatim(changed, text[: members[place - 1].ended] + text[member.ended :])
        return Verbatim(changed, "{}")
    return Verbatim(changed, text)


def boot_of(identity: Identity) -> Verbatim:
    """Who a charger is, in as many characters as a strict backend takes (OCPP 1.6, 6.9)."""
    told = {
        "chargePointVendor": identity.vendor[:20],
        "chargePointModel": identity.model[:20],
        "chargePointSerialNumber": identity.serial[:25],
        "firmwareVersion": identity.firmware[:50],
    }
    payload = {name: value for name, value in told.items() if value}
    return Verbatim(payload, json.dumps(payload))


def check(action: str, payload: Mapping[str, Any]) -> None:
    """Refuse a call that is none of OCPP 1.6; raises Refusal."""
    exact = json.loads(text_of(payload), parse_float=Decimal, object_pairs_hook=_once)
    try:
        validator = get_validator(_CALL, action, "1.6", parse_float=Decimal)
    except OSError:
        raise Refusal(ErrorCode.NOT_IMPLEMENTED, f"{action[:50]} is not known") from None
    error = next(validator.iter_errors(exact), None)
    if error is not None:
        where = ".".join(map(str, error.absolute_path)) or action
        raise Refusal(ErrorCode.FORMATION_VIOLATION, f"{where}: {error.message}"[:200])


def _once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose fields are told once each; raises Refusal.

    Of a field that is told twice some take the first, and some the last: what is looked at here
    might not be what the charger takes.
    """
    told = dict(members)
    if len(told) < len(members):
        raise Refusal(ErrorCode.FORMATION_VIOLATION, "a field is told twice")
    return told


def _members(text: str) -> Iterator[_Member]:
    """Where the fields of an object stand; it is known to be one."""
    at = text.index("{") + 1
    while True:
        began = _past(text, at)
        if text[began] == "}":
            return
        name, at = _DECODER.raw_decode(text, began)
        value = _past(text, at)
        _, at = _DECODER.raw_decode(text, value)
        yield _Member(name, began, value, at)


def _past(text: str, at: int) -> int:
    found = _SIGNS.match(text, at)
    return at if found is None else found.end()
