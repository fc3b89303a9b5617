"""What people choose: how the group shares, and which phase counts."""

from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from typing import Any, Final, override

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .balancing.site import PhaseChoice, Policy
from .entities.rows import Row
from .entities.targets import GroupTarget, Place
from .entity import EvLoadManagerEntity, async_follow_places
from .group.load_manager import EvLoadManagerConfigEntry

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class SelectRow[P: Place](SelectEntityDescription, Row[P]):
    """A choice at a place."""

    set_fn: Callable[[P, str], Coroutine[Any, Any, None]]


GROUP_SELECTS: Final = (
    SelectRow[GroupTarget](
        key="policy",
        translation_key="policy",
        entity_category=EntityCategory.CONFIG,
        options=[policy.value for policy in Policy],
        value_fn=lambda group: group.manager.live.settings.policy.value,
        set_fn=lambda group, option: group.manager.live.change(policy=Policy(option)),
    ),
    SelectRow[GroupTarget](
        key="phase_choice",
        translation_key="phase_choice",
        entity_category=EntityCategory.CONFIG,
        options=[choice.value for choice in PhaseChoice],
        value_fn=lambda group: group.manager.live.settings.phase_choice.value,
        set_fn=lambda group, option: group.manager.live.change(phase_choice=PhaseChoice(option)),
        has_fn=lambda group: group.has_meter,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: EvLoadManagerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the choices of the group."""
    async_follow_places(hass, entry, Platform.SELECT, async_add_entities, _selects_at)


def _selects_at(place: Place) -> Iterator[EvLoadManagerSelect[Any]]:
    if isinstance(place, GroupTarget):
        yield from (EvLoadManagerSelect(place, row) for row in GROUP_SELECTS if row.has_fn(place))


class EvLoadManagerSelect[P: Place](EvLoadManagerEntity[P], SelectEntity):
    """A choice, kept by the group's own store."""

    entity_description: SelectRow[P]

    @property
    @override
    def current_option(self) -> str | None:
        """What is chosen."""
        option: str | None = self._seen.value
        return option

    @override
    async def async_select_option(self, option: str) -> None:
        """Choose another."""
        await self._async_change(self.entity_description.set_fn(self.place, option))
