"""Chargers with a habit that public issues report of OCPP 2.0.1, one habit each.

Each is all of `STATION` but for what its docstring says, so that what goes wrong with
it comes from its habit.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from ..frames import SUBPROTOCOL16
from .device_model import Address, members
from .models import STATION, STATION_21, CompositeAnswer, ProfileAnswer, ReportHabit, StationModel
from .profile_store import ProfileRules
from .profiles import Unit
from .schemas import SUBPROTOCOL201

REJECTS_PROFILES: Final = replace(STATION, model="RejectsProfiles", profiles=ProfileAnswer.REJECTED)
"""Rejects every SetChargingProfile, and says otherwise that it can charge smartly."""

NO_SMART_CHARGING: Final = replace(
    STATION,
    model="NoSmartCharging",
    profiles=ProfileAnswer.NOT_SUPPORTED,
    composite=CompositeAnswer.NOT_SUPPORTED,
    hides=lambda address: address.component == "SmartChargingCtrlr",
)
"""Knows no charging profiles."""

STUBBORN: Final = replace(STATION, model="Stubborn", ignores_all_limits=True)
"""Accepts every limit and follows none."""

SESSION_PROFILE_ONLY: Final = replace(
    STATION, model="SessionProfileOnly", default_acts_on_running_session=False
)
"""Takes a TxDefaultProfile in a session, and lets it act on the next."""

LIKE_1_6: Final = replace(
    STATION,
    model="Like16",
    rules=ProfileRules(takes_absolute_without_start=True, replaces_same_place=True),
)
"""Lets another id replace what lies on a level, and needs no startSchedule."""

STACK_ZERO: Final = replace(
    STATION,
    model="StackZero",
    rules=ProfileRules(max_stack_level=0, max_periods=10, units=frozenset({Unit.AMPERES})),
)
"""Stack level 0 only, in amperes."""

WATTS_ONLY: Final = replace(
    STATION,
    model="WattsOnly",
    rules=ProfileRules(units=frozenset({Unit.WATTS})),
    converts_watts_by_phases_in_use=True,
)
"""Takes watts only, and divides them by the phases that its car uses."""

WATTS_BY_THREE: Final = replace(
    STATION, model="WattsByThree", rules=ProfileRules(units=frozenset({Unit.WATTS}))
)
"""Takes watts only, and divides them by three whatever its car uses."""

NO_DURATION: Final = replace(STATION, model="NoDuration", rules=ProfileRules(ignores_duration=True))
"""Knows validTo, and not that a schedule has a duration."""

NO_VALID_TO: Final = replace(STATION, model="NoValidTo", rules=ProfileRules(ignores_valid_to=True))
"""Knows a schedule's duration, and not validTo."""

FORGETFUL: Final = replace(
    STATION, model="Forgetful", keeps_over_reboot=frozenset(), drops_profiles_offline=True
)
"""Loses its limits with the link, and charges at full current then."""

STANDING_ONLY: Final = replace(STATION, model="StandingOnly", keeps_standing_only=True)
"""A reboot costs it every limit that ends by itself."""

WRONG_COMPOSITE: Final = replace(
    STATION, model="WrongComposite", composite=CompositeAnswer.HARDWARE
)
"""Its composite schedule knows nothing of its profiles."""

FEW_PROFILES: Final = replace(
    STATION, model="FewProfiles", rules=ProfileRules(max_installed=2, max_periods=1)
)
"""Room for two profiles of one period."""

NO_EVSES_IN_REPORT: Final = replace(
    STATION,
    model="NoEvsesInReport",
    hides=lambda address: address.component in ("EVSE", "Connector"),
)
"""Its inventory names no EVSE and no connector."""

PER_EVSE_UNITS: Final = replace(
    STATION,
    model="PerEvseUnits",
    evses=2,
    variables={
        Address("SmartChargingCtrlr", "RateUnit", evse=2): members(("W",), ("A", "W")),
    },
)
"""Its second EVSE says another unit than the station."""

SMALL_MESSAGES: Final = replace(
    STATION, model="SmallMessages", items_per_message=2, bytes_per_message=600, items_per_part=5
)
"""Two items a message; its inventory comes in some twenty parts."""

REPORT_DISORDERED: Final = replace(
    SMALL_MESSAGES, model="ReportDisordered", report=ReportHabit.DISORDERED
)
REPORT_DOUBLED: Final = replace(SMALL_MESSAGES, model="ReportDoubled", report=ReportHabit.DOUBLED)
REPORT_CUT_OFF: Final = replace(SMALL_MESSAGES, model="ReportCutOff", report=ReportHabit.CUT_OFF)
REPORT_EMPTY: Final = replace(STATION, model="ReportEmpty", report=ReportHabit.EMPTY)
REPORT_REFUSED: Final = replace(STATION, model="ReportRefused", report=ReportHabit.REFUSED)

SILENT_AFTER_REPORT: Final = replace(
    STATION, model="SilentAfterReport", silent_after_early_report=5.0
)
"""Asked for its inventory right after its boot, it says nothing more on this socket."""

STATUS_OF_ZERO: Final = replace(STATION, model="StatusOfZero", status_of_zero=True)
"""Sends a StatusNotification for EVSE 0, connector 0."""

STATUS_BY_EVENT: Final = replace(STATION, model="StatusByEvent", status_by_event=True)
"""Tells its status by NotifyEvent."""

AVAILABLE_WITH_CABLE: Final = replace(
    STATION, model="AvailableWithCable", available_with_cable=True
)
"""Says Available while a car is plugged in and nobody charges."""

NO_CONNECTOR_ID: Final = replace(
    STATION, model="NoConnectorId", connectors_per_evse=2, names_connector=False
)
"""Two connectors, and its transactions don't say at which."""

UNMARKED_OFFLINE: Final = replace(STATION, model="UnmarkedOffline", marks_offline=False)
"""What it kept while offline looks as if it were of now, but for its time."""

REPEATS_EVENTS: Final = replace(STATION, model="RepeatsEvents", repeats_events=True)
"""Sends every event of a transaction twice."""

SEQ_NO_GOES_ON: Final = replace(STATION, model="SeqNoGoesOn", seq_no_goes_on=True)
"""Its seqNo doesn't begin at 0 in each transaction."""

SEQ_NO_RESTARTS: Final = replace(STATION, model="SeqNoRestarts", restarts_seq_no=True)
"""Its seqNo begins at 0 again where a transaction goes on after a power cut."""

SHORT_MEMORY: Final = replace(STATION, model="ShortMemory", queue_room=8)
"""Room for eight events while it is offline: seqNo has gaps then."""

ODD_IDS: Final = replace(STATION, model="OddIds", odd_ids=True)
"""Ids of 36 characters, with all that a text may have."""

PHANTOM_SESSION: Final = replace(STATION, model="PhantomSession", phantom_within=360.0)
"""Started again soon after a session, it begins one in which nothing ever flows."""

FREE: Final = replace(STATION, model="Free", free=True)
"""Charges whoever plugs in, as NoAuthorization with an empty text."""

KILO: Final = replace(
    STATION, model="Kilo", energy_unit="kWh", power_unit="kW", phase_labels=("L1-N", "L2-N", "L3-N")
)
"""Counts in kW and kWh, and names its phases against neutral."""

MULTIPLIED: Final = replace(STATION, model="Multiplied", multiplier=3, energy_unit=None)
"""Counts in thousands of W and Wh, and says so by a multiplier only."""

SIGNED: Final = replace(STATION, model="Signed", signs_values=True, multiplier=-1)
"""Signs the registers at the beginning and the end."""

NO_PHASES: Final = replace(STATION, model="NoPhases", per_phase=False, counts_phases=False)
"""Tells one current, and not of which phases."""

ENERGY_ONLY: Final = replace(
    STATION, model="EnergyOnly", measurands=("Energy.Active.Import.Register",), per_phase=False
)
"""Tells its register, and nothing else."""

SESSION_REGISTER: Final = replace(STATION, model="SessionRegister", register_of_session=True)
"""Its register counts from the start of the session."""

PROBES_16: Final = replace(
    STATION, model="Probes16", probes_16=True, subprotocols=(SUBPROTOCOL201, SUBPROTOCOL16)
)
"""Opens a connection for OCPP 1.6 for a moment before its own."""

SPEAKS_16: Final = replace(STATION, model="Speaks16", speaks_16=True, strict=False)
"""Agrees on 2.0.1, and sends what OCPP 1.6 would have."""

EMPTY_SUBPROTOCOL: Final = replace(
    STATION, model="EmptySubprotocol", subprotocols=("", SUBPROTOCOL201)
)
"""The list of what it speaks begins with nothing."""

BOOTS_ON_RECONNECT: Final = replace(STATION, model="BootsOnReconnect", boots_on_reconnect=True)
"""Sends BootNotification on every socket, as in OCPP 1.6."""

NO_PONG: Final = replace(STATION, model="NoPong", answers_pings=False)
"""Answers calls, and no WebSocket ping."""

COMPRESSES: Final = replace(STATION, model="Compresses", compresses=True)
"""Offers to compress its frames."""

OVERDRAWS: Final = replace(STATION, model="Overdraws", overdraws=0.05)
"""Shows its car 5 % more than it was told."""

FORGETFUL_21: Final = replace(
    STATION_21, model="Forgetful21", keeps_over_reboot=frozenset(), drops_profiles_offline=True
)
"""Says that it knows maxOfflineDuration, and loses its limits with the link."""

HABITS: Final[Mapping[str, StationModel]] = {
    model.model: model
    for model in (
        REJECTS_PROFILES,
        NO_SMART_CHARGING,
        STUBBORN,
        SESSION_PROFILE_ONLY,
        LIKE_1_6,
        STACK_ZERO,
        WATTS_ONLY,
        WATTS_BY_THREE,
        NO_DURATION,
        NO_VALID_TO,
        FORGETFUL,
        STANDING_ONLY,
        WRONG_COMPOSITE,
        FEW_PROFILES,
        NO_EVSES_IN_REPORT,
        PER_EVSE_UNITS,
        SMALL_MESSAGES,
        REPORT_DISORDERED,
        REPORT_DOUBLED,
        REPORT_CUT_OFF,
        REPORT_EMPTY,
        REPORT_REFUSED,
        SILENT_AFTER_REPORT,
        STATUS_OF_ZERO,
        STATUS_BY_EVENT,
        AVAILABLE_WITH_CABLE,
        NO_CONNECTOR_ID,
        UNMARKED_OFFLINE,
        REPEATS_EVENTS,
        SEQ_NO_GOES_ON,
        SEQ_NO_RESTARTS,
        SHORT_MEMORY,
        ODD_IDS,
        PHANTOM_SESSION,
        FREE,
        KILO,
        MULTIPLIED,
        SIGNED,
        NO_PHASES,
        ENERGY_ONLY,
        SESSION_REGISTER,
        PROBES_16,
        SPEAKS_16,
        EMPTY_SUBPROTOCOL,
        BOOTS_ON_RECONNECT,
        NO_PONG,
        COMPRESSES,
        OVERDRAWS,
        FORGETFUL_21,
    )
}
"""All of them by the name that they say."""
