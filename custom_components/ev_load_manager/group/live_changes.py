"""What people and automations change while cars charge: in force at once, and stored."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace
from typing import Any, Final

from .. import clock
from ..balancing.site import ConnectorId
from ..config.feeders import Feeders
from ..config.live_settings import LiveSettings
from ..config.settings import GroupSettings
from ..config.site_builder import GRID, GROUP, feeder_circuit, feeder_of, live_circuits
from ..config.temporary_limits import TemporaryLimit, TemporaryLimits
from ..data_files.stored import Stored
from ..errors import SettingError, figure
from .chargers import Chargers


class LiveChanges:
    """The live settings and temporary limits of a group, and every way to change them."""

    def __init__(
        self,
        group: GroupSettings,
        chargers: Chargers,
        *,
        on_change: Callable[[], None],
        save: Callable[[], Awaitable[None]],
    ) -> None:
        """Begin with the values of the flow.

        `on_change` is told before `save` writes them: a lowered limit is in
        force before it is written.
        """
        self._group = group
        self._feeders: Feeders = {}
        self._chargers = chargers
        self._on_change = on_change
        self._save = save
        self.settings = LiveSettings.first(group)
        self.temporary_limits = TemporaryLimits()

    def restore(self, stored: Stored, *, feeders: Collection[str]) -> None:
        """Go on with what `to_dict` wrote; `feeders` are the subentries of all there are."""
        self.settings = LiveSettings.read(stored.section("settings"), self._group, feeders=feeders)
        rows = stored.sections("temporary_limits")
        self.temporary_limits = TemporaryLimits.read(rows, group=GROUP, now=clock.now())

    def to_dict(self) -> dict[str, Any]:
        """What must survive: plain JSON data."""
        return {
            "settings": self.settings.to_dict(),
            "temporary_limits": self.temporary_limits.to_list(),
        }

    def fit(self, group: GroupSettings, feeders: Feeders) -> None:
        """Make them fit what flows say now: nothing above a fuse, nothing of a feeder that is gone."""
        if group.meter is not None and self._group.meter is None:
            # Nobody could set these before; the flow has just asked for them.
            self.settings = replace(
                self.settings,
                grid_maximum_current=group.grid_maximum_current,
                safe_limit=group.safe_limit,
            )
        self._group, self._feeders = group, feeders
        self.settings = self.settings.within(group, feeders)
        self.temporary_limits.keep_only({GROUP, *map(feeder_circuit, feeders)})

    async def change(self, **changes: Any) -> None:
        """Change live settings (`LiveSettings` fields).

        Raises SettingError where a value can't be.
        """
        settings = replace(self.settings, **changes)
        for circuit in live_circuits(self._group, settings, self._feeders).values():
            maximum, safe_limit = _FIELDS.get(circuit.id, (circuit.feeder, circuit.feeder))
            _check(maximum, circuit.maximum, circuit.rated)
            _check(safe_limit, circuit.safe_limit, circuit.highest_safe_limit)
        if settings != self.settings:
            self.settings = settings
            await self._changed()

    async def change_circuit(
        self, circuit: str, *, maximum: float | None = None, safe_limit: float | None = None
    ) -> None:
        """Change what a circuit may carry, or what its chargers share while its meter is silent, A.

        Raises SettingError where a value can't be.
        """
        live, of_group = self.settings, _FIELDS.get(circuit)
        if of_group is not None:
            values = zip(of_group, (maximum, safe_limit), strict=True)
            await self.change(
                **{name: value for name, value in values if name and value is not None}
            )
            return
        feeder_id = feeder_of(circuit)
        changes: dict[str, Any] = {}
        if maximum is not None:
            changes["feeder_maximum"] = {**live.feeder_maximum, feeder_id: maximum}
        if safe_limit is not None:
            feeder = self._feeders[feeder_id]
            if feeder.meter is None:
                raise SettingError("safe_limit", "feeder_without_meter", feeder=feeder.name)
            changes["feeder_safe_limit"] = {**live.feeder_safe_limit, feeder_id: safe_limit}
        await self.change(**changes)

    async def change_connector(
        self,
        connector_id: ConnectorId,
        *,
        maximum: float | None = None,
        charging_allowed: bool | None = None,
    ) -> None:
        """Change one connector's maximum (A) or whether it may charge.

        Raises SettingError where the charger can't have such a maximum.
        """
        changes: dict[str, Any] = {}
        if maximum is not None:
            charger = self._chargers.named(connector_id.charger)
            if not charger.minimum <= maximum <= charger.maximum:
                raise SettingError(
                    "maximum",
                    "connector_maximum_out_of_range",
                    minimum=figure(charger.minimum),
                    maximum=figure(charger.maximum),
                )
            changes["connector_maximum"] = {
                **self.settings.connector_maximum,
                connector_id: maximum,
            }
        if charging_allowed is not None:
            changes["charging_allowed"] = {
                **self.settings.charging_allowed,
                connector_id: charging_allowed,
            }
        await self.change(**changes)

    async def set_temporary_limit(self, limit: TemporaryLimit) -> None:
        """Limit the group or a feeder for some time; raises SettingError where that can't be."""
        circuits = live_circuits(self._group, self.settings, self._feeders)
        rated = circuits[limit.circuit].rated
        self.temporary_limits.set(limit, rated=rated, now=clock.now())
        await self._changed()

    async def clear_temporary_limit(self, circuit: str, name: str | None) -> None:
        """Take back a temporary limit before its time, or all of a circuit."""
        if self.temporary_limits.clear(circuit, name):
            await self._changed()

    async def settle_losses(self) -> None:
        """Somebody has seen what was lost, and set what should be other than the flows say."""
        had_limits = self.temporary_limits.settle()
        if had_limits or self.settings.lost:
            self.settings = replace(self.settings, lost=frozenset())
            await self._changed()

    async def _changed(self) -> None:
        self._on_change()
        await self._save()


_FIELDS: Final = {GROUP: ("maximum_current", None), GRID: ("grid_maximum_current", "safe_limit")}
"""Which live settings are the maximum and the safe limit of a circuit that is no feeder."""


def _check(name: str | None, value: float, most: float) -> None:
    """Refuse what no fuse allows."""
    if name is not None and not 0 <= value <= most:
        raise SettingError(name, "limit_out_of_range", maximum=figure(most))
