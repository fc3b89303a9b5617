"""Names that several files share."""

import logging
from typing import Final

DOMAIN: Final = "ev_load_manager"
LOGGER: Final = logging.getLogger(__package__)

SUBENTRY_CHARGER: Final = "charger"
SUBENTRY_FEEDER: Final = "feeder"
SUBENTRY_BACKEND: Final = "backend"

DEFAULT_PORT: Final = 9000
DEFAULT_HOST: Final = "0.0.0.0"  # noqa: S104 - chargers come from the local network

EVENT_SAFE_LIMIT: Final = f"{DOMAIN}_safe_limit"
"""Fired for the logbook when the safe limit comes into force, and when it ends."""
EVENT_REPORT: Final = f"{DOMAIN}_report"
"""Fired for the logbook when a charger tells of an update, an upload or a security event."""
ATTR_CAUSE: Final = "cause"
ATTR_INFO: Final = "info"
ATTR_LIMIT: Final = "limit"
ATTR_STATUS: Final = "status"
ATTR_TYPE: Final = "type"

# Keys of a group's config entry.
CONF_PHASES: Final = "phases"
CONF_VOLTAGE: Final = "voltage"
CONF_RATED_CURRENT: Final = "rated_current"
CONF_LOST_FEEDER: Final = "lost_feeder"
CONF_MAXIMUM_CURRENT: Final = "maximum_current"
CONF_POWER_LIMIT: Final = "power_limit"
CONF_POLICY: Final = "policy"
CONF_IMBALANCE: Final = "imbalance"
CONF_LISTEN_HOST: Final = "listen_host"
CONF_LISTEN_PORT: Final = "listen_port"
CONF_METER: Final = "meter"
CONF_GRID_RATED_CURRENT: Final = "grid_rated_current"
CONF_GRID_MAXIMUM_CURRENT: Final = "grid_maximum_current"
CONF_SAFE_LIMIT: Final = "safe_limit"
CONF_METER_TIMEOUT: Final = "meter_timeout"
CONF_METER_INTERVAL: Final = "meter_interval"
CONF_ALLOW_EXPORT: Final = "allow_export_charging"
CONF_TLS_CERTIFICATE: Final = "tls_certificate"
CONF_TLS_KEY: Final = "tls_key"
CONF_TLS_CLIENT_CA: Final = "tls_client_ca"
CONF_TLS_RSA_SUITES: Final = "tls_rsa_suites"
CONF_ACCEPT_ALL_TAGS: Final = "accept_all_tags"
CONF_ID_TAGS: Final = "id_tags"

# Keys of a charger's subentry.
CONF_CHARGER_ID: Final = "charger_id"
CONF_ENTRY_ID: Final = "entry_id"
CONF_SUBENTRY_ID: Final = "subentry_id"
CONF_WIRING: Final = "wiring"
CONF_FIND_WIRING: Final = "find_wiring"
CONF_MINIMUM: Final = "minimum"
CONF_MAXIMUM: Final = "maximum"
CONF_UNIT: Final = "unit"
CONF_PRIORITY: Final = "priority"
CONF_CHARGERS: Final = "chargers"
CONF_CONNECTORS: Final = "connectors"
CONF_SUPPLY_CURRENT: Final = "supply_current"
CONF_FEEDER: Final = "feeder"
CONF_PROFILE: Final = "profile"
CONF_USER_NAME: Final = "user_name"
CONF_CERTIFICATE_NAME: Final = "certificate_name"

# Keys of a feeder's subentry, beside those of a group.
CONF_PARENT: Final = "parent"
CONF_PHASE_LIMITS: Final = ("maximum_current_l1", "maximum_current_l2", "maximum_current_l3")
# Keys of a backend's subentry.
CONF_CHARGER: Final = "charger"
"""The subentry of the charger whose backend it is."""
CONF_URL: Final = "url"
CONF_IDENTITY: Final = "identity"
CONF_ROLE: Final = "role"
CONF_OFFLINE: Final = "offline"
CONF_BOTH_LISTS: Final = "both_lists"
CONF_CHARGER_CERTIFICATES: Final = "charger_certificates"
CONF_KNOWN_DAYS: Final = "known_days"
CONF_AUTHORITY: Final = "authority"
CONF_CERTIFICATE: Final = "certificate"
CONF_KEY: Final = "key"
ROLE_DECIDES: Final = "decides"
ROLE_LISTENS: Final = "listens"

DIRECTLY: Final = "group"
"""In place of a feeder: what hangs on the group itself."""

UNIT_AMPERE: Final = "A"
UNIT_KILOWATT: Final = "kW"
