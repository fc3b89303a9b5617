"""What the page and the card ask for: a live picture of a group, and changes to it.

Everybody who may sign in may look on; only administrators change anything.
"""

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, Final

import voluptuous as vol

from homeassistant.components.websocket_api import async_register_command
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.const import ERR_HOME_ASSISTANT_ERROR
from homeassistant.components.websocket_api.decorators import (
    async_response,
    require_admin,
    websocket_command,
)
from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
    ConfigEntryState,
)
from homeassistant.core import HassJob, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, Unauthorized
from homeassistant.helpers import config_validation as cv, entity_registry as er
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from ..actions.records import MOST_ROWS, async_recalculations, safe_limit_periods
from ..actions.session_rights import may_act_at, note_who_paused
from ..balancing.site import ConnectorId, PhaseChoice, Policy
from ..config.site_builder import feeder_of
from ..const import DOMAIN
from ..entities.targets import ConnectorTarget, FeederTarget, GroupTarget, places
from ..entities.windows import windows_of_month
from ..errors import SettingError, refusal
from ..group.load_manager import EvLoadManagerConfigEntry, LoadManager
from ..group.pending_chargers import charger_url
from .recipients import RECIPIENTS, change_who_is_told, who_is_told
from .snapshot import snapshot, without_time
from .tags import TAGS, change_who_may_charge, who_may_charge

PUSH_INTERVAL: Final = 1.0
"""A page is told news at most this often, s. Real seconds: it is a person who looks."""

type Message = dict[str, Any]
type Handler = Callable[[HomeAssistant, ActiveConnection, Message], Coroutine[Any, Any, None]]

_CURRENT: Final = vol.All(vol.Coerce(float), vol.Range(min=0, max=5000))


@callback
def async_register_commands(hass: HomeAssistant) -> None:
    """Make the commands known; once for the whole integration."""
    for command in (
        list_groups,
        list_entities,
        subscribe,
        recalculations,
        happenings,
        safe_limit_log,
        windows,
        change,
        change_connector,
        change_feeder,
        put_first_in_line,
        find_wiring,
        tags,
        change_tags,
        recipients,
        change_recipients,
    ):
        async_register_command(hass, command)


def in_users_words(handler: Handler) -> Handler:
    """Answer with what went wrong instead of logging it as a fault of ours."""

    @wraps(handler)
    async def answer(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
        try:
            await handler(hass, connection, msg)
        except Unauthorized:
            raise
        except HomeAssistantError as error:
            connection.send_error(
                msg["id"],
                ERR_HOME_ASSISTANT_ERROR,
                str(error),
                translation_domain=error.translation_domain,
                translation_key=error.translation_key,
                translation_placeholders=error.translation_placeholders,
            )

    return answer


def _entry(hass: HomeAssistant, entry_id: str) -> EvLoadManagerConfigEntry:
    """The group's entry; raises ServiceValidationError where there is none."""
    entry = hass.config_entries.async_get_entry(entry_id)
    if entry is None or entry.domain != DOMAIN:
        raise refusal("group_not_found")
    return entry


def manager_of(hass: HomeAssistant, entry_id: str) -> LoadManager:
    """The running group; raises ServiceValidationError where it doesn't run."""
    entry = _entry(hass, entry_id)
    if entry.state is not ConfigEntryState.LOADED:
        raise refusal("group_not_running", name=entry.title)
    return entry.runtime_data


@websocket_command({vol.Required("type"): f"{DOMAIN}/groups"})
@callback
def list_groups(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
    """List the groups: entry_id, name, whether it runs, and its outlets and feeders."""
    connection.send_result(
        msg["id"],
        [
            {
                "entry_id": entry.entry_id,
                "name": entry.title,
                "running": entry.state is ConfigEntryState.LOADED,
                **_parts(entry),
            }
            for entry in hass.config_entries.async_entries(
                DOMAIN, include_ignore=False, include_disabled=False
            )
        ],
    )


def _parts(entry: EvLoadManagerConfigEntry) -> dict[str, list[dict[str, Any]]]:
    """What a card may show of a group: its outlets and feeders, each with id and name."""
    if entry.state is not ConfigEntryState.LOADED:
        return {"outlets": [], "feeders": []}
    manager = entry.runtime_data
    return {
        "outlets": [
            {
                "id": f"{charger.charger_id}/{outlet.number}",
                "name": charger.name,
                "number": outlet.number if len(outlets) > 1 else None,
            }
            for charger in manager.chargers.values()
            for outlets in [manager.chargers.connectors_of(charger)]
            for outlet in outlets
        ],
        "feeders": [
            {"id": circuit.id, "name": circuit.feeder}
            for circuit in manager.circuits.values()
            if circuit.feeder is not None
        ],
    }


@websocket_command({vol.Required("type"): f"{DOMAIN}/entities", vol.Required("entry_id"): str})
@async_response
@in_users_words
async def list_entities(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
    """Tell which entities a group has, by their keys, for their history.

    `{"group": {key: entity_id}, "feeders": {circuit: {key: entity_id}},
    "connectors": {"<charger>/<number>": {key: entity_id}}}`
    """
    manager_of(hass, msg["entry_id"])
    entry = _entry(hass, msg["entry_id"])
    group: dict[str, str] = {}
    feeders: dict[str, dict[str, str]] = {}
    connectors: dict[str, dict[str, str]] = {}
    registry = er.async_get(hass)
    entities = {
        entity.unique_id: entity.entity_id
        for entity in er.async_entries_for_config_entry(registry, entry.entry_id)
        if entity.disabled_by is None
    }
    for place in places(hass, entry):
        match place:
            case GroupTarget():
                found = group
            case FeederTarget():
                found = feeders.setdefault(place.circuit, {})
            case ConnectorTarget():
                found = connectors.setdefault("/".join(map(str, place.id)), {})
            case _:
                continue
        prefix = f"{place.key}_"
        found.update(
            (unique_id.removeprefix(prefix), entity_id)
            for unique_id, entity_id in entities.items()
            if unique_id.startswith(prefix)
        )
    connection.send_result(
        msg["id"], {"group": group, "feeders": feeders, "connectors": connectors}
    )


@websocket_command({vol.Required("type"): f"{DOMAIN}/subscribe", vol.Required("entry_id"): str})
@async_response
@in_users_words
async def subscribe(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
    """Follow a group: a picture at once, then whenever it changed.

    Events are `{"state": "running", "group": <snapshot.snapshot>}`,
    `{"state": "stopped", "reason": ...}` while the group doesn't run, and
    `{"state": "removed"}` at its end.
    """
    entry = _entry(hass, msg["entry_id"])
    follower = _Follower(hass, entry, connection, msg["id"])
    connection.subscriptions[msg["id"]] = follower.stop
    connection.send_result(msg["id"])
    follower.start()


class _Follower:
    """Tells one page what becomes of one group, over restarts of the group."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: EvLoadManagerConfigEntry,
        connection: ActiveConnection,
        message_id: int,
    ) -> None:
        """Prepare; `start` begins."""
        self._hass = hass
        self._entry = entry
        self._connection = connection
        self._message_id = message_id
        self._manager: LoadManager | None = None
        self._end_steps: Callable[[], None] | None = None
        self._end_entry: Callable[[], None] | None = None
        self._end_wait: Callable[[], None] | None = None
        self._news = False
        self._told: dict[str, Any] | None = None

    @callback
    def start(self) -> None:
        """Tell how it is, and go on."""
        self._end_entry = async_dispatcher_connect(
            self._hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._on_entry
        )
        self._follow()

    @callback
    def stop(self) -> None:
        """Tell nothing any more."""
        for end in (self._end_steps, self._end_entry, self._end_wait):
            if end is not None:
                end()
        self._end_steps = self._end_entry = self._end_wait = None

    @callback
    def _on_entry(self, what: ConfigEntryChange, entry: ConfigEntry[Any]) -> None:
        if entry.entry_id != self._entry.entry_id:
            return
        if what is ConfigEntryChange.REMOVED:
            self._send({"state": "removed"})
        else:
            self._follow()

    @callback
    def _follow(self) -> None:
        """Listen to the group as it runs now, if it does."""
        running = self._entry.state is ConfigEntryState.LOADED
        manager = self._entry.runtime_data if running else None
        if manager is not self._manager or manager is None:
            if self._end_steps is not None:
                self._end_steps()
            self._manager = manager
            self._end_steps = None if manager is None else manager.add_listener(self._on_step)
        self._on_step()

    @callback
    def _on_step(self) -> None:
        """Tell the news now, or with what else comes within the second."""
        if self._end_wait is not None:
            self._news = True
            return
        self._tell()
        self._end_wait = async_call_later(
            self._hass, PUSH_INTERVAL, HassJob(self._waited, cancel_on_shutdown=True)
        )

    @callback
    def _waited(self, _: object) -> None:
        self._end_wait = None
        if self._news:
            self._on_step()

    @callback
    def _tell(self) -> None:
        """Send a picture, unless it is the one that was sent last."""
        self._news = False
        if self._manager is None:
            self._send({"state": "stopped", "reason": self._entry.reason})
            return
        picture = snapshot(
            self._manager,
            url=charger_url(self._hass, self._manager.group, "ID"),
            wall_clock=dt_util.utcnow().timestamp(),
            private=self._connection.user.is_admin,
        )
        self._send(
            {"state": "running", "group": picture},
            compared={"state": "running", "group": without_time(picture)},
        )

    @callback
    def _send(self, event: dict[str, Any], compared: dict[str, Any] | None = None) -> None:
        if (compared or event) != self._told:
            self._told = compared or event
            self._connection.send_event(self._message_id, event)


@websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/recalculations",
        vol.Required("entry_id"): str,
        vol.Optional("charger"): str,
        vol.Optional("limit", default=200): vol.All(int, vol.Range(min=1, max=MOST_ROWS)),
    }
)
@async_response
@in_users_words
async def recalculations(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
    """Tell the newest recalculations, oldest first (see `recalculation_log`)."""
    rows = await async_recalculations(
        hass,
        manager_of(hass, msg["entry_id"]),
        charger=msg.get("charger"),
        limit=msg["limit"],
    )
    connection.send_result(msg["id"], rows)


@websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/happenings",
        vol.Required("entry_id"): str,
        vol.Inclusive("charger", "outlet"): str,
        vol.Inclusive("connector", "outlet"): vol.All(int, vol.Range(min=1)),
        vol.Optional("limit", default=200): vol.All(int, vol.Range(min=1, max=MOST_ROWS)),
    }
)
@async_response
@in_users_words
async def happenings(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
    """Tell what happened last, the newest first (see `history.happenings`)."""
    manager = manager_of(hass, msg["entry_id"])
    outlet = ConnectorId(msg["charger"], msg["connector"]) if "charger" in msg else None
    connection.send_result(
        msg["id"], manager.records.happenings.newest(connector=outlet, limit=msg["limit"])
    )


@websocket_command(
    {vol.Required("type"): f"{DOMAIN}/safe_limit_log", vol.Required("entry_id"): str}
)
@async_response
@in_users_words
async def safe_limit_log(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
    """Tell when the safe limit was in force and why, oldest first."""
    connection.send_result(msg["id"], safe_limit_periods(manager_of(hass, msg["entry_id"])))


@websocket_command({vol.Required("type"): f"{DOMAIN}/windows", vol.Required("entry_id"): str})
@async_response
@in_users_words
async def windows(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
    """Tell the windows of mean power of this month, oldest first."""
    connection.send_result(msg["id"], windows_of_month(manager_of(hass, msg["entry_id"])))


@require_admin
@websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/change",
        vol.Required("entry_id"): str,
        vol.Optional("maximum_current"): _CURRENT,
        vol.Optional("grid_maximum_current"): _CURRENT,
        vol.Optional("safe_limit"): _CURRENT,
        vol.Optional("balancing"): cv.boolean,
        vol.Optional("adaptive"): cv.boolean,
        vol.Optional("policy"): vol.Coerce(Policy),
        vol.Optional("phase_choice"): vol.Coerce(PhaseChoice),
    }
)
@async_response
@in_users_words
async def change(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
    """Change live settings of a group; they are in force at once."""
    changes = {key: value for key, value in msg.items() if key not in _ADDRESS}
    await changed(manager_of(hass, msg["entry_id"]).live.change(**changes))
    connection.send_result(msg["id"])


@websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/change_connector",
        vol.Required("entry_id"): str,
        vol.Required("charger"): str,
        vol.Required("connector"): vol.All(int, vol.Range(min=1)),
        vol.Optional("maximum"): _CURRENT,
        vol.Optional("charging_allowed"): cv.boolean,
    }
)
@async_response
@in_users_words
async def change_connector(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
    """Change what one outlet may do: its maximum (A), and whether it may charge.

    Drivers may have it charge or not where they charge; all else is for administrators.
    """
    manager, connector_id = await _own_connector(hass, connection, msg)
    if "maximum" in msg and not connection.user.is_admin:
        raise Unauthorized
    changes = {key: value for key, value in msg.items() if key not in _ADDRESS}
    await changed(manager.live.change_connector(connector_id, **changes))
    if (allowed := msg.get("charging_allowed")) is not None:
        note_who_paused(hass, connection.user, connector_id, allowed=allowed)
    connection.send_result(msg["id"])


@websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/put_first_in_line",
        vol.Required("entry_id"): str,
        vol.Required("charger"): str,
        vol.Required("connector"): vol.All(int, vol.Range(min=1)),
    }
)
@async_response
@in_users_words
async def put_first_in_line(
    hass: HomeAssistant, connection: ActiveConnection, msg: Message
) -> None:
    """Give the session at an outlet the next turn, for once; drivers may, where they charge."""
    manager, connector_id = await _own_connector(hass, connection, msg)
    await changed(manager.put_first_in_line(connector_id))
    connection.send_result(msg["id"])


@require_admin
@websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/find_wiring",
        vol.Required("entry_id"): str,
        vol.Required("charger"): str,
    }
)
@async_response
@in_users_words
async def find_wiring(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
    """Begin to look how a charger is wired; what is found becomes a repair."""
    manager = manager_of(hass, msg["entry_id"])
    charger = manager.chargers.named(_connector(manager, msg).charger)
    await changed(manager.find_wiring(charger))
    connection.send_result(msg["id"])


@require_admin
@websocket_command({vol.Required("type"): f"{DOMAIN}/tags", vol.Required("entry_id"): str})
@async_response
@in_users_words
async def tags(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
    """Tell who may charge (see `who_may_charge`)."""
    connection.send_result(msg["id"], who_may_charge(_entry(hass, msg["entry_id"])))


@require_admin
@websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/change_tags",
        vol.Required("entry_id"): str,
        vol.Required("everybody"): cv.boolean,
        vol.Required("tags"): TAGS,
    }
)
@async_response
@in_users_words
async def change_tags(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
    """Change who may charge: everybody but who is blocked, or who is in a list."""
    entry = _entry(hass, msg["entry_id"])
    change_who_may_charge(hass, entry, everybody=msg["everybody"], tags=msg["tags"])
    connection.send_result(msg["id"])


@require_admin
@websocket_command({vol.Required("type"): f"{DOMAIN}/recipients", vol.Required("entry_id"): str})
@async_response
@in_users_words
async def recipients(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
    """Tell who is told of what (see `who_is_told`)."""
    manager_of(hass, msg["entry_id"])
    connection.send_result(msg["id"], who_is_told(hass, _entry(hass, msg["entry_id"])))


@require_admin
@websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/change_recipients",
        vol.Required("entry_id"): str,
        vol.Required("recipients"): RECIPIENTS,
    }
)
@async_response
@in_users_words
async def change_recipients(
    hass: HomeAssistant, connection: ActiveConnection, msg: Message
) -> None:
    """Change who is told of what."""
    manager_of(hass, msg["entry_id"])
    await change_who_is_told(_entry(hass, msg["entry_id"]), msg["recipients"])
    connection.send_result(msg["id"])


@require_admin
@websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/change_feeder",
        vol.Required("entry_id"): str,
        vol.Required("circuit"): str,
        vol.Optional("maximum"): _CURRENT,
        vol.Optional("safe_limit"): _CURRENT,
    }
)
@async_response
@in_users_words
async def change_feeder(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
    """Change what a feeder may carry, and its safe limit (A); known by the id of its circuit."""
    manager = manager_of(hass, msg["entry_id"])
    if feeder_of(msg["circuit"]) not in manager.feeders:
        raise refusal("feeder_not_found", feeder=msg["circuit"], group=manager.group.name)
    changes = {key: value for key, value in msg.items() if key not in _ADDRESS}
    await changed(manager.live.change_circuit(msg["circuit"], **changes))
    connection.send_result(msg["id"])


async def _own_connector(
    hass: HomeAssistant, connection: ActiveConnection, msg: Message
) -> tuple[LoadManager, ConnectorId]:
    """The outlet that is meant; raises Unauthorized for who may not act there."""
    outlet = ConnectorId(msg["charger"], msg["connector"])
    if not await may_act_at(hass, connection.user, outlet):
        raise Unauthorized
    manager = manager_of(hass, msg["entry_id"])
    return manager, _connector(manager, msg)


def _connector(manager: LoadManager, msg: Message) -> ConnectorId:
    """The outlet that is meant, or the first; raises ServiceValidationError where there is none."""
    connector_id = ConnectorId(msg["charger"], msg.get("connector", 1))
    if connector_id not in manager.site.connectors:
        raise refusal(
            "connector_not_found",
            charger=connector_id.charger,
            number=str(connector_id.number),
        )
    return connector_id


_ADDRESS: Final = frozenset({"id", "type", "entry_id", "charger", "connector", "circuit"})
"""Keys of a message that say what is meant, not how it shall be."""


async def changed(change: Coroutine[Any, Any, None]) -> None:
    """Carry out a change; what can't be is said in the user's words."""
    try:
        await change
    except SettingError as error:
        raise error.refusal from error
