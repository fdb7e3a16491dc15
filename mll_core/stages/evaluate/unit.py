"""What one row is called in a sentence."""

from dataclasses import dataclass
from typing import Self

ARTICLES = frozenset({"a", "an", "one", "each", "every"})
MOST_WORDS = 2


@dataclass(frozen=True)
class Unit:
    """The noun for one row and for many: "customer", "customers"."""

    one: str = "case"
    many: str = "cases"

    @classmethod
    def of(cls, stated: str) -> Self:
        """The noun in the brief's unit when it is one word or two; else "case"."""
        words = stated.strip().lower().split()
        words = words[1:] if words and words[0] in ARTICLES else words
        plain = all(word.isalpha() for word in words)
        if not plain or not 1 <= len(words) <= MOST_WORDS:
            return cls()
        one = " ".join(words)
        if one.endswith("s") and not one.endswith("ss"):
            return cls()  # perhaps said of many already
        if one.endswith(("ss", "x", "ch", "sh")):
            return cls(one, f"{one}es")
        if one.endswith("y") and one[-2:-1] not in set("aeiou"):
            return cls(one, f"{one[:-1]}ies")
        return cls(one, f"{one}s")
