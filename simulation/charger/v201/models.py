"""Models of chargers that speak OCPP 2.0.1 or 2.1: what each tells, takes, ignores, forgets.

A model is data, as those of OCPP 1.6. Each default is the well-behaved one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Final

from ..outlet import BelowMinimum
from .device_model import Address, Variable
from .profile_store import ProfileRules
from .profiles import Kind, Profile, Purpose
from .schemas import SUBPROTOCOL21, SUBPROTOCOL201

MEASURANDS: Final = (
    "Current.Import",
    "Current.Offered",
    "Energy.Active.Import.Register",
    "Power.Active.Import",
    "Power.Offered",
    "Voltage",
)
"""What a whole meter of a charger can tell, in the words of both versions."""

TX_POINTS: Final = (
    "ParkingBayOccupancy",
    "EVConnected",
    "Authorized",
    "DataSigned",
    "PowerPathClosed",
    "EnergyTransfer",
)
"""What may start and stop a transaction (2.6.4.1)."""

TRIGGERS: Final = frozenset(
    {
        "BootNotification",
        "FirmwareStatusNotification",
        "Heartbeat",
        "LogStatusNotification",
        "MeterValues",
        "SignChargingStationCertificate",
        "StatusNotification",
        "TransactionEvent",
    }
)


def _none(profile: Profile) -> bool:
    """Every profile has its effect."""
    return False


class ProfileAnswer(Enum):
    """What it says to SetChargingProfile."""

    BY_THE_RULES = "by the rules"
    REJECTED = "Rejected, whatever it is"
    NOT_SUPPORTED = "CALLERROR NotSupported"


class CompositeAnswer(Enum):
    """What it says to GetCompositeSchedule."""

    CORRECT = "correct"
    HARDWARE = "what its hardware can, whatever was set"
    REJECTED = "rejected"
    NOT_SUPPORTED = "CALLERROR NotSupported"


class ReportHabit(Enum):
    """How it sends the parts of a report."""

    CORRECT = "in order"
    DISORDERED = "the last one first"
    DOUBLED = "each two times"
    CUT_OFF = "without the last one"
    EMPTY = "EmptyResultSet, whatever is asked"
    REFUSED = "NotSupported, whatever is asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class StationModel:
    """How a kind of charger behaves."""

    vendor: str = "Simulated"
    model: str = "Station"
    firmware: str = "1.0"
    subprotocols: tuple[str, ...] = (SUBPROTOCOL201,)
    """What it offers to speak, what it likes best first."""
    evses: int = 1
    connectors_per_evse: int = 1
    terminals: int = 3
    hardware_maximum: float = 32.0
    minimum: float = 6.0
    step: float = 0.1
    """It sets limits in steps of so many A."""
    overdraws: float = 0.0
    """It shows its car this part of the limit more than it was told (0.05: 5 %)."""
    below_minimum: BelowMinimum = BelowMinimum.SUSPENDS
    switches_phases: bool = False
    """numberPhases 1 makes a three-phase car charge on one."""
    chooses_phase: bool = False
    """ACPhaseSwitchingSupported: and on the phase that phaseToUse says."""
    variables: Mapping[Address, Variable] = field(default_factory=dict)
    """What its device model has beside or instead of the usual."""
    hides: Callable[[Address], bool] = lambda _: False
    """What of the usual it lacks."""

    # Limits
    profiles: ProfileAnswer = ProfileAnswer.BY_THE_RULES
    rules: ProfileRules = field(default_factory=ProfileRules)
    ignores_profile: Callable[[Profile], bool] = _none
    """Profiles that are accepted and have no effect."""
    ignores_all_limits: bool = False
    default_acts_on_running_session: bool = True
    """A TxDefaultProfile that is set in a transaction acts at once, or on the next."""
    converts_watts_by_phases_in_use: bool = False
    refuses_binary_tenths: bool = False
    """It refuses tenths of an ampere that are none in binary."""
    keeps_over_reboot: frozenset[Purpose] = frozenset(Purpose)
    keeps_standing_only: bool = False
    """A reboot costs it the profiles that end by themselves; those without an end stay."""
    drops_profiles_offline: bool = False
    composite: CompositeAnswer = CompositeAnswer.CORRECT
    tells_rate_changes: bool = True
    """It sends ChargingRateChanged."""
    has_iso15118: bool = False
    """Cars can tell it what they need."""

    # Metering
    measurands: tuple[str, ...] = MEASURANDS
    sampled: tuple[str, ...] = ("Energy.Active.Import.Register",)
    """Factory value of TxUpdatedMeasurands."""
    sampled_interval: int = 60
    per_phase: bool = True
    phase_labels: tuple[str, str, str] = ("L1", "L2", "L3")
    currents_told: int = 3
    """So many of its phases get a Current.Import, whatever flows through the others."""
    energy_unit: str | None = "Wh"
    """Wh or kWh; None: it says none, and means Wh."""
    power_unit: str = "W"
    multiplier: int = 0
    """Powers of ten that its energy and power are told in."""
    signs_values: bool = False
    """The first and the last register of a transaction are signed."""
    register_of_session: bool = False
    """Its energy register begins at 0 in each session."""
    counts_phases: bool = True
    """It sends numberOfPhasesUsed."""
    cable_maximum: int | None = 32
    """cableMaxCurrent, A."""

    # Sessions
    tx_start: tuple[str, ...] = ("PowerPathClosed",)
    tx_stop: tuple[str, ...] = ("EVConnected", "Authorized")
    fixed_tx_points: bool = False
    """TxStartPoint and TxStopPoint are read-only."""
    names_connector: bool = True
    """TransactionEvent names the connector beside the EVSE."""
    marks_offline: bool = True
    """What it tells late says so."""
    repeats_events: bool = False
    """It sends every TransactionEvent a second time, though it was answered."""
    seq_no_goes_on: bool = False
    """seqNo counts on over all transactions of an EVSE."""
    restarts_seq_no: bool = False
    """A reboot lets seqNo begin at 0 again in the transaction that goes on."""
    queue_room: int = 500
    """Events that it can keep while offline; then periodic ones are thinned out."""
    odd_ids: bool = False
    """Transaction ids of 36 characters that are not letters and digits only."""
    free: bool = False
    """A plugged in car charges without anybody's card (AuthCtrlr.Enabled is false)."""
    phantom_within: float | None = None
    """A remote start within so many seconds of a session's end begins one that never charges."""

    # Talking
    strict: bool = True
    """What it sends is OCPP of its version."""
    compresses: bool = False
    """It offers to compress its frames (RFC 7692)."""
    probes_16: bool = False
    """Before its connection it opens one for OCPP 1.6, and closes it again."""
    speaks_16: bool = False
    """It sends payloads of OCPP 1.6, whatever was agreed on."""
    boots_after: float = 0.0
    """Seconds after its socket before it says who it is."""
    hangs_up_before_boot: bool = False
    """It hangs up when it is asked anything before."""
    answers_pings: bool = True
    omits_headers: frozenset[str] = frozenset()
    """What its handshake lacks."""
    leaves_socket_behind: bool = False
    """It reboots onto a second socket while the first still looks open."""
    boots_on_reconnect: bool = False
    status_by_event: bool = False
    """NotifyEvent of Connector.AvailabilityState instead of StatusNotification."""
    status_of_zero: bool = False
    """It sends a StatusNotification for EVSE 0, connector 0, too."""
    available_with_cable: bool = False
    """A connector is Available while a cable is in and nobody charges."""
    silent_after_early_report: float | None = None
    """Asked for a report within so many seconds after its boot was accepted, it says nothing more."""
    report: ReportHabit = ReportHabit.CORRECT
    items_per_part: int = 40
    """Of its own reports."""
    items_per_message: int = 20
    bytes_per_message: int = 8000
    triggers: frozenset[str] = TRIGGERS
    takes_clock: bool = True
    """It sets its clock by the central system's."""

    # Power
    boot_seconds: float = 5.0
    resumes_after_power_loss: bool = True

    @property
    def effective_rules(self) -> ProfileRules:
        """The rules with what the hardware says."""
        return replace(
            self.rules,
            terminals=self.terminals,
            switches_phases=self.switches_phases,
            chooses_phase=self.chooses_phase,
        )

    @property
    def knows_21(self) -> bool:
        """It can speak OCPP 2.1."""
        return SUBPROTOCOL21 in self.subprotocols


STATION: Final = StationModel()
"""Does all of OCPP 2.0.1 that a load manager needs, and by the book."""

STATION_21: Final = replace(
    STATION,
    model="Station21",
    subprotocols=(SUBPROTOCOL21, SUBPROTOCOL201),
    rules=ProfileRules(
        purposes=frozenset(Purpose) - {Purpose.LOCAL_GENERATION},
        kinds=frozenset(Kind),
        least_own_id=1000,
    ),
    keeps_over_reboot=frozenset({Purpose.TX_DEFAULT, Purpose.STATION_MAX, Purpose.PRIORITY}),
)
"""OCPP 2.1: maxOfflineDuration, dynamic profiles, and no TxProfile after a reboot."""

TWIN: Final = replace(STATION, model="Twin", evses=2)
"""Two EVSEs."""

TWO_PLUGS: Final = replace(STATION, model="TwoPlugs", connectors_per_evse=2)
"""One EVSE with two connectors, for one car at a time."""

ONE_PHASE_STATION: Final = replace(STATION, model="OnePhase", terminals=1)
"""Fed by one phase."""

EV_CONNECTED: Final = replace(
    STATION, model="EVConnected", tx_start=("EVConnected",), tx_stop=("EVConnected",)
)
"""A transaction is a parked car, whether it may charge or not."""

AUTHORIZED: Final = replace(
    STATION, model="Authorized", tx_start=("Authorized",), tx_stop=("Authorized", "EVConnected")
)
"""A transaction begins with the card, also without a car."""

ENERGY_TRANSFER: Final = replace(
    STATION, model="EnergyTransfer", tx_start=("EnergyTransfer",), fixed_tx_points=True
)
"""A transaction begins with the first current."""

SWITCHING: Final = replace(STATION, model="Switching", switches_phases=True, chooses_phase=True)
"""One phase or three, as the profile says, and which one."""

WITH_15118: Final = replace(STATION, model="Iso15118", has_iso15118=True)
"""Cars tell what they need."""

MODELS: Final[Mapping[str, StationModel]] = {
    "station": STATION,
    "station_21": STATION_21,
    "twin": TWIN,
    "two_plugs": TWO_PLUGS,
    "one_phase": ONE_PHASE_STATION,
    "ev_connected": EV_CONNECTED,
    "authorized": AUTHORIZED,
    "energy_transfer": ENERGY_TRANSFER,
    "switching": SWITCHING,
    "iso15118": WITH_15118,
}
