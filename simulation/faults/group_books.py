"""The books of a running group, for the judge: read from the outside, and never written."""

from collections.abc import Callable, Mapping
from typing import override

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.balancing.deadlines import Deadlines
from custom_components.ev_load_manager.balancing.reserve import in_force, is_empty
from custom_components.ev_load_manager.balancing.site import ConnectorId
from custom_components.ev_load_manager.csms.charge_point.charge_point import Change, ChargePoint
from custom_components.ev_load_manager.csms.limits.connector_limit import ConnectorLimit
from custom_components.ev_load_manager.group.load_manager import LoadManager

from ..charger.machine import Machine
from ..plant.judge import Books, Judge


class GroupBooks(Books):
    """What a group believes of its chargers, whether it runs at the moment or not."""

    def __init__(self, manager: Callable[[], LoadManager | None]) -> None:
        """`manager` is asked each time; None: the group is not loaded."""
        self._manager = manager

    @override
    def possible(self, charger_id: str, number: int) -> float | None:
        keeper = self._keeper(charger_id, number)
        return None if keeper is None else keeper.highest_possible

    @override
    def counted(self, charger_id: str, number: int) -> float | None:
        manager = self._manager()
        if manager is None:
            return None
        id_ = ConnectorId(charger_id, number)
        connector = manager.site.connectors.get(id_)
        reading = manager.readings.connectors.get(id_)
        memory = manager._memory.connectors.get(id_)  # noqa: SLF001 - nobody else asks for it
        if connector is None or reading is None or memory is None or is_empty(reading):
            return None
        return in_force(connector, reading, memory, Deadlines(clock.monotonic()))

    @override
    def session(self, charger_id: str, number: int) -> str | None:
        manager = self._manager()
        point = None if manager is None else _point(manager, charger_id)
        state = None if point is None else point.connectors.get(number)
        return None if state is None or state.transaction is None else state.transaction.id

    @override
    def forgets(self, charger_id: str, number: int) -> bool:
        keeper = self._keeper(charger_id, number)
        return keeper is not None and keeper.offer.forgets

    @override
    def is_away(self, charger_id: str, number: int) -> bool:
        manager = self._manager()
        if manager is None:
            return False
        reading = manager.readings.connectors.get(ConnectorId(charger_id, number))
        return reading is not None and not reading.online

    def wanted(self, charger_id: str, number: int) -> float | None:
        """What its limit is to be, A per phase, as it is sent; None: nobody says so now."""
        keeper = self._keeper(charger_id, number)
        if keeper is None or keeper.wanted is None:
            return None
        return keeper.lifted(keeper.wanted) if keeper.ledger.holds_watts else keeper.wanted

    def _keeper(self, charger_id: str, number: int) -> ConnectorLimit | None:
        manager = self._manager()
        point = None if manager is None else _point(manager, charger_id)
        state = None if point is None else point.connectors.get(number)
        return None if state is None else state.keeper


def _point(manager: LoadManager, charger_id: str) -> ChargePoint | None:
    try:
        return manager.access.point(charger_id)
    except KeyError:
        return None


class Watchman:
    """Has a group's chargers judged at every change in them and in the books, and each tick."""

    def __init__(
        self,
        chargers: Mapping[str, Machine],
        manager: Callable[[], LoadManager | None],
    ) -> None:
        """Watch these chargers from now on; `manager` as in `GroupBooks`."""
        self.books = GroupBooks(manager)
        self.judge = Judge(self.books)
        self._chargers = chargers
        self._manager = manager
        self._seen: LoadManager | None = None
        self._points: dict[str, ChargePoint] = {}
        for charger in chargers.values():
            charger.watched_by.append(self.look)

    def look(self, charger: Machine) -> None:
        """Something has changed in a charger, or time has passed for it."""
        manager = self._manager()
        if manager is not self._seen:
            self._seen = manager
            self._points.clear()
            self.judge.close()
        if manager is None:
            return
        if charger.id not in self._points and (point := _point(manager, charger.id)) is not None:
            self._points[charger.id] = point
            point.on_change(self._books_changed)
        self.judge.look(charger)

    def _books_changed(self, point: ChargePoint, change: Change, _: int | None) -> None:
        charger = self._chargers.get(point.id)
        if change is Change.LIMIT and charger is not None and self._points.get(point.id) is point:
            self.judge.look(charger)
