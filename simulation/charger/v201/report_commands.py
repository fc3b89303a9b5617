"""The device model as it is read, written and reported (part 2, B05 to B08)."""

from collections.abc import Callable
from functools import partial
import json

from custom_components.ev_load_manager import clock

from ..answering import Reply
from ..frames import CallRefused, Payload
from .device_model import READ_ONLY, Address, Variable, refuse_too_many
from .models import ReportHabit
from .replies import status
from .reports import Reports
from .station import Station

_SUMMARY = frozenset({"availabilitystate", "available", "problem", "enabled", "entries"})
_CRITERIA = frozenset({"active", "available", "enabled", "problem"})


class ReportCommands:
    """Block B's variables for one charger."""

    def __init__(self, charger: Station, reports: Reports) -> None:
        """Answer for `charger`."""
        self._charger = charger
        self._reports = reports

    def answers(self) -> dict[str, Callable[[Payload], Reply]]:
        """What it answers."""
        return {
            "GetBaseReport": self._base_report,
            "GetReport": self._report,
            "GetVariables": self._get,
            "SetVariables": self._set,
        }

    def _get(self, payload: Payload) -> Reply:
        items = payload["getVariableData"]
        self._check("GetVariables", items, payload)
        clock_now = Address("ClockCtrlr", "DateTime")
        self._charger.variables.put(clock_now, self._charger.timestamp())
        return Reply({"getVariableResult": [self._charger.variables.get(item) for item in items]})

    def _set(self, payload: Payload) -> Reply:
        items = payload["setVariableData"]
        self._check("SetVariables", items, payload)
        return Reply({"setVariableResult": [self._charger.variables.set(item) for item in items]})

    def _check(self, message: str, items: list[Payload], payload: Payload) -> None:
        size = len(json.dumps(payload, separators=(",", ":")))
        refuse_too_many(self._charger.variables, message, items, size)
        seen = [
            (Address.from_ocpp(item).key, item.get("attributeType", "Actual")) for item in items
        ]
        if message == "SetVariables" and len(set(seen)) != len(seen):
            raise CallRefused("PropertyConstraintViolation", "a variable twice (B05.FR.13)")

    def _base_report(self, payload: Payload) -> Reply:
        base = payload["reportBase"]

        def wanted(address: Address, variable: Variable) -> bool:
            if base == "ConfigurationInventory":
                return variable.mutability != READ_ONLY
            return base == "FullInventory" or address.variable.casefold() in _SUMMARY

        return self._tell(payload["requestId"], wanted)

    def _report(self, payload: Payload) -> Reply:
        items = payload.get("componentVariable", [])
        self._check("GetReport", items, payload)
        asked = [Address.from_ocpp(item) for item in items]
        criteria = {name.casefold() for name in payload.get("componentCriteria", [])}

        def wanted(address: Address, variable: Variable) -> bool:
            named = not asked or any(_names(one, address) for one in asked)
            fits = not criteria or self._fits(address, criteria)
            return named and fits

        return self._tell(payload["requestId"], wanted)

    def _fits(self, address: Address, criteria: set[str]) -> bool:
        """Whether a component is what is asked for; one that doesn't say so, is (B08.FR.09)."""
        where = {
            "evse": address.evse,
            "connector": address.connector,
            "component_instance": address.component_instance,
        }
        return any(
            self._charger.variables.text(address.component, name, "true", **where) == "true"
            for name in criteria & _CRITERIA
        )

    def _tell(self, request: int, wanted: Callable[[Address, Variable], bool]) -> Reply:
        model = self._charger.model
        early = model.silent_after_early_report
        if early is not None and clock.monotonic() - self._charger.accepted_at < early:
            self._charger.link.go_silent()
            return Reply(None)
        if model.report is ReportHabit.REFUSED:
            return status("NotSupported")
        data = self._charger.variables.report(wanted)
        if not data or model.report is ReportHabit.EMPTY:
            return status("EmptyResultSet")
        return status("Accepted", partial(self._reports.inventory, request, data))


def _names(asked: Address, address: Address) -> bool:
    """Whether a variable is among those that an item of GetReport names (B08.FR.11 ff.)."""
    pairs = zip(asked.key, address.key, strict=True)
    return all(wanted in (None, "", mine) for wanted, mine in pairs)
