"""The least that a grid operator may leave to so many devices: section 14a EnWG."""

import pytest

from custom_components.ev_load_manager.peaks.least_power import least_power


@pytest.mark.parametrize(
    ("devices", "kilowatts"),
    [
        (1, 4.2),
        (2, 7.56),
        (3, 10.5),
        (4, 13.02),
        (5, 15.12),
        (6, 16.8),
        (7, 18.06),
        (8, 18.9),
        (9, 19.32),
        # From nine on the factor of simultaneity stays 0.45.
        (20, 4.2 + 19 * 0.45 * 4.2),
    ],
)
def test_more_devices_have_more_and_each_of_them_less(devices: int, kilowatts: float) -> None:
    assert least_power().of(devices) == pytest.approx(kilowatts)


@pytest.mark.parametrize("devices", [0, -1])
def test_no_device_at_all_has_what_one_has(devices: int) -> None:
    assert least_power().of(devices) == pytest.approx(4.2)
