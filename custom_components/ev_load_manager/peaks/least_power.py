"""What a grid operator has to leave to several devices that it dims together."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from ..data_files.fields import Fields, load_yaml

FOLDER: Final = Path(__file__).with_name("dimming")


@dataclass(frozen=True, slots=True, kw_only=True)
class LeastPower:
    """A rule: the least power by the number of devices."""

    base: float
    """Of a single device, kW."""
    factors: Mapping[int, float]
    """By the number of devices; the last counts for more of them."""

    def of(self, devices: int) -> float:
        """What so many devices may draw together at least, kW."""
        if devices <= 1:
            return self.base
        factor = self.factors[min(devices, max(self.factors))]
        return round(self.base + (devices - 1) * factor * self.base, 3)


@cache
def least_power(rule: str = "de-14a") -> LeastPower:
    """The rule of a file; reads that. Raises DataFileError where it is wrong."""
    fields = Fields(load_yaml(FOLDER / f"{rule}.yaml"), rule)
    fields.needed_text("id")
    source = fields.needed("source", fields.section("source"))
    source.needed_text("title")
    base = fields.as_positive("base_kw", fields.take("base_kw"))
    factors = {int(n): fields.as_positive("factors", one) for n, one in fields.named("factors")}
    fields.done()
    return LeastPower(base=base, factors=factors)
