"""OCPP listeners that groups share: one per address and port, counted by its users.

A charge point id is unique on a listener, so that a charger belongs to one
group, whichever group's port it dials. A listener has one TLS setting.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import randrange
import ssl
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN, LOGGER
from ..csms.charge_point.charge_point import ChargePoint
from ..csms.dialect import TagInfo
from ..csms.models import ProfileCatalogue, load_catalogue
from ..csms.server import CentralSystem
from ..csms.transactions import TransactionIds
from ..csms.transport import tls
from ..csms.transport.passwords import Passwords
from ..csms.transport.tls import TlsError, TlsSettings
from ..data_files.values import whole
from .notices import async_tell_damage, async_tell_expiry
from .proxies import trusted_proxies
from .store import ToldStore

RENEWAL_INTERVAL: Final = timedelta(hours=1)
"""How often it is looked whether somebody renewed a certificate."""
_HIGHEST_AT_RANDOM: Final = 1_000_000_000
"""Of transaction ids, so that more follow than chargers ever begin."""

type Save = Callable[[ChargePoint], Awaitable[None]]


class TlsDiffers(Exception):
    """Another group on the same port has other TLS settings."""


@dataclass(slots=True, kw_only=True)
class Listener:
    """One OCPP port with the groups that use it."""

    id: str
    """Tells it from all others: its address and port."""
    central: CentralSystem
    passwords: Passwords
    catalogue: ProfileCatalogue
    """What is known of the models of chargers."""
    users: set[str] = field(default_factory=set)
    """Config entries that hold it."""
    savers: dict[str, Save] = field(default_factory=dict)
    """Who stores the state of which charger, by charge point id."""
    authorizers: dict[str, Callable[[str], TagInfo]] = field(default_factory=dict)
    """Who says which id tags may charge, by charge point id."""
    tls: TlsSettings | None = None
    context: ssl.SSLContext | None = None
    files_written_at: Mapping[str, float] = field(default_factory=dict)
    stop_looking: CALLBACK_TYPE | None = None


class Listeners:
    """Every listener of this Home Assistant."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._hass = hass
        self._lock = asyncio.Lock()
        self._open: dict[tuple[str, int], Listener] = {}
        self._store = ToldStore(hass, f"{DOMAIN}.transactions", about="EV Load Manager")
        self._transaction_ids: TransactionIds | None = None
        self._stored_id = 1

    async def acquire(
        self, host: str, port: int, user: str, tls_settings: TlsSettings | None = None
    ) -> Listener:
        """The listener on an address and port, opened by its first user.

        Raises OSError where the port can't be had, TlsError where a file can't be
        used, and TlsDiffers where it is open with other TLS settings.
        """
        async with self._lock:
            listener = self._open.get((host, port))
            if listener is None:
                listener = await self._start(host, port, tls_settings)
                self._open[host, port] = listener
            elif listener.tls != tls_settings:
                raise TlsDiffers
            listener.users.add(user)
            return listener

    async def release(self, listener: Listener, user: str) -> None:
        """Give a listener back; the last user closes it."""
        async with self._lock:
            listener.users.discard(user)
            if listener.users:
                return
            for key, opened in list(self._open.items()):
                if opened is listener:
                    del self._open[key]
            if listener.stop_looking is not None:
                listener.stop_looking()
            async_tell_expiry(self._hass, listener.id, None, None)
            await listener.central.stop()

    async def secure(self, listener: Listener, tls_settings: TlsSettings | None) -> None:
        """Change a listener's TLS: its chargers, and no others, have to connect again.

        Raises OSError or TlsError; then it listens as before, if it can.
        """
        async with self._lock:
            if listener.tls == tls_settings:
                return
            context = await self._create_context(tls_settings)
            try:
                await listener.central.restart(context)
            except OSError:
                # The present chargers must not be the ones who pay for it.
                with suppress(OSError):
                    await listener.central.restart(listener.context)
                raise
            await self._note(listener, tls_settings, context)

    async def could_secure(self, listener: Listener, tls_settings: TlsSettings | None) -> bool:
        """The same; whether it could be done."""
        try:
            await self.secure(listener, tls_settings)
        except OSError, TlsError:
            return False
        return True

    @callback
    def is_open(self, host: str, port: int) -> bool:
        """Whether a group of ours listens there already."""
        return (host, port) in self._open

    @callback
    def find(self, host: str, port: int) -> Listener | None:
        """The open listener on an address and port."""
        return self._open.get((host, port))

    async def _start(self, host: str, port: int, tls_settings: TlsSettings | None) -> Listener:
        savers: dict[str, Save] = {}
        authorizers: dict[str, Callable[[str], TagInfo]] = {}
        passwords = Passwords()
        catalogue = await self._hass.async_add_executor_job(load_catalogue)
        transaction_ids = await self._load_transaction_ids()

        async def save(charge_point: ChargePoint) -> None:
            if transaction_ids.next_id != self._stored_id:
                self._stored_id = transaction_ids.next_id
                await self._store.async_save({"next_id": self._stored_id})
                if self._store.fails:
                    self._stored_id = 0  # to be tried again with the next session
            if saver := savers.get(charge_point.id):
                await saver(charge_point)

        def authorize(charge_point: ChargePoint, id_tag: str) -> TagInfo:
            return authorizers[charge_point.id](id_tag)

        context = await self._create_context(tls_settings)
        central = CentralSystem(
            host,
            port,
            transaction_ids=transaction_ids,
            authorize=authorize,
            authenticate=passwords.check,
            save=save,
            ssl=context,
            proxies=trusted_proxies(self._hass),
        )
        await central.start()
        listener = Listener(
            id=f"{host}_{port}",
            central=central,
            passwords=passwords,
            catalogue=catalogue,
            savers=savers,
            authorizers=authorizers,
        )
        await self._note(listener, tls_settings, context)
        return listener

    # TLS

    async def _create_context(self, tls_settings: TlsSettings | None) -> ssl.SSLContext | None:
        if tls_settings is None:
            return None
        return await self._hass.async_add_executor_job(tls.create_context, tls_settings)

    async def _note(
        self, listener: Listener, tls_settings: TlsSettings | None, context: ssl.SSLContext | None
    ) -> None:
        """Remember what a listener uses, and look after it."""
        listener.tls = tls_settings
        listener.context = context
        if listener.stop_looking is not None:
            listener.stop_looking()
            listener.stop_looking = None
        if tls_settings is None:
            listener.central.own_certificate = None
            async_tell_expiry(self._hass, listener.id, None, None)
            return
        listener.files_written_at = await self._written_at(tls_settings)
        await self._look_at_certificate(listener, tls_settings)

        async def look(_: datetime) -> None:
            await self._renew(listener)

        listener.stop_looking = async_track_time_interval(self._hass, look, RENEWAL_INTERVAL)

    async def _look_at_certificate(self, listener: Listener, tls_settings: TlsSettings) -> None:
        """Know the certificate that is shown, and tell in time that it expires."""
        try:
            shown = await self._hass.async_add_executor_job(tls.shown, tls_settings)
        except TlsError as error:
            LOGGER.debug("The certificate can't be looked at: %s", error)
            return
        listener.central.own_certificate = shown.der
        async_tell_expiry(self._hass, listener.id, tls_settings.certificate, shown.expires)

    async def _written_at(self, tls_settings: TlsSettings) -> Mapping[str, float]:
        try:
            return await self._hass.async_add_executor_job(tls.written_at, tls_settings)
        except OSError:
            return {}

    async def _renew(self, listener: Listener) -> None:
        """Take a renewed certificate for those who connect from now on."""
        async with self._lock:
            if listener.tls is None or listener.context is None:
                return
            written_at = await self._written_at(listener.tls)
            before, authority = listener.files_written_at, listener.tls.client_ca
            if not written_at or written_at == before:
                await self._look_at_certificate(listener, listener.tls)
                return
            try:
                # Into another one first: what is half written must do no harm.
                context = await self._create_context(listener.tls)
                await self._hass.async_add_executor_job(tls.load, listener.context, listener.tls)
            except TlsError as error:
                LOGGER.warning("A renewed certificate can't be used yet: %s", error)
                return
            listener.files_written_at = written_at
            await self._look_at_certificate(listener, listener.tls)
            if authority is None or written_at[authority] == before.get(authority):
                return
            # Who is trusted has changed: chargers have to show again that they are.
            try:
                await listener.central.restart(context)
            except OSError as error:
                LOGGER.error("Nothing listens with the renewed authority: %s", error)
                return
            listener.context = context

    async def _load_transaction_ids(self) -> TransactionIds:
        """One counter for all listeners, so that an id never comes twice.

        Where its file is damaged, or not the newest, it begins anywhere, and leaves out what is
        in use: which ids were given since then nobody knows.
        """
        if self._transaction_ids is None:
            stored = await self._store.load()
            self._stored_id = stored.read("next_id", whole(1, 2**31 - 1), 1, may_miss=True)
            async_tell_damage(self._hass, self._store.key, stored.damage, group=self._store.about)
            if stored.is_outdated or stored.damage.parts:
                self._transaction_ids = TransactionIds(randrange(1, _HIGHEST_AT_RANDOM))
            else:
                self._transaction_ids = TransactionIds(self._stored_id)
        return self._transaction_ids


LISTENERS: HassKey[Listeners] = HassKey(f"{DOMAIN}_listeners")


@callback
def async_listeners(hass: HomeAssistant) -> Listeners:
    """The listeners of this Home Assistant, made on first use."""
    if LISTENERS not in hass.data:
        hass.data[LISTENERS] = Listeners(hass)
    return hass.data[LISTENERS]
