"""Every repair issue that there is.

A title and a text for each are in the translations. Those that a flow leads through,
or that have to be confirmed, have their steps in `repairs.py`.
"""

from enum import StrEnum
from typing import Final

from homeassistant.helpers.issue_registry import IssueSeverity


class Repair(StrEnum):
    """What a person may have to do something about, by the key of its text."""

    # A charger (raised by `watchers/chargers.py`)
    BACKEND_AWAY = "backend_away"
    BACKEND_REFUSES = "backend_refuses"
    DOES_NOT_ANSWER = "does_not_answer"
    DOES_NOT_OBEY = "does_not_obey"
    FIRMWARE_FAILED = "firmware_failed"
    TAKES_NO_LIMITS = "takes_no_limits"
    UPLOAD_FAILED = "upload_failed"
    WRITTEN_TOO_OFTEN = "written_too_often"

    # A group as a whole (`watchers/group.py`)
    ALONE_TOO_MUCH = "alone_too_much"
    CALENDAR_NOT_READ = "calendar_not_read"
    SAFE_LIMIT_FEEDER_TOO_HIGH = "safe_limit_feeder_too_high"
    SAFE_LIMIT_TOO_HIGH = "safe_limit_too_high"
    METER_AVERAGE_DIFFERS = "meter_average_differs"
    METER_CLOCK = "meter_clock"
    METER_REGISTER_DIFFERS = "meter_register_differs"
    PEAK_EXCEEDED_BUILDING = "peak_exceeded_building"
    PEAK_EXCEEDED_CARS = "peak_exceeded_cars"
    PEAK_EXCEEDED_UNSEEN = "peak_exceeded_unseen"
    TARIFF_NOT_KNOWN = "tariff_not_known"
    WIRING_DOUBT = "wiring_doubt"
    WIRING_HINT = "wiring_hint"

    # A meter (`watchers/safe_limit.py`)
    SAFE_LIMIT_FEEDER = "safe_limit_feeder"
    SAFE_LIMIT_FROZEN = "safe_limit_frozen"
    SAFE_LIMIT_IMPLAUSIBLE = "safe_limit_implausible"
    SAFE_LIMIT_NO_VALUES = "safe_limit_no_values"

    # Who may come in as a charger (`watchers/logins.py`), and who wants to be one
    # (`watchers/pending_chargers.py`)
    LOGIN_FAILED = "login_failed"
    LOGIN_OTHER_CERTIFICATE = "login_other_certificate"
    LOGIN_NEW_CERTIFICATE = "login_new_certificate"
    LOGIN_OTHER_NAME = "login_other_name"
    SECOND_SOCKET = "second_socket"
    UNKNOWN_CHARGER = "unknown_charger"

    # Who is refused before it is anybody's charger (`watchers/refusals.py`)
    REFUSED_ADDRESS = "refused_address"
    REFUSED_ELSEWHERE = "refused_elsewhere"
    REFUSED_NO_WEBSOCKET = "refused_no_websocket"
    REFUSED_OTHER_CERTIFICATE = "refused_other_certificate"
    REFUSED_SUBPROTOCOL = "refused_subprotocol"
    REFUSED_TLS = "refused_tls"
    REFUSED_TLS_CERTIFICATE = "refused_tls_certificate"
    REFUSED_TLS_DISTRUST = "refused_tls_distrust"
    REFUSED_TLS_EXPECTED = "refused_tls_expected"
    REFUSED_TLS_RSA_SUITES = "refused_tls_rsa_suites"
    REFUSED_TLS_SUITES = "refused_tls_suites"
    REFUSED_TLS_UNEXPECTED = "refused_tls_unexpected"
    REFUSED_TLS_VERSION = "refused_tls_version"
    REFUSED_TOO_MANY = "refused_too_many"
    REFUSED_WEB_PAGE = "refused_web_page"

    # The session book (`sessions/shared.py`)
    BOOK_DAMAGED = "book_damaged"
    BOOK_FAILS = "book_fails"
    BOOK_NEWER = "book_newer"
    BUDGET_REFUSES = "budget_refuses"
    BUDGET_USED = "budget_used"

    # What a group tells as it happens (`group/notices.py`, `group/store.py`,
    # `group/wiring_finder.py`, `config/feeders.py`)
    CERTIFICATE_EXPIRED = "certificate_expired"
    CERTIFICATE_EXPIRES = "certificate_expires"
    FEEDER_REMOVED = "feeder_removed"
    FEEDERS_MENDED = "feeders_mended"
    NOT_RELEASED = "not_released"
    STILL_CHARGES = "still_charges"
    STORAGE_FAILS = "storage_fails"
    STORED_DAMAGED = "stored_damaged"
    STORED_OUTDATED = "stored_outdated"
    WIRING_FITS = "wiring_fits"
    WIRING_FOUND = "wiring_found"
    WIRING_NOT_FOUND = "wiring_not_found"
    WIRING_PROPOSED = "wiring_proposed"

    @property
    def severity(self) -> IssueSeverity:
        """How bad it is."""
        return IssueSeverity.ERROR if self in _ERRORS else IssueSeverity.WARNING

    @property
    def is_fixable(self) -> bool:
        """Whether somebody confirms it, or is led to what mends it."""
        return self in _FIXABLE

    @property
    def is_persistent(self) -> bool:
        """Whether it outlives a restart: nobody would find it again."""
        return self in _PERSISTENT


_ERRORS: Final = frozenset(
    {
        Repair.BOOK_DAMAGED,
        Repair.BOOK_FAILS,
        Repair.BOOK_NEWER,
        Repair.CERTIFICATE_EXPIRED,
        Repair.DOES_NOT_OBEY,
        Repair.FEEDERS_MENDED,
        Repair.STORAGE_FAILS,
        Repair.TAKES_NO_LIMITS,
        Repair.WIRING_DOUBT,
    }
)
_FIXABLE: Final = frozenset(
    {
        Repair.BOOK_DAMAGED,
        Repair.BOOK_NEWER,
        Repair.FEEDER_REMOVED,
        Repair.LOGIN_NEW_CERTIFICATE,
        Repair.NOT_RELEASED,
        Repair.STILL_CHARGES,
        Repair.STORED_DAMAGED,
        Repair.STORED_OUTDATED,
        Repair.UNKNOWN_CHARGER,
        Repair.WIRING_DOUBT,
        Repair.WIRING_FITS,
        Repair.WIRING_FOUND,
        Repair.WIRING_NOT_FOUND,
        Repair.WIRING_PROPOSED,
    }
)
_PERSISTENT: Final = frozenset(
    {
        Repair.BOOK_DAMAGED,
        Repair.BOOK_NEWER,
        Repair.FEEDER_REMOVED,
        Repair.NOT_RELEASED,
        Repair.STORED_DAMAGED,
        Repair.STORED_OUTDATED,
        Repair.WIRING_FOUND,
        Repair.WIRING_PROPOSED,
    }
)
