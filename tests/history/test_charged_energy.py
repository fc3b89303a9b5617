"""The counter of all that was charged goes up by what registers rise, and never back."""

from datetime import UTC, datetime, timedelta

from custom_components.ev_load_manager.balancing.site import ConnectorId
from custom_components.ev_load_manager.data_files.stored import Damage, Stored
from custom_components.ev_load_manager.history.charged_energy import ChargedEnergy

A, B = ConnectorId("A", 1), ConnectorId("B", 2)
START = datetime(2026, 11, 29, 12, tzinfo=UTC)


def hours(number: float) -> datetime:
    """So many hours later."""
    return START + timedelta(hours=number)


def test_it_is_unknown_until_an_outlet_has_told_and_begins_with_nothing() -> None:
    charged = ChargedEnergy()
    assert charged.total is None

    # Years are in this register.
    charged.note(A, 12_345_678.0, START)
    assert charged.total == 0.0


def test_it_counts_what_each_register_rises() -> None:
    charged = ChargedEnergy()
    charged.note(A, 1000.0, START)
    charged.note(B, 70_000.0, START)
    charged.note(A, 3500.0, hours(1))
    charged.note(B, 70_100.0, hours(1))

    assert charged.total == 2600.0


def test_old_values_that_come_late_count_nothing_twice() -> None:
    charged = ChargedEnergy()
    for energy in (1000.0, 1500.0, 1200.0, 1500.0, 1600.0):
        charged.note(A, energy, hours(1))

    assert charged.total == 600.0


def test_a_register_that_begins_anew_or_jumps_changes_nothing() -> None:
    charged = ChargedEnergy()
    charged.note(A, 50_000.0, START)
    charged.note(A, 52_000.0, hours(1))
    charged.note(A, 0.0, hours(2))
    charged.note(A, 700.0, hours(3))
    assert charged.total == 2700.0

    charged.note(A, 99_000_700.0, hours(4))
    charged.note(A, 99_000_900.0, hours(5))
    assert charged.total == 2900.0


def test_what_flowed_while_home_assistant_was_away_counts() -> None:
    charged = ChargedEnergy()
    charged.note(A, 1000.0, START)
    charged.note(B, 1000.0, START)
    charged.note(A, 2000.0, hours(1))

    again = ChargedEnergy.read(Stored(charged.to_dict(["A"]), "", Damage()))
    assert again.total == 1000.0
    again.note(A, 60_000.0, hours(10))
    # B was removed, and is added again: its register says nothing of the time between.
    again.note(B, 90_000.0, hours(10))
    assert again.total == 59_000.0


def test_a_file_of_an_older_version_has_none() -> None:
    damage = Damage()

    assert ChargedEnergy.read(Stored({}, "", damage)).total is None
    assert not damage.parts
