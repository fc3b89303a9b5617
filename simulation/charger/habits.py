"""Chargers with a habit that real ones were seen to have, one habit each.

Each is all of `GENERIC` but for what its docstring says, so that what goes wrong
with it comes from its habit.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from .models import ALL_MEASURANDS, GENERIC, WATTS_ONLY, ChargerModel

SESSION_PROFILE_ONLY: Final = replace(
    GENERIC, model="SessionProfileOnly", default_acts_on_running_session=False
)
"""Takes a TxDefaultProfile in a session, and lets it act on the next."""

REFUSES_TENTHS: Final = replace(GENERIC, model="RefusesTenths", refuses_binary_tenths=True)
"""Refuses 82 of the 261 tenths from 6 to 32 A with TypeConstraintViolation."""

WATTS_BY_THREE: Final = replace(
    WATTS_ONLY, model="WattsByThree", converts_watts_by_phases_in_use=False
)
"""Takes watts only, and divides them by three whatever its car uses."""

ONE_LABEL: Final = replace(GENERIC, model="OneLabel", currents_told=1)
"""Tells the current of L1 alone; its power is that of all phases."""

SILENT_WITHOUT_KEYS: Final = replace(
    GENERIC,
    model="SilentWithoutKeys",
    silent_without_keys=True,
    most_keys_asked=4,
    max_keys_told=4,
)
"""Answers GetConfiguration only where it names keys, four at most."""

BOOTS_LATE: Final = replace(GENERIC, model="BootsLate", boots_after=3.0, hangs_up_before_boot=True)
"""Says who it is 3 s after its socket, and hangs up when it is asked before."""

NO_PONG: Final = replace(GENERIC, model="NoPong", answers_pings=False)
"""Answers calls, and no WebSocket ping."""

NO_UPGRADE_HEADER: Final = replace(
    GENERIC, model="NoUpgradeHeader", omits_headers=frozenset({"Connection"})
)
"""Its handshake lacks `Connection: Upgrade`."""

NO_SUBPROTOCOL: Final = replace(
    GENERIC, model="NoSubprotocol", omits_headers=frozenset({"Sec-WebSocket-Protocol"})
)
"""Its handshake asks for no subprotocol."""

SESSION_REGISTER: Final = replace(GENERIC, model="SessionRegister", register_of_session=True)
"""Its register counts from the start of the session; meterStart and meterStop don't."""

STOPS_WITHOUT_ID: Final = replace(GENERIC, model="StopsWithoutId", stops_without_id=True)
"""Ends every transaction as number -1."""

PHANTOM_SESSION: Final = replace(GENERIC, model="PhantomSession", phantom_transaction=1)
"""Tells of a transaction that nobody began, while it is Available."""

POWER_ONLY: Final = replace(
    GENERIC,
    model="PowerOnly",
    per_phase=False,
    measurands=frozenset({"Power.Active.Import"}),
    sampled="Power.Active.Import",
)
"""Tells the power of all phases together, and nothing else."""

ENERGY_ONLY: Final = replace(
    GENERIC,
    model="EnergyOnly",
    per_phase=False,
    measurands=frozenset({"Energy.Active.Import.Register"}),
)
"""Tells its register, and nothing else."""

SECOND_SOCKET: Final = replace(
    GENERIC, model="SecondSocket", leaves_socket_behind=True, keeps_standing_only=True
)
"""Reboots onto a second socket while the first still looks open, and has forgotten all
limits but the one that it holds on its own."""

OVERDRAWS: Final = replace(GENERIC, model="Overdraws", overdraws=0.05)
"""Shows its car 5 % more than it was told."""

NO_PHASES_NO_POWER: Final = replace(
    GENERIC,
    model="CurrentWithoutPhase",
    per_phase=False,
    measurands=ALL_MEASURANDS - {"Power.Active.Import", "Power.Offered", "Voltage"},
)
"""Tells one current, and not of which phases."""

HABITS: Final[Mapping[str, ChargerModel]] = {
    "session_profile_only": SESSION_PROFILE_ONLY,
    "refuses_tenths": REFUSES_TENTHS,
    "watts_by_three": WATTS_BY_THREE,
    "one_label": ONE_LABEL,
    "silent_without_keys": SILENT_WITHOUT_KEYS,
    "boots_late": BOOTS_LATE,
    "no_pong": NO_PONG,
    "session_register": SESSION_REGISTER,
    "stops_without_id": STOPS_WITHOUT_ID,
    "phantom_session": PHANTOM_SESSION,
    "power_only": POWER_ONLY,
    "energy_only": ENERGY_ONLY,
    "second_socket": SECOND_SOCKET,
    "overdraws": OVERDRAWS,
    "current_without_phase": NO_PHASES_NO_POWER,
}
