"""Words that the letters of the PDF cannot write: a numbered mark stands for each, and a list."""

import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, fields, is_dataclass, replace
from itertools import groupby
from typing import Any

from mll_core.infra.report_page.blocks import Block, Run, Table, Text

RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
UNSEEN = frozenset({"Cc", "Cf"})
LINES = "\n\t"
LISTED = 200


@dataclass
class Letters:
    """Puts blocks into letters that are there; ``words`` are those it has put a mark for.

    ``text`` and ``code``: the code points of the two fonts. Words from right to left count as not
    there: their letters would stand apart and in the wrong order. Controls are left out.
    """

    text: Collection[int]
    code: Collection[int]
    words: dict[str, int] = field(default_factory=dict)

    def blocks(self, blocks: Iterable[Block]) -> list[Block]:
        """The same blocks in letters that are there; said under the title, listed at the end."""
        found: list[Block] = [self._all(block) for block in blocks]
        if not self.words:
            return found
        styles = [getattr(block, "style", "") for block in found]
        place = styles.index("h1") + 1 if "h1" in styles else 0
        return [*found[:place], self._said(), *found[place:], *self._listed()]

    def put(self, text: str, there: Collection[int] | None = None) -> str:
        """One text, each word that cannot be written as its mark: ?1, ?2, ..."""
        there = self.text if there is None else there
        seen = (ch for ch in text if ch in LINES or unicodedata.category(ch) not in UNSEEN)
        parts = groupby(seen, key=lambda ch: ch not in LINES and not _written(ch, there))
        return "".join(self._mark("".join(part)) if lost else "".join(part) for lost, part in parts)

    def _mark(self, word: str) -> str:
        return f"?{self.words.setdefault(word, len(self.words) + 1)}"

    def _all(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.put(value)
        if isinstance(value, Run):
            return replace(value, text=self.put(value.text, self.code if value.code else None))
        if isinstance(value, list | tuple):
            return type(value)(self._all(one) for one in value)
        if isinstance(value, dict):
            return {key: self._all(one) for key, one in value.items()}
        if is_dataclass(value) and not isinstance(value, type):
            told = {one.name: self._all(getattr(value, one.name)) for one in fields(value)}
            return replace(value, **told)
        return value

    def _said(self) -> Text:
        many = f"{len(self.words)} word{' is' if len(self.words) == 1 else 's are'}"
        said = (
            f"{many} in letters that a PDF from here does not have (DejaVu Sans, left to right) "
            "and shown as ?1, ?2 and so on, listed at the end. The web page, Markdown and JSON "
            "show them as they are."
        )
        return Text((Run(said),), "quiet")

    def _listed(self) -> list[Block]:
        rows = tuple(
            ((Run(f"?{number}"),), (Run(" ".join(f"U+{ord(ch):04X}" for ch in word)),))
            for word, number in list(self.words.items())[:LISTED]
        )
        left = len(self.words) - len(rows)
        more = f" The first {LISTED}; {left:,} more are not listed." if left else ""
        head = ((Run("Mark"),), (Run("Its letters, by their numbers in Unicode"),))
        title = Text((Run("Words in other letters"),), "h2")
        return [title, Table(head, rows, f"What each mark stands for.{more}")]


def _written(letter: str, there: Collection[int]) -> bool:
    return ord(letter) in there and unicodedata.bidirectional(letter) not in RIGHT_TO_LEFT
