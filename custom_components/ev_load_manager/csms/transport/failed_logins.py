"""Who tried to be a charger and was refused, and how often."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ... import clock
from .certificates import Certificate
from .refusals import FORGOTTEN_AFTER, Cause

WORTH_TELLING: Final = 10
"""A charger with a new password, or with an old socket that is still there, stumbles a few
times; this is no stumbling."""
_SOONER: Final = {
    Cause.USER_NAME: 3,
    Cause.OTHER_CERTIFICATE: 3,
    # The CA for chargers vouches that this is no passer-by.
    Cause.UNCONFIRMED_CERTIFICATE: 1,
}
"""What nobody stumbles over, and time does not mend."""
_MOST_ADDRESSES: Final = 50
_MOST_KNOWN: Final = 1000


@dataclass(frozen=True, slots=True)
class FailedLogins:
    """Tries for one charger from one address."""

    charger_id: str
    address: str
    count: int
    last: float
    """Monotonic."""
    cause: Cause = Cause.PASSWORD
    """What was wrong the last time."""
    detail: str = ""
    """The name that was given, if that is what was wrong."""
    certificate: Certificate | None = None
    """The certificate that was shown, if that is what was wrong."""

    @property
    def is_worth_telling(self) -> bool:
        """Whether it went on for too long to be a stumbling."""
        return self.count >= _SOONER.get(self.cause, WORTH_TELLING)


class KnownAddresses:
    """From where chargers came with the right password."""

    def __init__(self) -> None:
        self._been_in: dict[tuple[str, str], None] = {}

    def add(self, charger_id: str, address: str) -> None:
        """A charger has come from there; who came longest ago is forgotten for it."""
        self._been_in.pop((charger_id, address), None)
        if len(self._been_in) >= _MOST_KNOWN:
            del self._been_in[next(iter(self._been_in))]
        self._been_in[charger_id, address] = None

    def has(self, charger_id: str, address: str) -> bool:
        """Whether a charger has come from there."""
        return (charger_id, address) in self._been_in


class LoginBook:
    """The failed logins of one listener, of one kind."""

    def __init__(self) -> None:
        self._failed: dict[tuple[str, str], FailedLogins] = {}

    def failed(
        self,
        charger_id: str,
        address: str,
        cause: Cause = Cause.PASSWORD,
        detail: str = "",
        certificate: Certificate | None = None,
    ) -> None:
        """Somebody was refused."""
        key = charger_id, address
        known = self._failed.pop(key, None)
        mine = [other for other in self._failed if other[0] == charger_id]
        if len(mine) >= _MOST_ADDRESSES:
            # Who tried longest ago; dictionaries keep their order.
            del self._failed[mine[0]]
        # Who has found one mistake has not yet had the time to stumble over the next.
        count = known.count + 1 if known is not None and known.cause is cause else 1
        self._failed[key] = FailedLogins(
            charger_id, address, count, clock.monotonic(), cause, detail, certificate
        )

    def succeeded(self, charger_id: str, address: str) -> None:
        """The charger came in from there: it was its own stumbling."""
        self._failed.pop((charger_id, address), None)

    def forget(self, charger_id: str) -> None:
        """The charger is gone, or has to prove in another way who it is."""
        for key in [key for key in self._failed if key[0] == charger_id]:
            del self._failed[key]

    def worth_telling(self) -> Mapping[str, FailedLogins]:
        """Chargers that somebody tries to be for long, with the most stubborn of these."""
        now = clock.monotonic()
        for key, failed in list(self._failed.items()):
            if now - failed.last > FORGOTTEN_AFTER:
                del self._failed[key]
        told: dict[str, FailedLogins] = {}
        for failed in self._failed.values():
            before = told.get(failed.charger_id)
            if failed.is_worth_telling and (before is None or failed.count > before.count):
                told[failed.charger_id] = failed
        return told
