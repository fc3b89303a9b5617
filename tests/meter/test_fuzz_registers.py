"""Whatever stands in a meter's registers is a reading that can be, or an error in words."""

from hypothesis import example, given, settings

from .fuzzing import FILLED, MAPS, Filled, problems_of


def filled(words: tuple[int, ...], name: str) -> Filled:
    return Filled(map=name, phases=3, ct_ratio=1.0, ct_range=None, inverted=False, words=words)


# Found here: a scale factor far beyond what a meter can have was no error in words.
@example(filled((0x7FFF,), "solaredge_meter"))
@example(filled((0xFFFF,), MAPS[0]))
@example(filled((0x7FC0, 0), MAPS[0]))
@settings(max_examples=300, deadline=None)
@given(FILLED)
async def test_any_registers_are_a_reading_that_can_be_or_an_error(filled: Filled) -> None:
    assert await problems_of(filled) == []


async def test_every_meter_survives_registers_full_of_anything() -> None:
    for name in MAPS:
        for word in (0, 1, 0x7FFF, 0x8000, 0xFFFF):
            assert await problems_of(filled((word,), name)) == []
