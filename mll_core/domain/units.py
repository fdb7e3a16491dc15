"""Units of measure: what each measures, how they convert, and how people write them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal


@dataclass(frozen=True)
class Unit:
    """``size``: how much of the first unit of its ``measure`` one of it is; exact by definition."""

    measure: str
    size: float
    words: tuple[str, ...] = ()


UNITS: Mapping[str, Unit] = MappingProxyType(
    {
        "mm": Unit("length", 0.001, ("millimeter", "millimetre")),
        "cm": Unit("length", 0.01, ("centimeter", "centimetre")),
        "m": Unit("length", 1.0, ("meter", "metre")),
        "km": Unit("length", 1_000.0, ("kilometer", "kilometre")),
        "in": Unit("length", 0.0254, ("inch", "inches", '"', "\u2033", "''")),
        "ft": Unit("length", 0.3048, ("foot", "feet", "'", "\u2032")),
        "yd": Unit("length", 0.9144, ("yard",)),
        "mi": Unit("length", 1_609.344, ("mile",)),
        "mg": Unit("weight", 0.001, ("milligram",)),
        "g": Unit("weight", 1.0, ("gr", "gram", "gramme")),
        "kg": Unit("weight", 1_000.0, ("kilo", "kilogram")),
        "t": Unit("weight", 1_000_000.0, ("ton", "tonne")),
        "oz": Unit("weight", 28.349523125, ("ounce",)),
        "lb": Unit("weight", 453.59237, ("lbs", "pound")),
        "ml": Unit("volume", 0.001, ("milliliter", "millilitre")),
        "cl": Unit("volume", 0.01, ("centiliter", "centilitre")),
        "l": Unit("volume", 1.0, ("liter", "litre", "lt")),
        "gal": Unit("volume", 3.785411784, ("gallon",)),
        "s": Unit("time", 1.0, ("sec", "second")),
        "min": Unit("time", 60.0, ("minute",)),
        "h": Unit("time", 3_600.0, ("hr", "hour")),
        "d": Unit("time", 86_400.0, ("day",)),
        "wk": Unit("time", 604_800.0, ("week",)),
    }
)
"""By the sign that stands for it."""
# fmt: off
UnitName = Literal[
    "mm", "cm", "m", "km", "in", "ft", "yd", "mi", "mg", "g", "kg", "t", "oz", "lb",
    "ml", "cl", "l", "gal", "s", "min", "h", "d", "wk",
]
# fmt: on


def written(name: str) -> list[str]:
    """Every way to write a unit in small letters; words also in the plural."""
    words = UNITS[name].words
    return [name, *words, *(f"{word}s" for word in words if word[-1].isalpha() and word[-1] != "s")]


def named(word: str) -> str | None:
    """The unit that a word stands for, such as kg for Kilos."""
    small = word.lower().rstrip(".")
    return next((name for name in UNITS if small in written(name)), None)


def ratio(old: str, new: str) -> float:
    """By what a number in ``old`` is multiplied to be in ``new``."""
    return UNITS[old].size / UNITS[new].size
