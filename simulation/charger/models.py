"""Charger models: what each tells of itself, takes, ignores and forgets.

A model is data. `dataclasses.replace(EVBOX_G4, keeps_profiles_over_reboot=False)`
makes a variant, and a fault is a variant, too. What real firmware is known to do
is in the fields' words; each default is the well-behaved one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from .configuration import Key, read_only
from .outlet import BelowMinimum
from .profiles import Kind, Profile, ProfileRules, Purpose, Unit

ALL_MEASURANDS = frozenset(
    {
        "Current.Import",
        "Current.Offered",
        "Energy.Active.Import.Register",
        "Power.Active.Import",
        "Power.Offered",
        "Temperature",
        "Voltage",
    }
)


def _none(profile: Profile) -> bool:
    """Every profile has its effect."""
    return False


class ProfileAnswer(Enum):
    """What it says to SetChargingProfile."""

    BY_THE_RULES = "by the rules"
    NOT_SUPPORTED = "NotSupported"
    NOT_IMPLEMENTED = "CALLERROR NotImplemented"


class CompositeAnswer(Enum):
    """What it says to GetCompositeSchedule."""

    CORRECT = "correct"
    NOT_FOR_ZERO = "rejected for connector 0"
    REJECTED = "rejected"
    EMPTY = "accepted without periods"
    MINUS_ONE = "limit -1"
    NOT_IMPLEMENTED = "CALLERROR NotImplemented"


@dataclass(frozen=True, slots=True)
class ControlKey:
    """A configuration key that limits the current."""

    scale: float = 1.0
    """Written is A times this."""
    connector: int | None = None
    """None: it limits all connectors together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargerModel:
    """How a kind of charger behaves."""

    vendor: str
    model: str
    firmware: str = "1.0"
    connectors: int = 1
    terminals: int = 3
    hardware_maximum: float = 32.0
    minimum: float = 6.0
    step: float = 0.1
    """It sets limits in steps of so many A."""
    overdraws: float = 0.0
    """It shows its car this part of the limit more than it was told (0.05: 5 %)."""
    extra_keys: Mapping[str, Key] = field(default_factory=dict)
    max_keys_told: int | None = None
    most_keys_asked: int | None = None
    """GetConfiguration that names more keys is a CALLERROR."""
    silent_without_keys: bool = False
    """GetConfiguration that names no keys is never answered."""

    # Limits
    profiles: ProfileAnswer = ProfileAnswer.BY_THE_RULES
    rules: ProfileRules = field(default_factory=ProfileRules)
    reported_stack_level: int | None = None
    """ChargeProfileMaxStackLevel where it isn't the true one."""
    ignores_profile: Callable[[Profile], bool] = _none
    """Profiles that are accepted and have no effect."""
    ignores_all_limits: bool = False
    default_acts_on_running_session: bool = True
    """A TxDefaultProfile that is set in a transaction acts at once, or on the next."""
    converts_watts_by_phases_in_use: bool = False
    refuses_binary_tenths: bool = False
    """It checks `multipleOf 0.1` with binary doubles, and refuses 6.1 A and other tenths."""
    switches_phases: bool = False
    """numberPhases 1 makes a three-phase car charge on one."""
    control_keys: Mapping[str, ControlKey] = field(default_factory=dict)
    below_minimum: BelowMinimum = BelowMinimum.SUSPENDS
    zero_stays_charging: bool = False
    """At 0 A it stays in the status Charging."""
    keeps_profiles_over_reboot: bool = True
    drops_profiles_offline: bool = False
    """When the link is lost, its profiles are forgotten, and it goes to full current."""
    keeps_standing_only: bool = False
    """A reboot costs it the profiles that end by themselves; those without an end stay."""
    composite: CompositeAnswer = CompositeAnswer.CORRECT

    # Metering
    measurands: frozenset[str] = ALL_MEASURANDS
    sampled: str = "Energy.Active.Import.Register"
    """Factory value of MeterValuesSampledData."""
    sampled_interval: int = 60
    most_sampled: int | None = None
    sampled_data_needs_reboot: bool = False
    fragile_measurands: bool = False
    """It takes measurands that it doesn't have, and reboots when they are read back."""
    per_phase: bool = True
    currents_told: int = 3
    """So many of its phases get a Current.Import, whatever flows through the others."""
    register_of_session: bool = False
    """Its energy register begins at 0 in each session; meterStart and meterStop don't."""
    phantom_transaction: int | None = None
    """While nobody is there, it sends meter values of 0 of this transaction."""
    per_phase_key: str | None = None
    """Phases are reported only while this key is true."""
    phase_labels: tuple[str, str, str] = ("L1", "L2", "L3")
    tells_units: bool = True
    current_unit: str = "A"
    power_unit: str = "W"
    energy_unit: str = "Wh"
    padded_values: bool = False
    """Values come with spaces around them."""

    # Talking
    strict: bool = True
    """What it sends is OCPP 1.6; mA as a unit, for one, isn't."""
    boots_after: float = 0.0
    """Seconds from its socket's opening to its BootNotification."""
    hangs_up_before_boot: bool = False
    """Asked anything before that, it closes the socket."""
    answers_pings: bool = True
    omits_headers: frozenset[str] = frozenset()
    """What its handshake lacks."""
    stops_without_id: bool = False
    """StopTransaction says transactionId -1."""
    leaves_socket_behind: bool = False
    """A reboot doesn't close its socket; it comes on a second one."""
    boots_on_reconnect: bool = True
    announces_on_reconnect: bool = True
    """It sends the connectors' status after a reconnect."""
    pipelines_status: bool = False
    """Status notifications don't wait for the answer to BootNotification."""
    triggers: frozenset[str] | None = frozenset(
        {
            "BootNotification",
            "DiagnosticsStatusNotification",
            "FirmwareStatusNotification",
            "Heartbeat",
            "MeterValues",
            "StatusNotification",
        }
    )
    """Messages that can be triggered; None: TriggerMessage is a CALLERROR."""
    counts_messages: bool = False
    """Message ids are 1, 2, ... and begin again at each reboot."""
    invents_action: bool = False
    """Asked for its firmware's status, it calls an action that OCPP doesn't have."""
    takes_clock: bool = True
    """It sets its clock by the central system's."""
    queues_meter_values: bool = True
    accepts_every_key: bool = False
    """ChangeConfiguration is always Accepted, and nothing follows."""
    offline_start: bool = True
    """Cars may start without the central system."""

    # Power
    boot_seconds: float = 5.0
    resumes_after_power_loss: bool = True
    starts_by_itself: bool = False
    """A plugged in car charges without anybody's card."""

    def keys(self) -> dict[str, Key]:
        """The configuration keys it leaves the factory with."""
        rules = self.rules
        units = {Unit.AMPERES: "Current", Unit.WATTS: "Power"}
        sampled = Key(
            self.sampled,
            reboot=self.sampled_data_needs_reboot,
            choices=None if self.fragile_measurands else self._measurands_with_phases(),
            most=self.most_sampled,
        )
        stack = rules.max_stack_level
        if self.reported_stack_level is not None:
            stack = self.reported_stack_level
        keys = {
            "AllowOfflineTxForUnknownId": Key(str(self.offline_start).lower()),
            "AuthorizationCacheEnabled": Key("false"),
            "AuthorizationKey": Key("", write_only=True, hidden=True),
            "AuthorizeRemoteTxRequests": Key("false"),
            "ClockAlignedDataInterval": Key("0"),
            "ConnectionTimeOut": Key("60"),
            "ConnectorPhaseRotation": Key(
                ",".join(f"{number}.RST" for number in range(self.connectors + 1))
            ),
            "GetConfigurationMaxKeys": read_only(self.max_keys_told or 100),
            "HeartbeatInterval": Key("300"),
            "LocalAuthorizeOffline": Key(str(self.offline_start).lower()),
            "LocalPreAuthorize": Key("false"),
            "MeterValuesAlignedData": replace(sampled, reboot=False),
            "MeterValuesSampledData": sampled,
            "MeterValueSampleInterval": Key(str(self.sampled_interval)),
            "MinimumStatusDuration": Key("0"),
            "NumberOfConnectors": read_only(self.connectors),
            "ResetRetries": Key("1"),
            "StopTransactionOnEVSideDisconnect": Key("true"),
            "StopTransactionOnInvalidId": Key("true"),
            "SupportedFeatureProfiles": read_only(self._features()),
            "TransactionMessageAttempts": Key("3"),
            "TransactionMessageRetryInterval": Key("5"),
            "UnlockConnectorOnEVSideDisconnect": Key("true"),
            "WebSocketPingInterval": Key("0"),
        }
        if self.most_sampled is not None:
            keys["MeterValuesSampledDataMaxLength"] = read_only(self.most_sampled)
        if self.profiles is ProfileAnswer.BY_THE_RULES:
            keys |= {
                "ChargeProfileMaxStackLevel": read_only(stack),
                "ChargingScheduleAllowedChargingRateUnit": read_only(
                    ",".join(units[unit] for unit in Unit if unit in rules.units)
                ),
                "ChargingScheduleMaxPeriods": read_only(rules.max_periods),
                "MaxChargingProfilesInstalled": read_only(rules.max_installed),
            }
        return keys | dict(self.extra_keys)

    def has_measurand(self, name: str) -> bool:
        """It knows a part of MeterValuesSampledData."""
        return name in self._measurands_with_phases()

    def _measurands_with_phases(self) -> frozenset[str]:
        return self.measurands | {
            f"{name}.{label}" for name in self.measurands for label in self.phase_labels
        }

    def _features(self) -> str:
        features = ["Core", "FirmwareManagement", "LocalAuthListManagement", "RemoteTrigger"]
        if self.profiles is ProfileAnswer.BY_THE_RULES:
            features.append("SmartCharging")
        return ",".join(features)


GENERIC = ChargerModel(vendor="Simulated", model="Generic")
"""Does all of OCPP 1.6, and by the book."""

EVBOX_G4 = ChargerModel(
    vendor="EV-BOX",
    model="G4-M5320E-F2",
    firmware="G4.18.3",
    rules=ProfileRules(
        max_stack_level=8,
        max_periods=10,
        kinds=frozenset({Kind.ABSOLUTE, Kind.RECURRING}),
        purposes=frozenset({Purpose.TX_DEFAULT, Purpose.TX}),
    ),
    most_sampled=11,
    extra_keys={
        "evb_MaximumStationCurrent": Key("320", reboot=True),
        "evb_MinimumChargeCurrent": Key("60"),
        "evb_SupportedMeasurands": read_only(",".join(sorted(ALL_MEASURANDS))),
    },
)
"""One connector; a profile on connector 0 is refused; its key is in deci-amperes."""

ALFEN_EVE_DOUBLE = ChargerModel(
    vendor="Alfen BV",
    model="NG920-52506",
    firmware="6.4.0-4210",
    connectors=2,
    rules=ProfileRules(
        max_stack_level=5, max_periods=10, max_installed=20, units=frozenset({Unit.AMPERES})
    ),
    most_sampled=9,
    sampled_interval=900,
    per_phase_key="RegisterMeterValuesIncludePhases",
    max_keys_told=35,
    boots_on_reconnect=False,
    control_keys={"Station-MaxCurrent": ControlKey()},
    extra_keys={
        "PlugAndChargeIdentifier": Key(""),
        "RegisterMeterValuesIncludePhases": Key("false"),
        "SendStationStatus": Key("false"),
        "Station-MaxCurrent": Key("32"),
    },
)
"""Two connectors; phases only after a key is set; reconnects without BootNotification."""

STUBBORN = replace(GENERIC, model="Stubborn", ignores_all_limits=True)
"""Accepts every limit and follows none."""

STACK_ZERO = replace(
    GENERIC,
    model="StackZero",
    rules=ProfileRules(max_stack_level=0, max_periods=10, units=frozenset({Unit.AMPERES})),
    reported_stack_level=3,
)
"""Says that it takes stack level 3, and refuses all but 0."""

KEY_CONTROLLED = replace(
    GENERIC,
    model="KeyControlled",
    profiles=ProfileAnswer.NOT_SUPPORTED,
    control_keys={"MaxAvailableCurrent": ControlKey(scale=1000)},
    extra_keys={"MaxAvailableCurrent": Key("32000"), "FailsafeCurrentSerial1": Key("32000")},
)
"""Knows no profiles; a key in milli-amperes limits it."""

WATTS_ONLY = replace(
    GENERIC,
    vendor="",
    model="ACChargePoint",
    rules=ProfileRules(units=frozenset({Unit.WATTS})),
    converts_watts_by_phases_in_use=True,
)
"""Takes watts only, and doesn't say who made it."""

NO_BOOT = replace(GENERIC, model="NoBoot", boots_on_reconnect=False, announces_on_reconnect=False)
"""Says nothing of itself after a reconnect."""

FORGETFUL = replace(
    GENERIC,
    model="Forgetful",
    keeps_profiles_over_reboot=False,
    drops_profiles_offline=True,
)
"""Loses its limits with the link, and charges at full current then."""

SECRETIVE = replace(
    GENERIC,
    model="Secretive",
    per_phase=False,
    measurands=frozenset({"Energy.Active.Import.Register"}),
)
"""Tells its energy and nothing else."""

ABB_TERRA_AC = replace(
    STACK_ZERO,
    vendor="ABB",
    model="CDT_TACW22::NET_WIFI",
    firmware="V1.8.21",
    measurands=ALL_MEASURANDS - {"Power.Offered", "Temperature"},
    fragile_measurands=True,
)
"""Stack level 0 only; asking for measurands that it lacks makes it reboot."""

ZAPTEC_GO = replace(
    GENERIC,
    vendor="Zaptec",
    model="Go",
    rules=ProfileRules(units=frozenset({Unit.AMPERES})),
    sampled_interval=120,
    phase_labels=("L1-N", "L2-N", "L3-N"),
)
"""Names its phases against neutral."""

GO_E = replace(
    GENERIC,
    vendor="go-e",
    model="go-eCharger_V4",
    firmware="56.2",
    rules=ProfileRules(units=frozenset({Unit.AMPERES})),
    composite=CompositeAnswer.NOT_IMPLEMENTED,
    drops_profiles_offline=True,
    switches_phases=True,
)
"""Forgets its limits with the link; one phase or three as the profile says."""

PECULIAR = replace(
    GENERIC,
    model="Peculiar",
    strict=False,
    invents_action=True,
    counts_messages=True,
    pipelines_status=True,
    tells_units=False,
    padded_values=True,
    composite=CompositeAnswer.EMPTY,
    zero_stays_charging=True,
    below_minimum=BelowMinimum.RAISES,
)
"""Talks before it is accepted, tells no units, and has an action of its own."""

KILO = replace(
    GENERIC,
    model="Kilo",
    strict=False,
    power_unit="kW",
    energy_unit="kWh",
    current_unit="mA",
    triggers=None,
)
"""Counts in kW, kWh and mA, the last of which isn't OCPP; knows no triggers."""

YES_MAN = replace(
    GENERIC, model="YesMan", accepts_every_key=True, profiles=ProfileAnswer.NOT_IMPLEMENTED
)
"""Says Accepted to every key and follows none; knows no profiles."""

MODELS: Mapping[str, ChargerModel] = {
    "abb_terra_ac": ABB_TERRA_AC,
    "alfen_eve_double": ALFEN_EVE_DOUBLE,
    "evbox_g4": EVBOX_G4,
    "forgetful": FORGETFUL,
    "generic": GENERIC,
    "go_e": GO_E,
    "key_controlled": KEY_CONTROLLED,
    "kilo": KILO,
    "no_boot": NO_BOOT,
    "peculiar": PECULIAR,
    "secretive": SECRETIVE,
    "stack_zero": STACK_ZERO,
    "stubborn": STUBBORN,
    "watts_only": WATTS_ONLY,
    "yes_man": YES_MAN,
    "zaptec_go": ZAPTEC_GO,
}
