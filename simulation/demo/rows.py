"""How many rows the recorder writes for the entities of a demo, and which write the most."""

from collections import Counter
import re
from typing import Final

from rich.table import Table

from custom_components.ev_load_manager.const import DOMAIN
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

DAY: Final = 86400.0
_OUTLET: Final = re.compile(r"[^_]+_\d+_")
"""How the unique ids of an outlet's entities begin."""
_PHASE: Final = re.compile(r"_l[123]$")


class Rows:
    """Counts states as the recorder does: one row for every change of a state or its attributes."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Count from now on."""
        self._registry = er.async_get(hass)
        self._written: Counter[str] = Counter()
        hass.bus.async_listen(EVENT_STATE_CHANGED, self._count)

    @callback
    def _count(self, event: Event[EventStateChangedData]) -> None:
        entity = self._registry.async_get(event.data["entity_id"])
        if entity is not None and entity.platform == DOMAIN:
            self._written[entity.unique_id] += 1

    def table(self, seconds: float) -> Table:
        """Rows by kind of entity; phases are counted together."""
        entities = [
            entity.unique_id
            for entity in self._registry.entities.values()
            if entity.platform == DOMAIN and entity.disabled_by is None
        ]
        outlets = {found.group() for one in entities if (found := _OUTLET.match(one))}
        kinds: Counter[str] = Counter()
        of_outlets = 0
        for unique_id, count in self._written.items():
            is_outlet = _OUTLET.match(unique_id) is not None
            of_outlets += count * is_outlet
            name = _OUTLET.sub("", unique_id) if is_outlet else unique_id.partition("_")[2]
            kinds["outlet: " * is_outlet + _PHASE.sub("", name)] += count
        total = self._written.total()
        table = Table(
            title=f"{total} rows of {len(entities)} entities in {seconds:.0f} s;"
            f" {of_outlets} of {len(outlets)} outlets:"
            f" {of_outlets / len(outlets) * DAY / seconds:,.0f} per outlet and day at this pace,"
            f" {total / len(outlets) * DAY / seconds:,.0f} with the group's",
            expand=False,
        )
        table.add_column("entity")
        table.add_column("rows", justify="right")
        for kind, count in kinds.most_common():
            table.add_row(kind, str(count))
        return table
