"""The device model that a model of charger leaves the factory with (2.0.1, appendices 3.2)."""

from collections.abc import Iterator

from ..grid import VOLTAGE
from .device_model import (
    READ_ONLY,
    READ_WRITE,
    WRITE_ONLY,
    Address,
    Variable,
    flag,
    members,
    number,
)
from .models import TX_POINTS, ProfileAnswer, StationModel
from .profiles import Purpose, Unit

type Named = tuple[Address, Variable]

_STATES = ("Available", "Occupied", "Reserved", "Unavailable", "Faulted")


def factory_variables(model: StationModel, identity: str) -> dict[Address, Variable]:
    """All variables of a charger as it comes from the factory."""
    made: dict[Address, Variable] = {}
    for source in (
        _station(model, identity),
        _evses(model),
        _transactions(model),
        _metering(model),
        _communication(model),
        _authorization(model),
        _smart_charging(model),
        _security(identity),
    ):
        made.update(source)
    made = {address: one for address, one in made.items() if not model.hides(address)}
    return made | dict(model.variables)


def _state() -> Variable:
    return Variable(value="Available", kind="OptionList", choices=_STATES)


def _station(model: StationModel, identity: str) -> Iterator[Named]:
    name = "ChargingStation"
    yield Address(name, "Available"), flag(True)
    yield Address(name, "AvailabilityState"), _state()
    yield Address(name, "Model"), Variable(value=model.model, most=20)
    yield Address(name, "VendorName"), Variable(value=model.vendor, most=50)
    yield Address(name, "SerialNumber"), Variable(value=identity[:25], most=25)
    yield Address(name, "SupplyPhases"), number(model.terminals)
    yield Address(name, "Problem"), flag(False)
    for message in ("GetReport", "GetVariables", "SetVariables"):
        yield (
            Address("DeviceDataCtrlr", "ItemsPerMessage", message),
            number(model.items_per_message),
        )
        yield (
            Address("DeviceDataCtrlr", "BytesPerMessage", message),
            number(model.bytes_per_message),
        )
    yield Address("ClockCtrlr", "DateTime"), Variable(value="", kind="dateTime")
    yield (
        Address("ClockCtrlr", "TimeSource"),
        Variable(
            value="Heartbeat",
            kind="SequenceList",
            choices=("Heartbeat", "NTP", "RealTimeClock"),
            mutability=READ_WRITE,
        ),
    )


def _evses(model: StationModel) -> Iterator[Named]:
    most = model.hardware_maximum * model.terminals * VOLTAGE
    rotation = "RST"[: model.terminals].ljust(3, "x")
    for evse in range(1, model.evses + 1):
        yield Address("EVSE", "Available", evse=evse), flag(True)
        yield Address("EVSE", "AvailabilityState", evse=evse), _state()
        yield (
            Address("EVSE", "Power", evse=evse),
            Variable(value="0", kind="decimal", unit="W", most=most),
        )
        yield Address("EVSE", "SupplyPhases", evse=evse), number(model.terminals)
        yield Address("EVSE", "AllowReset", evse=evse), flag(model.evses > 1)
        for connector in range(1, model.connectors_per_evse + 1):

            def at(name: str, evse: int = evse, connector: int = connector) -> Address:
                return Address("Connector", name, None, evse, connector)

            yield at("Available"), flag(True)
            yield at("AvailabilityState"), _state()
            yield at("ConnectorType"), Variable(value="cType2")
            yield at("SupplyPhases"), number(model.terminals)
            yield at("PhaseRotation"), Variable(value=rotation)


def _transactions(model: StationModel) -> Iterator[Named]:
    writable = not model.fixed_tx_points
    name = "TxCtrlr"
    yield Address(name, "EVConnectionTimeOut"), number(60, writable=True, unit="s", least=1)
    yield Address(name, "StopTxOnEVSideDisconnect"), flag(True)
    yield Address(name, "StopTxOnInvalidId"), flag(True, writable=True)
    yield Address(name, "TxBeforeAcceptedEnabled"), flag(False, writable=True)
    yield Address(name, "TxStartPoint"), members(model.tx_start, TX_POINTS, writable=writable)
    yield Address(name, "TxStopPoint"), members(model.tx_stop, TX_POINTS, writable=writable)


def _metering(model: StationModel) -> Iterator[Named]:
    register = ("Energy.Active.Import.Register",)

    def measurands(value: tuple[str, ...]) -> Variable:
        return members(value, model.measurands, writable=True)

    def interval(value: int) -> Variable:
        return number(value, writable=True, unit="s", least=0)

    name = "SampledDataCtrlr"
    yield Address(name, "Enabled"), flag(True, writable=True)
    yield Address(name, "Available"), flag(True)
    yield Address(name, "TxStartedMeasurands"), measurands(register)
    yield Address(name, "TxUpdatedMeasurands"), measurands(model.sampled)
    yield Address(name, "TxUpdatedInterval"), interval(model.sampled_interval)
    yield Address(name, "TxEndedMeasurands"), measurands(register)
    yield Address(name, "TxEndedInterval"), interval(0)
    yield Address(name, "RegisterValuesWithoutPhases"), flag(True, writable=True)
    name = "AlignedDataCtrlr"
    yield Address(name, "Enabled"), flag(True, writable=True)
    yield Address(name, "Available"), flag(True)
    yield Address(name, "Measurands"), measurands(register)
    yield Address(name, "Interval"), interval(0)
    yield Address(name, "TxEndedMeasurands"), measurands(())
    yield Address(name, "TxEndedInterval"), interval(0)
    yield Address(name, "SendDuringIdle"), flag(False, writable=True)


def _communication(model: StationModel) -> Iterator[Named]:
    name = "OCPPCommCtrlr"
    yield Address(name, "HeartbeatInterval"), number(300, writable=True, unit="s", least=1)
    yield Address(name, "WebSocketPingInterval"), number(0, writable=True, unit="s", least=0)
    yield Address(name, "OfflineThreshold"), number(60, writable=True, unit="s", least=0)
    for variable, value in (("MessageAttempts", 3), ("MessageAttemptInterval", 5)):
        yield (
            Address(name, variable, "TransactionEvent"),
            number(value, writable=True, least=1),
        )
    yield Address(name, "MessageTimeout", "Default"), number(30, unit="s")
    yield Address(name, "NetworkConfigurationPriority"), Variable(value="1", kind="SequenceList")
    yield Address(name, "NetworkProfileConnectionAttempts"), number(3, writable=True)
    yield Address(name, "ResetRetries"), number(1, writable=True)
    yield Address(name, "UnlockOnEVSideDisconnect"), flag(True, writable=True)
    yield (
        Address(name, "FileTransferProtocols"),
        members(("HTTPS",), ("FTP", "FTPS", "HTTP", "HTTPS", "SFTP")),
    )
    yield Address(name, "QueueAllMessages"), flag(False, writable=True)


def _authorization(model: StationModel) -> Iterator[Named]:
    name = "AuthCtrlr"
    yield Address(name, "Enabled"), flag(not model.free, writable=True)
    yield Address(name, "AuthorizeRemoteStart"), flag(False, writable=True)
    yield Address(name, "LocalAuthorizeOffline"), flag(True, writable=True)
    yield Address(name, "LocalPreAuthorize"), flag(False, writable=True)
    yield Address(name, "OfflineTxForUnknownIdEnabled"), flag(False, writable=True)
    yield (
        Address(name, "MasterPassGroupId"),
        Variable(value="", mutability=READ_WRITE, most=36),
    )
    name = "AuthCacheCtrlr"
    yield Address(name, "Enabled"), flag(True, writable=True)
    yield Address(name, "Available"), flag(True)
    yield Address(name, "LifeTime"), number(86_400, writable=True, unit="s", least=0)
    name = "LocalAuthListCtrlr"
    yield Address(name, "Enabled"), flag(True, writable=True)
    yield Address(name, "Available"), flag(True)
    yield Address(name, "Entries"), number(0, most=1000)
    yield Address(name, "ItemsPerMessage"), number(model.items_per_message)
    yield Address(name, "BytesPerMessage"), number(model.bytes_per_message)


def _smart_charging(model: StationModel) -> Iterator[Named]:
    name, rules = "SmartChargingCtrlr", model.effective_rules
    by_the_rules = model.profiles is not ProfileAnswer.NOT_SUPPORTED
    yield Address(name, "Enabled"), flag(by_the_rules, writable=True)
    yield Address(name, "Available"), flag(by_the_rules)
    yield Address(name, "ProfileStackLevel"), number(rules.max_stack_level)
    yield Address(name, "PeriodsPerSchedule"), number(rules.max_periods)
    yield (
        Address(name, "RateUnit"),
        members(sorted(unit.value for unit in rules.units), [unit.value for unit in Unit]),
    )
    yield Address(name, "Entries", "ChargingProfiles"), number(0, most=rules.max_installed)
    yield (
        Address(name, "LimitChangeSignificance"),
        Variable(value="1", kind="decimal", unit="Percent", mutability=READ_WRITE, least=0),
    )
    yield Address(name, "NotifyChargingLimitWithSchedules"), flag(False, writable=True)
    yield Address(name, "ExternalControlSignalsEnabled"), flag(True, writable=True)
    yield Address(name, "Phases3to1"), flag(model.switches_phases)
    yield Address(name, "ACPhaseSwitchingSupported"), flag(model.chooses_phase)
    if model.knows_21:
        yield from _smart_charging_21(model)


def _smart_charging_21(model: StationModel) -> Iterator[Named]:
    name, rules = "SmartChargingCtrlr", model.rules
    dynamic = any(kind.value == "Dynamic" for kind in rules.kinds)
    yield Address(name, "SupportsMaxOfflineDuration"), flag(True)
    yield Address(name, "SupportsDynamicProfiles"), flag(dynamic)
    yield Address(name, "MaxExternalConstraintsId"), number(rules.least_own_id)
    yield Address(name, "ChargingProfileUpdateRateLimit"), number(0, unit="s")
    for purpose in (Purpose.TX, Purpose.EXTERNAL, Purpose.LOCAL_GENERATION):
        yield (
            Address(name, "ChargingProfilePersistence", purpose.value),
            flag(purpose in model.keeps_over_reboot),
        )


def _security(identity: str) -> Iterator[Named]:
    name = "SecurityCtrlr"
    yield (
        Address(name, "BasicAuthPassword"),
        Variable(value="", mutability=WRITE_ONLY, least=16, most=40),
    )
    yield Address(name, "Identity"), Variable(value=identity, mutability=READ_ONLY, most=48)
    yield Address(name, "OrganizationName"), Variable(value="Simulated", mutability=READ_WRITE)
    yield Address(name, "CertificateEntries"), number(0, most=8)
    yield Address(name, "SecurityProfile"), number(1)
