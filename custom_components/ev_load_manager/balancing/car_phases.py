"""Which phases a car uses: from its charger's reports, its last visit, or a meter.

Until they are known a car counts on every wired phase. They are learned per
session. A phase that carries current counts at once; one that carries none any
more while the car charges on others is given up after half a minute, once. A charger that says how many its car loads (OCPP 2.0.1) cuts that short where
so many are seen.
"""

from collections.abc import Collection, Mapping

from .known_cars import KnownCars
from .memory import ConnectorMemory, Memory
from .phase_steps import PhaseSteps, Step
from .phases import Phase, Phases
from .readings import ConnectorReading, MeterReading, Sample
from .reserve import DRAWING, FOLLOWING_TIME, is_empty
from .site import Connector, ConnectorId

PHASES_SHOWN = 30.0
"""Seconds of charging after which a phase without current is one not used."""
PHASES_SEEN = 20.0
"""Seconds of samples that are enough for that: the newest may be some seconds old."""


def notice_told_phases(reading: ConnectorReading, memory: ConnectorMemory) -> None:
    """See whether a charger says that its car loads more phases than it did.

    Which ones it does not say: the car has to show itself anew, and counts on all of them until
    then. A charger that always says the same is believed less than what flows.
    """
    told, before = reading.phases_used, memory.told_phases
    if told is None or told == before:
        return
    memory.told_phases = told
    if before is not None and memory.learned is not None and told > len(memory.learned):
        memory.learned = memory.phases_since = memory.fewer_since = None
        memory.learned_from_meter = False


def learn_phases(
    connector: Connector,
    reading: ConnectorReading,
    sample: Sample,
    memory: ConnectorMemory,
    cars: KnownCars,
) -> None:
    """Find out which phases the car uses, and never doubt one that carries current."""
    if sample.at_least > DRAWING:
        memory.drew_at = sample.at
        memory.idle_since = None
        memory.full = False
    if sample.currents is None:
        return
    seen = frozenset(
        phase for phase, current in zip(Phase, sample.currents, strict=True) if current > DRAWING
    )
    if memory.learned is not None:
        if seen <= memory.learned:
            if not _are_fewer(connector, sample, memory, seen):
                return
            memory.learned = memory.seen = memory.fewer
            memory.fewer_since = None
        else:
            memory.learned |= seen
            memory.grew = True
    elif not seen:
        memory.phases_since = None
        return
    else:
        memory.seen |= seen
        if memory.phases_since is None:
            memory.phases_since = sample.at
    if memory.learned is None:
        assert memory.phases_since is not None
        if sample.at < memory.phases_since + PHASES_SHOWN and not (
            _is_as_told(connector, sample, memory)
            or _is_as_guessed(connector, reading, sample, memory, cars)
        ):
            return
        memory.learned = memory.seen
    cars.learn(reading.id_tag, reading.session, connector.terminals, memory.learned)


def _are_fewer(connector: Connector, sample: Sample, memory: ConnectorMemory, seen: Phases) -> bool:
    """Whether a car that charges has left phases that it used before in this session.

    One that took a phase back is not believed to leave any again.
    """
    if memory.grew or sample.highest < connector.minimum - DRAWING:
        memory.fewer_since = None
        return False
    if memory.fewer_since is None:
        memory.fewer, memory.fewer_since = seen, sample.at
    memory.fewer |= seen
    if memory.fewer == memory.learned:
        memory.fewer_since = None
        return False
    if len(memory.fewer) == memory.told_phases:
        return True
    return sample.at >= memory.fewer_since + PHASES_SHOWN


def _is_as_told(connector: Connector, sample: Sample, memory: ConnectorMemory) -> bool:
    """Whether a car that charges loads as many phases as its charger says."""
    return len(memory.seen) == memory.told_phases and sample.highest >= connector.minimum - DRAWING


def _is_as_guessed(
    connector: Connector,
    reading: ConnectorReading,
    sample: Sample,
    memory: ConnectorMemory,
    cars: KnownCars,
) -> bool:
    """Whether the car loads what it did last time, and has surely begun to charge.

    Cars may begin with one phase and take the others a moment later, so one that
    has only just been offered current, or draws less than its minimum, still has
    to show itself.
    """
    return (
        memory.told_phases in (None, len(memory.seen))
        and memory.offered_since is not None
        and sample.at >= memory.offered_since + FOLLOWING_TIME
        and sample.highest >= connector.minimum - DRAWING
        and memory.seen == cars.guess(reading.id_tag, connector.terminals)
    )


def learn_at_last(
    connector: Connector, reading: ConnectorReading, memory: ConnectorMemory, cars: KnownCars
) -> None:
    """Know the phases in the very step that ends a start.

    Counting all wired phases until the next sample would make others give way
    for nothing.
    """
    if (
        memory.learned is None
        and memory.phases_since is not None
        and memory.sample_at is not None
        and memory.sample_at >= memory.phases_since + PHASES_SEEN
    ):
        memory.learned = memory.seen
        cars.learn(reading.id_tag, reading.session, connector.terminals, memory.learned)


def learn_from_meter(
    connectors: Mapping[ConnectorId, Connector],
    nearest: Collection[ConnectorId],
    readings: Mapping[ConnectorId, ConnectorReading],
    memory: Memory,
    steps: PhaseSteps,
    meter: MeterReading,
    *,
    now: float,
    latency: float,
) -> None:
    """See what a believed reading of a meter shows of chargers that tell no phases.

    `connectors` are those behind the meter, `nearest` those of them that no other
    meter is nearer to, and `steps` what is remembered of this one. The readings
    before and after a step are `latency` (s) old at most.
    """
    if not any(
        _needs_meter(connector, readings.get(id_), memory.connectors.get(id_))
        for id_, connector in connectors.items()
        if id_ in nearest
    ):
        steps.forget()
        return
    behind = {id_: reading for id_, reading in readings.items() if id_ in connectors}
    step = steps.update(behind, meter, now=now, latency=latency)
    if step is None or step.connector not in nearest:
        return
    connector, reading = connectors[step.connector], readings[step.connector]
    remembered = memory.connectors[step.connector]
    if _needs_meter(connector, reading, remembered):
        _show(step, connector, reading, remembered, memory.cars)


def _needs_meter(
    connector: Connector, reading: ConnectorReading | None, memory: ConnectorMemory | None
) -> bool:
    """Whether only the meter can tell which phases its car uses."""
    return (
        reading is not None
        and memory is not None
        and reading.session is not None
        and not is_empty(reading)
        and len(connector.wiring) > 1
        and (memory.learned is None or memory.learned_from_meter)
        and not memory.misled
        and (reading.sample is None or reading.sample.currents is None)
    )


def _show(
    step: Step,
    connector: Connector,
    reading: ConnectorReading,
    memory: ConnectorMemory,
    cars: KnownCars,
) -> None:
    """A step of this connector showed something, or nothing."""
    phases = step.phases
    if phases is None or not phases <= connector.wired_phases:
        return
    memory.shown.show(phases)
    if memory.learned_from_meter:
        if memory.learned is not None and phases < memory.learned and not memory.grew:
            # Chance, or it charges on fewer phases now: it has to show that anew, once.
            memory.learned = None
            memory.learned_from_meter = False
            memory.grew = True
        elif phases != memory.learned:
            # One of the two was chance, and nobody knows which.
            memory.learned = None
            memory.learned_from_meter = False
            memory.misled = True
        return
    believed = memory.shown.believed(cars.guess(reading.id_tag, connector.terminals))
    if believed is not None:
        memory.learned = believed
        memory.learned_from_meter = True
        cars.learn(reading.id_tag, reading.session, connector.terminals, believed)
