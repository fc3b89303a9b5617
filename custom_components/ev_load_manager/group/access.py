"""Who may connect to a group's port as one of its chargers, and who may charge there."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback

from .. import clock
from ..balancing.decision import Decision
from ..balancing.readings import Readings
from ..config.settings import ChargerSettings
from ..const import CONF_CERTIFICATE_NAME, CONF_CHARGER_ID, CONF_ENTRY_ID, SUBENTRY_CHARGER
from ..csms.charge_point.authorization import IdTag, IdTags
from ..csms.charge_point.charge_point import ChargePoint
from ..csms.charge_point.charger_control import ChargerControl
from ..csms.charge_point.connector import Transaction
from ..csms.dialect import TagInfo, TagStatus
from ..csms.models import ProfileCatalogue
from ..csms.pending_charger import PendingCharger
from ..csms.transport.certificates import Certificate
from ..csms.transport.failed_logins import FailedLogins, LoginBook
from ..csms.transport.passwords import Passwords
from ..csms.transport.refusals import Refused
from ..data_files.stored import Stored
from .charger import Charger, Save
from .listeners import Listener
from .ocpp_charger import OcppCharger
from .session_journal import HowAuthorized, SessionJournal

_MOST_STRANGERS: Final = 5
_BEGINS_WITHIN: Final = 10.0
"""Seconds in which a session that was told to begin is asked about."""
_ORDERED_WITHIN: Final = 120.0
"""Seconds in which a charger begins what it was asked to begin, a car being plugged in meanwhile."""


@callback
def async_confirm_certificate(hass: HomeAssistant, data: Mapping[str, Any]) -> None:
    """Somebody says that a certificate is a charger's; `data` is its issue's."""
    entry = hass.config_entries.async_get_entry(str(data[CONF_ENTRY_ID]))
    if entry is None:
        return
    for subentry in list(entry.get_subentries_of_type(SUBENTRY_CHARGER)):
        if subentry.data[CONF_CHARGER_ID] == data[CONF_CHARGER_ID]:
            confirmed = {**subentry.data, CONF_CERTIFICATE_NAME: data[CONF_CERTIFICATE_NAME]}
            hass.config_entries.async_update_subentry(entry, subentry, data=confirmed)


class Access:
    """A group's part of a listener: its chargers, their passwords, its drivers."""

    def __init__(
        self,
        listener: Listener,
        id_tags: IdTags,
        *,
        journal: Callable[[str, HowAuthorized], SessionJournal],
        is_spent: Callable[[str], bool],
    ) -> None:
        """Begin without chargers; `journal` makes what writes down a charger's sessions.

        `is_spent`: whether a card's driver has charged all that they may, and begins no more.
        """
        self.id_tags = id_tags
        self._is_spent = is_spent
        self._ordered: dict[str, float] = {}
        self._journal = journal
        self._journals: dict[str, SessionJournal] = {}
        self._listener = listener
        self._central = listener.central
        self._chargers: dict[str, OcppCharger] = {}
        self._strangers: dict[str, None] = {}

    @property
    def passwords(self) -> Passwords:
        """What the chargers on the port have to give when they connect."""
        return self._listener.passwords

    @property
    def catalogue(self) -> ProfileCatalogue:
        """What is known of the models of chargers."""
        return self._listener.catalogue

    @property
    def pending(self) -> Mapping[str, PendingCharger]:
        """Chargers on the group's port that nobody has added yet."""
        return self._central.unknown

    def on_pending_change(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Be told when `pending` changed; returns how to end that."""
        return self._central.on_unknown_change(changed)

    def point(self, charger_id: str) -> ChargePoint:
        """A charger as OCPP knows it, whether its socket is up or not, by charge point id."""
        return self._chargers[charger_id].point

    def control(self, charger_id: str) -> ChargerControl:
        """What makes a charger follow its limits, by charge point id."""
        return self._chargers[charger_id].control

    def add(self, charger: ChargerSettings, state: Stored | None, *, save: Save) -> Charger:
        """Let a charger in from now on; `state` is what was stored of it.

        `save` is awaited before it has its answer to a start or stop of a session, and
        before an increase is sent.
        """

        journal = self._journal(charger.charger_id, self._authorized_by)
        self._journals[charger.charger_id] = journal

        async def save_session(_: ChargePoint) -> None:
            await save()
            await journal.settled()

        self._listener.savers[charger.charger_id] = save_session
        self._listener.authorizers[charger.charger_id] = self.tag_info
        vouched = self.passwords.require(charger.charger_id, charger.password)
        point = self._central.add(
            charger.charger_id, state, vouched=vouched, certificate_name=charger.certificate_name
        )
        point.sessions.journal = journal
        added = OcppCharger(point, self._listener.catalogue, charger, save=save)
        self._chargers[charger.charger_id] = added
        return added

    async def remove(self, charger_id: str) -> None:
        """Let a charger in no more."""
        self._listener.savers.pop(charger_id)
        await self._central.remove(charger_id)
        self._listener.authorizers.pop(charger_id)
        self.passwords.forget(charger_id)
        self._forget_refused(charger_id)
        del self._chargers[charger_id]
        await self._journals.pop(charger_id).settled()

    def note_states(self, readings: Readings, decision: Decision) -> None:
        """Have the sessions' journals know what each does, and why."""
        for connector, why in decision.connectors.items():
            charger = self._chargers.get(connector.charger)
            reading = readings.connectors.get(connector)
            state = None if charger is None else charger.point.connectors.get(connector.number)
            if reading is None or state is None or state.transaction is None:
                continue
            self._journals[connector.charger].stands(
                connector.number, state.transaction, reading, why
            )

    def change_password(self, charger: ChargerSettings) -> None:
        """Ask a charger for another password: who is in without it has to go."""
        told = self.passwords.require(charger.charger_id, charger.password)
        self._forget_refused(charger.charger_id)
        if not told:
            self._central.check_again(charger.charger_id)

    def change_certificate(self, charger: ChargerSettings) -> None:
        """Somebody said whose certificate is the charger's: who is in with another has to go."""
        self._forget_refused(charger.charger_id)
        self._central.check_again(charger.charger_id)

    def unconfirmed_certificate(self, charger_id: str) -> Certificate | None:
        """What a charger that waits has shown that only people can know to be its own.

        That of another charger is none: it will be refused.
        """
        pending = self.pending.get(charger_id)
        shown = None if pending is None or pending.link is None else pending.link.certificate
        if shown is None or shown.is_of(charger_id):
            return None
        return shown if self._central.doubts(shown, charger_id) is None else None

    def failed_logins(self) -> Mapping[str, FailedLogins]:
        """Chargers of the group that somebody tries to be for long, by charge point id."""
        return self._of_the_group(self._central.logins)

    def second_sockets(self) -> Mapping[str, FailedLogins]:
        """The same for somebody who comes while the charger itself is connected."""
        return self._of_the_group(self._central.second_sockets)

    def refused(self) -> Sequence[Refused]:
        """Who is refused again and again at the port without being one of the chargers."""
        return self._central.refusals.worth_telling()

    def _of_the_group(self, book: LoginBook) -> Mapping[str, FailedLogins]:
        told = book.worth_telling()
        return {key: failed for key, failed in told.items() if key in self._chargers}

    def _forget_refused(self, charger_id: str) -> None:
        self._central.logins.forget(charger_id)
        self._central.second_sockets.forget(charger_id)

    def tag_info(self, id_tag: str) -> TagInfo:
        """What is known of a tag, for a charger that asks."""
        if self.id_tags.name(id_tag) is None:
            self._strangers.pop(id_tag, None)
            self._strangers[id_tag] = None
            if len(self._strangers) > _MOST_STRANGERS:
                del self._strangers[next(iter(self._strangers))]
        info = self.id_tags.info(id_tag)
        if info.status is TagStatus.ACCEPTED and self.may_begin_none(id_tag):
            return info._replace(status=TagStatus.BLOCKED)
        return info

    def may_begin_none(self, id_tag: str) -> bool:
        """Whether a card may begin no session, because its driver has charged all that they may.

        Where it charges already it may be held up to end that.
        """
        return self._is_spent(id_tag) and not self._charges(id_tag)

    def status(self, id_tag: str) -> TagStatus:
        """Whether a tag may begin a session at this moment."""
        status = self.id_tags.status(id_tag)
        if status is TagStatus.ACCEPTED and self.may_begin_none(id_tag):
            return TagStatus.BLOCKED
        return status

    @property
    def accepted(self) -> tuple[IdTag, ...]:
        """Tags of the list that may begin a session at this moment."""
        return tuple(tag for tag in self.id_tags.accepted if not self._is_spent(tag.id_tag))

    def ordered(self, id_tag: str) -> None:
        """Somebody has asked a charger to begin a session for a tag."""
        self._ordered[id_tag.casefold()] = clock.monotonic()

    def _charges(self, id_tag: str) -> bool:
        """Whether a tag's session goes on, and has for a moment: one that begins is asked about."""
        before = clock.monotonic() - _BEGINS_WITHIN
        return any(
            running.id_tag.casefold() == id_tag.casefold() and running.started_at < before
            for charger in self._chargers.values()
            for state in charger.point.connectors.values()
            if (running := state.transaction) is not None
        )

    def _authorized_by(self, transaction: Transaction) -> str:
        """Why a session that begins may: list, open, remote, local or none, as the book calls it."""
        tag = transaction.id_tag
        if not tag:
            return "none"
        at = self._ordered.get(tag.casefold())
        if at is not None and clock.monotonic() - at < _ORDERED_WITHIN:
            return "remote"
        if transaction.is_late or transaction.is_adopted:
            return "local"
        if self.id_tags.name(tag) is not None:
            return "list"
        return "open" if self.id_tags.accept_all else "local"

    def strangers(self) -> tuple[str, ...]:
        """Tags without a name that were shown to a charger lately, the last one first."""
        unnamed = (tag for tag in reversed(self._strangers) if self.id_tags.name(tag) is None)
        return tuple(unnamed)

    def driver(self, charge_point: ChargePoint, number: int) -> str | None:
        """Who charges at a connector, as far as the list of tags has a name for it."""
        state = charge_point.connectors.get(number)
        if state is None or state.transaction is None:
            return None
        return self.id_tags.name(state.transaction.id_tag)
