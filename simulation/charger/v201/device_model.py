"""A charger's device model (part 1, 4; part 2, block B): components and their variables."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from ..frames import CallRefused, Payload

READ_ONLY, WRITE_ONLY, READ_WRITE = "ReadOnly", "WriteOnly", "ReadWrite"


class Address(NamedTuple):
    """Where a variable is. Names are told as they are written, and found in any case."""

    component: str
    variable: str
    instance: str | None = None
    """Of the variable."""
    evse: int | None = None
    connector: int | None = None
    component_instance: str | None = None

    @classmethod
    def from_ocpp(cls, data: Mapping[str, Any]) -> Address:
        """Read the component and variable of an item."""
        component, variable = data["component"], data.get("variable", {})
        evse = component.get("evse", {})
        return cls(
            component["name"],
            variable.get("name", ""),
            variable.get("instance"),
            evse.get("id"),
            evse.get("connectorId"),
            component.get("instance"),
        )

    @property
    def key(self) -> tuple[object, ...]:
        """The same for all ways of writing it."""
        return tuple(part.casefold() if isinstance(part, str) else part for part in self)

    @property
    def owner(self) -> tuple[object, ...]:
        """The same for all variables of its component."""
        return self._replace(variable="", instance=None).key

    def to_ocpp(self) -> Payload:
        """Write it."""
        component: Payload = {"name": self.component}
        if self.component_instance is not None:
            component["instance"] = self.component_instance
        if self.evse is not None:
            component["evse"] = {"id": self.evse}
            if self.connector is not None:
                component["evse"]["connectorId"] = self.connector
        variable: Payload = {"name": self.variable}
        if self.instance is not None:
            variable["instance"] = self.instance
        return {"component": component, "variable": variable}


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A variable as it comes from the factory."""

    value: str | None = ""
    """Actual; None: it has none."""
    kind: str = "string"
    """dataType."""
    mutability: str = READ_ONLY
    unit: str | None = None
    least: float | None = None
    most: float | None = None
    """maxLimit: of a text's length, or of a number."""
    choices: tuple[str, ...] | None = None
    """valuesList."""
    reboot: bool = False
    """A new value holds after a reboot."""
    other_attributes: Mapping[str, str] | None = None
    """Target, MinSet, MaxSet, where it has them."""


def number(value: float, *, writable: bool = False, **more: Any) -> Variable:
    """A whole number."""
    return Variable(
        value=f"{value:g}",
        kind="integer",
        mutability=READ_WRITE if writable else READ_ONLY,
        **more,
    )


def flag(value: bool, *, writable: bool = False, **more: Any) -> Variable:
    """Yes or no."""
    return Variable(
        value=str(value).lower(),
        kind="boolean",
        mutability=READ_WRITE if writable else READ_ONLY,
        **more,
    )


def members(
    value: Iterable[str], choices: Iterable[str], *, writable: bool = False, **more: Any
) -> Variable:
    """Any of some words."""
    return Variable(
        value=",".join(value),
        kind="MemberList",
        choices=tuple(choices),
        mutability=READ_WRITE if writable else READ_ONLY,
        **more,
    )


class DeviceModel:
    """All variables with their values; writes are counted, because they wear flash."""

    def __init__(
        self,
        variables: Mapping[Address, Variable],
        *,
        on_change: Callable[[Address, str], None] = lambda *_: None,
    ) -> None:
        """Start with the factory's values."""
        self._variables = {address.key: (address, one) for address, one in variables.items()}
        self._components = {address.owner for address in variables}
        self._values = {key: one.value for key, (_, one) in self._variables.items()}
        self._after_reboot: dict[tuple[object, ...], str] = {}
        self._on_change = on_change
        self._pretended: tuple[tuple[object, ...], ...] = ()
        self.writes = 0

    def pretend(self, variables: Mapping[Address, Variable]) -> None:
        """Tell of these, too, and no more of those that were pretended before."""
        for key in self._pretended:
            del self._variables[key], self._values[key]
        self._pretended = tuple(address.key for address in variables)
        self._variables |= {address.key: (address, one) for address, one in variables.items()}
        self._values |= {address.key: one.value for address, one in variables.items()}
        self._components |= {address.owner for address in variables}

    # -- as the charger uses it -------------------------------------------

    def text(self, component: str, variable: str, default: str = "", **where: Any) -> str:
        """A variable's value now; `default` where there is none."""
        found = self._values.get(Address(component, variable, **where).key)
        return default if found is None else found

    def number(self, component: str, variable: str, default: float = 0.0, **where: Any) -> float:
        """A variable's value as a number; `default` where it is none."""
        try:
            return float(self.text(component, variable, **where))
        except ValueError:
            return default

    def flag(self, component: str, variable: str, default: bool = False, **where: Any) -> bool:
        """A variable's value as yes or no."""
        return self.text(component, variable, str(default), **where).lower() == "true"

    def items(self, component: str, variable: str, **where: Any) -> list[str]:
        """A comma separated variable's parts."""
        text = self.text(component, variable, **where)
        return [part.strip() for part in text.split(",") if part.strip()]

    def put(self, address: Address, value: str) -> None:
        """Change a value from inside the charger, where there is such a variable."""
        if address.key in self._variables:
            self._values[address.key] = value

    def reboot(self) -> None:
        """What waited for a reboot holds now."""
        for key, value in self._after_reboot.items():
            self._values[key] = value
            self._on_change(self._variables[key][0], value)
        self._after_reboot.clear()

    # -- as the central system sees it ------------------------------------

    def get(self, item: Mapping[str, Any]) -> Payload:
        """One getVariableResult (B06)."""
        address = Address.from_ocpp(item)
        attribute = item.get("attributeType", "Actual")
        told: Payload = {
            "component": item["component"],
            "variable": item["variable"],
            "attributeType": attribute,
            "attributeStatus": "Accepted",
        }
        problem = self._problem(address, attribute)
        if problem is None and self._variables[address.key][1].mutability == WRITE_ONLY:
            problem = "Rejected"
        if problem is not None:
            return {**told, "attributeStatus": problem}
        return {**told, "attributeValue": self._value(address, attribute)[:2500]}

    def set(self, item: Mapping[str, Any]) -> Payload:
        """One setVariableResult (B05)."""
        address = Address.from_ocpp(item)
        attribute, value = item.get("attributeType", "Actual"), item["attributeValue"]
        told: Payload = {
            "component": item["component"],
            "variable": item["variable"],
            "attributeType": attribute,
        }
        problem = self._problem(address, attribute)
        if problem is not None:
            return {**told, "attributeStatus": problem}
        variable = self._variables[address.key][1]
        why = _why_not(variable, attribute, value)
        if why is not None:
            return {
                **told,
                "attributeStatus": "Rejected",
                "attributeStatusInfo": {"reasonCode": why},
            }
        self.writes += 1
        if variable.reboot:
            self._after_reboot[address.key] = value
            return {**told, "attributeStatus": "RebootRequired"}
        self._values[address.key] = value
        self._on_change(self._variables[address.key][0], value)
        return {**told, "attributeStatus": "Accepted"}

    def report(self, wanted: Callable[[Address, Variable], bool]) -> list[Payload]:
        """The reportData of what is `wanted` (B07, B08)."""
        return [
            self._tell(address, variable)
            for address, variable in self._variables.values()
            if wanted(address, variable)
        ]

    def _tell(self, address: Address, variable: Variable) -> Payload:
        attribute: Payload = {"type": "Actual", "mutability": variable.mutability}
        value = self._values[address.key]
        if value is not None and variable.mutability != WRITE_ONLY:
            attribute["value"] = value[:2500]
        others = [
            {"type": name, "value": text}
            for name, text in (variable.other_attributes or {}).items()
        ]
        characteristics: Payload = {"dataType": variable.kind, "supportsMonitoring": False}
        for name, told in (
            ("unit", variable.unit),
            ("minLimit", variable.least),
            ("maxLimit", variable.most),
            ("valuesList", ",".join(variable.choices) if variable.choices is not None else None),
        ):
            if told is not None:
                characteristics[name] = told
        return {
            **address.to_ocpp(),
            "variableAttribute": [attribute, *others],
            "variableCharacteristics": characteristics,
        }

    def _problem(self, address: Address, attribute: str) -> str | None:
        if address.key not in self._variables:
            known = address.owner in self._components
            return "UnknownVariable" if known else "UnknownComponent"
        others = self._variables[address.key][1].other_attributes or {}
        return None if attribute == "Actual" or attribute in others else "NotSupportedAttributeType"

    def _value(self, address: Address, attribute: str) -> str:
        if attribute == "Actual":
            return self._values[address.key] or ""
        return (self._variables[address.key][1].other_attributes or {})[attribute]


def _why_not(variable: Variable, attribute: str, value: str) -> str | None:
    """Why a value isn't taken; a reason code of the appendix."""
    if variable.mutability == READ_ONLY or attribute != "Actual":
        return "ReadOnly"
    if variable.kind in ("integer", "decimal"):
        try:
            figure = float(value)
        except ValueError:
            return "InvalidValue"
        if variable.kind == "integer" and figure != int(figure):
            return "InvalidValue"
        if variable.least is not None and figure < variable.least:
            return "ValueTooLow"
        return "ValueTooHigh" if variable.most is not None and figure > variable.most else None
    if variable.kind == "boolean":
        return None if value.lower() in ("true", "false") else "InvalidValue"
    if variable.choices is not None:
        parts = [part.strip() for part in value.split(",") if part.strip()]
        if not set(parts) <= set(variable.choices):
            return "InvalidValue"
        return "InvalidValue" if variable.kind == "OptionList" and len(parts) != 1 else None
    too_long = variable.most is not None and len(value) > variable.most
    too_short = variable.least is not None and len(value) < variable.least
    return "TooLargeElement" if too_long else "ValueTooLow" if too_short else None


def refuse_too_many(model: DeviceModel, message: str, items: list[Any], payload_bytes: int) -> None:
    """Refuse a message with more than fits (B05.FR.11, B06.FR.16, FR.17)."""
    most = model.number("DeviceDataCtrlr", "ItemsPerMessage", instance=message)
    room = model.number("DeviceDataCtrlr", "BytesPerMessage", instance=message)
    if 0 < most < len(items):
        raise CallRefused("OccurrenceConstraintViolation", f"{most:g} items at most")
    if 0 < room < payload_bytes:
        raise CallRefused("FormatViolation", f"{room:g} bytes at most")


def parts(data: list[Payload], *, most: int) -> Iterator[list[Payload]]:
    """A report in portions of `most` items; one that is empty where there is nothing."""
    for start in range(0, max(1, len(data)), most):
        yield data[start : start + most]


def without(
    variables: Mapping[Address, Variable], gone: Callable[[Address], bool]
) -> dict[Address, Variable]:
    """Variables but for those that are `gone`."""
    return {address: one for address, one in variables.items() if not gone(address)}


def read_only(variable: Variable) -> Variable:
    """The same, which nobody can change."""
    return replace(variable, mutability=READ_ONLY)
