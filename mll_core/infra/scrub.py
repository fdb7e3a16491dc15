"""Takes what only the erased subject had out of plain data and text; the shape of all stays."""

import html
import json
import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from mll_core.domain.subject import Marks

FIGURES = 2
"""A number that only the subject had is told to so many figures."""
_SHORTEST = 4
_DIGITS = 5
_LONG = 8


def words(plain: Any) -> set[str]:
    """Every word in plain data."""
    return set(re.findall(r"\w+", json.dumps(plain)))


def marking(text: str) -> bool:
    """Whether a text is telling enough to be looked for."""
    return len(text.strip()) >= _SHORTEST


def telling(number: float) -> bool:
    """Whether a number has enough digits to be looked for."""
    if not math.isfinite(number):
        return False
    digits = re.sub(r"e.*", "", repr(float(number))).replace(".", "").replace("-", "")
    return len(digits.strip("0")) >= _DIGITS


class Scrubber:
    """Replaces marks by ``(erased 1)`` and so on, and names that moved by their new ones.

    ``moved``: sha256 names and paths, old to new. ``dropped``: whether a record (a row told as a
    dict) is the subject's; such entries leave their list.
    """

    def __init__(
        self,
        marks: Marks,
        moved: Mapping[str, str],
        dropped: Callable[[Mapping[str, Any]], bool] | None = None,
    ) -> None:
        self.marks = marks
        self._moved = dict(moved)
        self._dropped = dropped
        self._numbers = {number: rounded(number) for number in marks.numbers}

    def value(self, value: Any) -> Any:
        """Plain JSON data without the subject."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {self.text(str(key)): self.value(entry) for key, entry in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(entry) for entry in value if not self._is_subject(entry)]
        if isinstance(value, int | float) and not isinstance(value, bool):
            return self._number(value)
        return value

    def text(self, text: str) -> str:
        """A text without the subject; ``text`` itself when there was nothing."""
        if self._paths is not None:
            text = self._paths.sub(lambda found: self._moved[found.group()], text)
        return text if self._marked is None else self._marked.sub(self._other, text)

    def names(self, text: str) -> bool:
        """Whether a text holds a mark; a name that moved is none."""
        return self._marked is not None and bool(self._marked.search(text))

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where the marks stand in a text, from and to."""
        return [found.span() for found in self._marked.finditer(text)] if self._marked else []

    def _number(self, number: float) -> float:
        new = self._numbers.get(float(number))
        if new is None:
            return number
        return int(new) if isinstance(number, int) else new

    def _is_subject(self, entry: Any) -> bool:
        if self._dropped is None or not isinstance(entry, Mapping):
            return False
        record = entry.get("record")
        return isinstance(record, Mapping) and self._dropped(record)

    @cached_property
    def _written(self) -> dict[str, str]:
        """Every way a mark may be written, and what stands there afterwards."""
        found: dict[str, str] = {}
        for place, mark in enumerate(self.marks.texts, 1):
            for form in forms(mark):
                found[form.casefold()] = f"(erased {place})"
        for number, new in self._numbers.items():
            for form in written(number):
                found[form] = f"{new:.0f}" if new.is_integer() else repr(new)
        return found

    @cached_property
    def _paths(self) -> re.Pattern[str] | None:
        longest = sorted(self._moved, key=len, reverse=True)
        return re.compile("|".join(map(re.escape, longest))) if longest else None

    @cached_property
    def _marked(self) -> re.Pattern[str] | None:
        texts = {form for mark in self.marks.texts for form in forms(mark)}
        numbers = {form for number in self._numbers for form in written(number)}
        parts = [_whole(form) for form in sorted(texts, key=len, reverse=True)]
        parts += [
            rf"(?<![\d.,]){re.escape(form)}(?![\d]|[.,]\d)"
            for form in sorted(numbers, key=len, reverse=True)
        ]
        return re.compile("|".join(parts), re.IGNORECASE) if parts else None

    def _other(self, match: re.Match[str]) -> str:
        return self._written.get(match.group().casefold(), "(erased)")


def _whole(form: str) -> str:
    """A short text is a mark only as a word of its own."""
    escaped = re.escape(form)
    return escaped if len(form) >= _LONG else rf"(?<!\w){escaped}(?!\w)"


def forms(text: str) -> tuple[str, ...]:
    """A text as typed, in both normal forms, and as HTML, JSON and YAML write it."""
    plain = {text, *(unicodedata.normalize(form, text) for form in ("NFC", "NFD"))}
    found = dict.fromkeys(sorted(plain))
    for form in sorted(plain):
        quoted = json.dumps(form)[1:-1]
        found |= dict.fromkeys([quoted, quoted.replace("\\", "\\\\"), json.dumps(quoted)[1:-1]])
        found |= dict.fromkeys([html.escape(form), html.escape(form, quote=False)])
        found[form.replace("'", "''")] = None
        found[quoted.lower()] = None
    return tuple(found)


def written(number: float) -> tuple[str, ...]:
    """A number as it may stand in a text."""
    found = [repr(float(number)), f"{number:,}", f"{number:,.2f}", f"{number:.2f}", f"{number:.1f}"]
    if float(number).is_integer() and abs(number) < 2**63:
        found += [str(int(number)), f"{int(number):,}"]
    same = (form for form in found if float(form.replace(",", "")) == number)
    return tuple(dict.fromkeys(form for form in same if _digits(form) >= _DIGITS))


def _digits(form: str) -> int:
    return sum(letter.isdigit() for letter in form)


def rounded(number: float) -> float:
    """The number to two figures."""
    return float(f"{number:.{FIGURES - 1}e}")
