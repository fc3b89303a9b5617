"""How unevenly cars on one or two phases may load a group (in Germany "Schieflast").

VDE-AR-N 4100 lets devices that don't load all phases alike make a difference of
4.6 kVA between the phases of a grid connection, which is 20 A. What counts here
are limits: the sum of the limits of all cars that use one or two phases, phase by
phase; the highest may be above the lowest by the limit of imbalance. Cars on
three phases load all of them alike and are not affected.

For the sharing this is one more circuit, `IMBALANCE`, that only such cars load.
Its capacity is the limit of imbalance above what the cars on the least loaded
phase have, which is known only once every car has its share: so it is looked for.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from math import inf

from .allocation import Claim, Share, allocate
from .phases import Phase, PhaseCurrents, Phases
from .site import ConnectorId

IMBALANCE = "imbalance"
"""Name of the circuit; it is none of the site's."""
ROUNDS = 8
"""Times that the sharing is tried with another capacity before the sure one is taken."""
MOST_RAISES = 100
"""Times that what is had raises what may be had; some tens are rare."""
_NEAR = 0.1
"""A between what is enough and what is too much, which are steps of single cars."""
_SAME = 1e-6
"""A; less is floating point, not current."""


def sums(loads: Iterable[tuple[Phases, float]]) -> PhaseCurrents:
    """The sum of `loads` (phases, A on each of them), phase by phase."""
    total = [0.0, 0.0, 0.0]
    for phases, amperes in loads:
        for phase in phases:
            total[phase] += amperes
    return PhaseCurrents(*total)


def least(loads: Iterable[tuple[Phases, float]]) -> float:
    """The sum of `loads` on the phase that has the least of them, A."""
    return min(sums(loads))


def allocate_evenly(
    claims: Sequence[Claim],
    capacity: Mapping[str, PhaseCurrents],
    *,
    relieving: Collection[ConnectorId],
    power: Mapping[str, float] | None = None,
) -> dict[ConnectorId, Share]:
    """`allocate`, where the capacity of `IMBALANCE` grows with what relieves it.

    `capacity[IMBALANCE]` is what may be drawn on a phase while nobody draws
    anything on the least loaded one, A. `relieving` are those whose current
    surely is drawn. Their minimums must be such that all minimums fit. No phase
    exceeds that capacity by more than the relieving ones have on the least loaded
    phase.
    """
    relievers = [claim for claim in claims if claim.id in relieving and IMBALANCE in claim.path]
    ground = capacity[IMBALANCE]

    def attempt(claims: Sequence[Claim], relief: float) -> tuple[dict[ConnectorId, Share], float]:
        raised = PhaseCurrents(*(amperes + relief for amperes in ground))
        shares = allocate(claims, {**capacity, IMBALANCE: raised}, power)
        return shares, least((one.phases, shares[one.id].amperes) for one in relievers)

    # From above, where every car has all that it can use, to where what they have is enough.
    relief = too_much = least((one.phases, max(one.minimum, one.maximum)) for one in relievers)
    before: tuple[float, float] | None = None
    shares, had = attempt(claims, relief)
    for _ in range(ROUNDS):
        if had >= relief - _SAME:
            break
        too_much, before, relief = relief, (relief, had), _crossing(before, (relief, had))
        shares, had = attempt(claims, relief)
    if had < relief - _SAME:
        too_much, relief = relief, least((one.phases, one.minimum) for one in relievers)
        shares, had = attempt(claims, relief)
    # There may be more between what is enough and what was too much.
    while too_much - had > _NEAR and had > relief + _SAME:
        middle = (had + too_much) / 2.0
        tried, has = attempt(claims, middle)
        if has < middle - _SAME:
            too_much = middle
        else:
            relief, shares, had = middle, tried, has
    # What they have may allow more; from what each has nobody comes down.
    # By steps first, then by more and more; who takes no step as small as those waits meanwhile.
    ahead, coarse = 0.0, inf
    for _ in range(MOST_RAISES):
        if not ahead and had <= relief + _SAME:
            break
        kept = [_from(one, shares[one.id].amperes, coarse) for one in claims]
        tried, has = attempt(kept, had + ahead)
        if has < had + ahead - _SAME:
            ahead, coarse = 0.0, inf
            continue
        coarse = min(coarse, has - had)
        relief, shares, had = had + ahead, tried, has
        ahead = 2.0 * ahead + coarse if coarse > _SAME else 0.0
    return shares


def _from(claim: Claim, had: float, coarse: float) -> Claim:
    """A claim from what it has upwards; one of coarser steps stays there."""
    maximum = had if claim.step > coarse + _SAME else claim.maximum
    return replace(claim, minimum=had, maximum=maximum)


def _crossing(before: tuple[float, float] | None, last: tuple[float, float]) -> float:
    """Where what is had may be what was reckoned with, by two tries (A reckoned with, and had).

    Between steps one is a line of the other. It is no higher than what was had last.
    """
    relief, had = last
    if before is None or before[0] <= relief:
        return had
    slope = (before[1] - had) / (before[0] - relief)
    if not 0.0 < slope < 1.0:
        return had
    return min(had, (had - slope * relief) / (1.0 - slope))


def is_uneven(phases: Phases) -> bool:
    """Whether a car on these phases loads them unevenly."""
    return 0 < len(phases) < len(Phase)
