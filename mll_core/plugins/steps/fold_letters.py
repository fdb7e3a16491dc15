"""Write letters plainly."""

import unicodedata
from typing import ClassVar, Literal

import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import CategoricalColumn
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic


def _plain() -> dict[str, str]:
    """Accented and wide letters and odd spaces of the common scripts, and what they stand for."""
    found = {}
    for code in (*range(0x00A0, 0x0250), *range(0x1E00, 0x1F00), *range(0xFF01, 0xFF5F)):
        letter = chr(code)
        bare = "".join(
            part
            for part in unicodedata.normalize("NFKD", letter)
            if not unicodedata.combining(part)
        )
        if len(bare) == 1 and bare.isascii() and bare != letter:
            found[letter] = bare
    spaces = {chr(code): " " for code in (0x00A0, 0x2007, 0x202F, 0x3000, *range(0x2000, 0x200B))}
    return found | spaces | {"\u2019": "'", "\u2018": "'", "\u2013": "-", "\u2014": "-"}


_LETTERS = _plain()
_UNSEEN = r"[\x{0300}-\x{036F}\x{00AD}\x{200B}-\x{200F}\x{2060}\x{FEFF}]"
"""Accents that follow their letter as a sign of their own, soft hyphens, marks without width."""
_JOINED = {"\ufb03": "ffi", "\ufb04": "ffl", "\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl"}
_JOINED |= {"\u2026": "...", "\u2122": "TM", "\u2116": "No"}


class FoldLetters(Step):
    """Write accented and wide letters plainly, so that Zurich and Zürich are one.

    In: a text ``column``. Out: the same rows, ``column`` as text; NULL stays NULL. Letters with a
    plain letter beneath become it, however the accent is stored; joined letters are parted, odd
    spaces become spaces, curled quotes and long dashes straight ones, marks without width go; other
    scripts stay. Learned: nothing. Source: Unicode, NFKC without its accents.
    """

    label: ClassVar[str] = "Write letters plainly"
    topic: ClassVar[Topic] = Topic.TEXT
    also: ClassVar[str] = "accents umlaut unicode normalise diacritics special characters"
    kind: Literal["fold_letters"] = "fold_letters"
    column: CategoricalColumn = Field(description="Column to write anew")

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        text = table[self.column].re_replace(_UNSEEN, "")
        text = text.translate("".join(_LETTERS), "".join(_LETTERS.values()))
        for joined, parts in _JOINED.items():
            text = text.replace(joined, parts)
        return table.mutate(text.name(self.column))

    def sentence(self) -> str:
        return f"Write the letters of {self.column!r} without accents."
