"""Limits of sessions that a backend has asked for, and that are still to begin (OCPP 1.6, 5.11)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ... import clock
from ..transport import fields
from .profiles import OF_SESSION, Profile, ProfileRefused, Profiles

_WITHIN: Final = 600.0
"""Seconds in which a session begins that a backend asked for: then its profile is forgotten."""
_MOST: Final = 20


@dataclass(frozen=True, slots=True)
class _Ordered:
    card: str
    connector: int | None
    """The outlet that was named; None: any."""
    profile: Mapping[str, Any]
    until: float
    """Until when its session may begin, seconds since 1970."""


class ToBegin:
    """The profiles that came with orders to begin a session, by card and outlet."""

    def __init__(self, stored: object = None) -> None:
        """Go on with what was `stored`."""
        if isinstance(stored, dict):
            # As it was stored before outlets were told apart: by the card alone.
            stored = [
                {**one, "card": card} for card, one in stored.items() if isinstance(one, dict)
            ]
        read = map(_read, stored if isinstance(stored, list) else ())
        self._ordered = [one for one in read if one is not None]

    def order(self, card: str, connector: int | None, profile: Mapping[str, Any] | None) -> bool:
        """A session is to begin, with that profile or without one; whether that changes anything."""
        now = clock.now().timestamp()
        before, card = self._ordered, card.casefold()
        self._ordered = [
            one
            for one in before
            if one.until > now and (one.card, one.connector) != (card, connector)
        ][-_MOST + 1 :]
        if profile is not None:
            self._ordered.append(_Ordered(card, connector, profile, now + _WITHIN))
        return self._ordered != before

    def begins(
        self, card: str, connector: int, *, is_only_outlet: bool
    ) -> Mapping[str, Any] | None:
        """A session began; the profile that it was ordered with. None: it was with none."""
        now, card = clock.now().timestamp(), card.casefold()
        found = None
        for one in self._ordered:
            if one.card != card or one.until < now:
                continue
            if one.connector == connector:
                found = one
                break
            if is_only_outlet or one.connector in (None, 0):
                found = found or one
        if found is None:
            return None
        self._ordered.remove(found)
        return found.profile

    def state(self) -> list[dict[str, Any]]:
        """Plain JSON data."""
        return [
            {
                "card": one.card,
                "connector": one.connector,
                "profile": dict(one.profile),
                "until": one.until,
            }
            for one in self._ordered
        ]


def is_of_a_session(data: Mapping[str, Any]) -> bool:
    """Whether a profile can be taken for a session that is still to begin."""
    if data.get("chargingProfilePurpose") != OF_SESSION:
        return False
    try:
        Profiles().set(Profile(1, data, ""))
    except ProfileRefused:
        return False
    return True


def _read(stored: object) -> _Ordered | None:
    if not isinstance(stored, dict):
        return None
    profile, until = stored.get("profile"), fields.number(stored.get("until"))
    if not isinstance(profile, dict) or until is None or not is_of_a_session(profile):
        return None
    return _Ordered(str(stored.get("card")), fields.integer(stored, "connector"), profile, until)
