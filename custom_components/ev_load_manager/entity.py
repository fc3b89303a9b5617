"""What all entities share: a row of a table, a place to look at, and when to speak up.

An entity writes a state only when what it sees has changed, however often the
group recalculates.
"""

from collections.abc import Callable, Coroutine, Iterable, Mapping
import re
from typing import Any, Final, NamedTuple, override
from weakref import WeakKeyDictionary

from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.exceptions import Unauthorized
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.event import async_track_device_registry_updated_event

from . import clock
from .actions.session_rights import may_act_at
from .const import LOGGER
from .entities.devices import signal_places_changed
from .entities.rows import Row
from .entities.targets import ChargerTarget, ConnectorTarget, Glance, Place, places
from .errors import SettingError
from .group.load_manager import EvLoadManagerConfigEntry, LoadManager

LOOK_AGAIN: Final = 5.0
"""Entities that have something to write later look again after this long, s."""
LOOK_ANYWAY: Final = 30.0
"""Entities look at least this often while steps are taken, s."""

_NAMES: Final = frozenset({"name", "name_by_user"})


class Seen(NamedTuple):
    """All that a written state depends on."""

    available: bool
    value: Any = None
    attributes: Mapping[str, Any] | None = None
    bounds: tuple[float, float] = (0.0, 0.0)
    """Of a number."""


class EvLoadManagerEntity[P: Place](Entity):
    """One row of a platform's table at one place."""

    entity_description: Row[P]
    _attr_has_entity_name = True
    _attr_should_poll = False
    _kept_name: tuple[str | None, str | None] | None = None

    def __init__(self, place: P, row: Row[P]) -> None:
        self.place = place
        self.entity_description = row
        self._attr_unique_id = f"{place.key}_{row.key}"
        self._attr_device_info = place.device_info
        self._seen = self._look()

    @override
    async def async_added_to_hass(self) -> None:
        """Look again after the steps of the group, and follow the name of the charger."""
        self.async_on_remove(_audience(self.place).add(self._on_change))
        if isinstance(self.place, ConnectorTarget):
            self.async_on_remove(
                async_track_device_registry_updated_event(
                    self.hass, self.place.charger.device_id, self._on_renamed
                )
            )

    @callback
    def _on_renamed(self, event: Event[dr.EventDeviceRegistryUpdatedData]) -> None:
        """The charger may have another name, which stands before that of its outlet."""
        if event.data["action"] == "update" and event.data["changes"].keys() & _NAMES:
            self.async_write_ha_state()

    @property
    def _cached_friendly_name(self) -> tuple[str | None, str | None] | None:
        """What Home Assistant shows as the name of a state.

        Of an outlet with a device of its own that would be "Outlet 1 Limit" at every
        charger, while its pages and pickers say "Yard Outlet 1 Limit", from the charger's name.
        """
        entry, device = self.registry_entry, self.device_entry
        if entry is None or entry.name or not isinstance(device, dr.ChildDeviceEntry):
            return self._kept_name
        own = self.name if isinstance(self.name, str) else None
        charger = dr.async_get(self.hass).async_get(device.parent_device_id)
        names = (
            None if charger is None else charger.name_by_user or charger.name,
            device.name_by_user or device.name,
            own,
        )
        return own, " ".join(filter(None, names))

    @_cached_friendly_name.setter
    def _cached_friendly_name(self, name: tuple[str | None, str | None] | None) -> None:
        self._kept_name = name

    @property
    @override
    def available(self) -> bool:
        """Whether there is anything to see."""
        return self._seen.available

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """What the row adds to the state."""
        return self._seen.attributes

    @callback
    def _on_change(self) -> bool | None:
        """Look again; whether a change is to be written later."""
        seen = self._look()
        if seen == self._seen:
            return False
        if not self._worth_writing(seen):
            return True
        self._seen = seen
        self.async_write_ha_state()
        return False

    def _look(self) -> Seen:
        """What there is to see now."""
        row = self.entity_description
        if not row.available_fn(self.place):
            return Seen(available=False)
        return Seen(
            available=True,
            value=row.value_fn(self.place),
            attributes=row.attributes_fn(self.place),
        )

    def _worth_writing(self, _: Seen) -> bool:
        """Whether this change must be written now."""
        return True

    async def _async_change(self, change: Coroutine[Any, Any, None]) -> None:
        """Change a setting of the group; what can't be is said to the user in words.

        Raises Unauthorized where somebody asks who is no administrator, whatever
        they may do with other entities: a fuse hangs on it. Drivers may do what
        `for_drivers` says, where they charge. Automations have no user.
        """
        try:
            await self._async_check_user()
        except Unauthorized:
            change.close()
            raise
        try:
            await change
        except SettingError as error:
            raise error.refusal from error
        if self.place.exists:
            self._on_change()

    async def _async_check_user(self) -> None:
        user_id = None if self._context is None else self._context.user_id
        if user_id is None:
            return
        user = await self.hass.auth.async_get_user(user_id)
        if user is not None and user.is_admin:
            return
        place = self.place
        if not (
            user is not None
            and self.entity_description.for_drivers
            and isinstance(place, ConnectorTarget)
            and await may_act_at(self.hass, user, place.id)
        ):
            raise Unauthorized(context=self._context, entity_id=self.entity_id)


class _Audience:
    """The entities of one place: hundreds of chargers have thousands of them.

    After a step that was for new measurements, or for other chargers, they look only
    if their place is not as it was at a glance, and every half a minute in any case;
    who has a change to write later looks again sooner.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._looks: dict[Callable[[], bool | None], None] = {}
        self._unsubscribe: Callable[[], None] | None = None
        self._glance: Glance | None = None
        self._look_at = 0.0
        self._behind: list[Callable[[], bool | None]] = []
        self._look_again_at = 0.0

    @callback
    def add(self, look: Callable[[], bool | None]) -> Callable[[], None]:
        """Have `look` called after steps; returns how to end that."""
        if self._unsubscribe is None:
            self._unsubscribe = self._place.manager.add_listener(self._after_step)
        self._looks[look] = None
        self._look_at = 0.0
        return lambda: self._remove(look)

    def _remove(self, look: Callable[[], bool | None]) -> None:
        del self._looks[look]
        self._behind = [other for other in self._behind if other != look]
        if not self._looks and self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None

    def _after_step(self) -> None:
        place = self._place
        now = clock.monotonic()
        if isinstance(place, ChargerTarget | ConnectorTarget):
            glance = place.glance
            # A removed charger's entities are taken down a moment after it.
            if glance is None:
                return
            stirred = place.manager.stirred
            is_stirred = stirred is None or glance.charger in stirred
            if glance == self._glance and not is_stirred and now < self._look_at:
                if self._behind and now >= self._look_again_at:
                    self._have_looked(self._behind, now)
                return
            self._glance = glance
        elif not place.exists:
            return
        self._look_at = now + LOOK_ANYWAY
        self._have_looked(self._looks, now)

    def _have_looked(self, looks: Iterable[Callable[[], bool | None]], now: float) -> None:
        behind = []
        for look in tuple(looks):
            try:
                if look():
                    behind.append(look)
            except Exception:  # noqa: BLE001 - one entity must not blind its neighbours
                LOGGER.exception("What is at %s can't be shown", self._place.key)
        self._behind = behind
        self._look_again_at = now + LOOK_AGAIN


_AUDIENCES: Final[WeakKeyDictionary[LoadManager, dict[Place, _Audience]]] = WeakKeyDictionary()


def _audience(place: Place) -> _Audience:
    """Everyone who looks at a place."""
    audiences = _AUDIENCES.setdefault(place.manager, {})
    return audiences.setdefault(place, _Audience(place))


@callback
def async_follow_places(
    hass: HomeAssistant,
    entry: EvLoadManagerConfigEntry,
    platform: str,
    async_add_entities: AddConfigEntryEntitiesCallback,
    make: Callable[[Place], Iterable[EvLoadManagerEntity[Any]]],
) -> None:
    """Have the entities of every place on a platform, now and as places come and change.

    `make` must give all entities of the platform at a place: those that were
    made once and are none any more (a phase that a charger has no longer) are
    removed for good.
    """
    added: set[str] = set()

    @callback
    def follow() -> None:
        wanted: set[str] = set()
        keys: set[str] = set()
        for place in places(hass, entry):
            keys.add(place.key)
            entities = {entity.unique_id or "": entity for entity in make(place)}
            wanted |= entities.keys()
            if new := [entity for key, entity in entities.items() if key not in added]:
                async_add_entities(new, config_subentry_id=place.subentry_id)
        added.clear()
        added.update(wanted)
        _async_remove_left_over(hass, entry, platform, keys, wanted)

    entry.async_on_unload(async_dispatcher_connect(hass, signal_places_changed(entry), follow))
    follow()


@callback
def _async_remove_left_over(
    hass: HomeAssistant,
    entry: EvLoadManagerConfigEntry,
    platform: str,
    keys: set[str],
    wanted: set[str],
) -> None:
    """Remove entities that their place has no longer; places unknown so far keep theirs."""
    registry = er.async_get(hass)
    for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
        if (
            entity.domain == platform
            and entity.unique_id not in wanted
            and _place_key(entity.unique_id) in keys
        ):
            registry.async_remove(entity.entity_id)


def _place_key(unique_id: str) -> str:
    """The key of the place in a unique id: a connector's has its number in it."""
    match = re.match(r"[^_]+(_\d+)?(?=_)", unique_id)
    return match.group() if match else ""
