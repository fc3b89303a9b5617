"""acnportal's RoundRobin as a sharing rule: the very code of the package from PyPI.

Its simulator is not used: an `Interface` of our own tells the algorithm who is
there and what the circuits carry. A current limit on a phase is a row of its
constraint matrix, with all phase angles 0, because currents on one phase simply
add up. Rows that can never bind are left out, which makes it faster.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, override
import warnings

import numpy as np

from custom_components.ev_load_manager.balancing.allocation import Claim
from custom_components.ev_load_manager.balancing.phases import PhaseCurrents
from custom_components.ev_load_manager.balancing.site import ConnectorId

with warnings.catch_warnings():
    # It still imports pkg_resources, whose end has been announced.
    warnings.simplefilter("ignore")
    from acnportal.acnsim.interface import InfrastructureInfo, Interface, SessionInfo
    from acnportal.algorithms import RoundRobin, first_come_first_served

VOLTAGE = 230.0
ENOUGH = 1000.0
"""kWh; every car wants more than it can get."""


class _SiteInterface(Interface):  # type: ignore[misc]
    """What RoundRobin asks of the world around it."""

    def __init__(self, infrastructure: Any) -> None:
        super().__init__(None)
        self._infrastructure = infrastructure

    @property
    @override
    def period(self) -> float:
        return 1.0

    @property
    @override
    def current_time(self) -> int:
        return 0

    @override
    def evse_voltage(self, station_id: str) -> float:
        del station_id
        return VOLTAGE

    @override
    def infrastructure_info(self) -> Any:
        return self._infrastructure


@dataclass(frozen=True, slots=True)
class Problem:
    """A sharing problem in acnportal's words."""

    algorithm: Any
    sessions: list[Any]
    names: Mapping[str, ConnectorId]

    def solve(self) -> dict[ConnectorId, float]:
        """Share; raises ValueError where the minimums of all do not fit."""
        schedule = self.algorithm.schedule(self.sessions)
        return {id_: float(schedule[name][0]) for name, id_ in self.names.items()}


def problem(
    claims: Sequence[Claim], capacity: Mapping[str, PhaseCurrents], *, increment: float
) -> Problem:
    """Put a sharing problem into acnportal's words; `increment`: its step, A."""
    names = {f"{claim.id.charger}/{claim.id.number}": claim.id for claim in claims}
    rows: dict[tuple[str, int], np.ndarray] = {}
    most: dict[tuple[str, int], float] = {}
    for column, claim in enumerate(claims):
        for circuit in claim.path:
            for phase in claim.phases:
                row = rows.setdefault((circuit, phase), np.zeros(len(claims)))
                row[column] = 1.0
                most[circuit, phase] = most.get((circuit, phase), 0.0) + claim.maximum
    binding = [key for key in rows if most[key] > capacity[key[0]][key[1]]]
    infrastructure = InfrastructureInfo(
        constraint_matrix=np.array([rows[key] for key in binding]).reshape(
            len(binding), len(claims)
        ),
        constraint_limits=np.array([capacity[circuit][phase] for circuit, phase in binding]),
        phases=np.zeros(len(claims)),
        voltages=np.full(len(claims), VOLTAGE),
        constraint_ids=[f"{circuit} {phase}" for circuit, phase in binding],
        station_ids=list(names),
        max_pilot=np.array([claim.maximum for claim in claims]),
        min_pilot=np.array([claim.minimum for claim in claims]),
        allowable_pilots=[np.array([claim.minimum, claim.maximum]) for claim in claims],
        is_continuous=np.ones(len(claims), dtype=bool),
    )
    algorithm = RoundRobin(first_come_first_served, continuous_inc=increment)
    algorithm.register_interface(_SiteInterface(infrastructure))
    sessions = [
        SessionInfo(
            station_id=name,
            session_id=name,
            requested_energy=ENOUGH,
            energy_delivered=0.0,
            arrival=0,
            departure=1,
            min_rates=claim.minimum,
            max_rates=claim.maximum,
        )
        for name, claim in zip(names, claims, strict=True)
    ]
    return Problem(algorithm, sessions, names)
