"""A column for each telling word."""

from typing import ClassVar, Literal

import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain import terms
from mll_core.domain.columns import CategoricalColumn, Prefix
from mll_core.domain.errors import InvalidParameter
from mll_core.domain.staging import Stage
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic


class TextTerms(Step):
    """Make a column for each telling word of a text: how often it is there, rare words count more.

    In: a text ``column``. Out: the same rows and a column per word, ``<column>: <word>``, float64
    from 0 to 1: TF-IDF, each row scaled to length 1; 0 where no such word is, NULL for NULL. Words
    have two letters or digits at least; capitals do not matter.
    Learned: one row per word, ``term`` and ``weight``, of the ``most`` telling: in many training
    rows, but not in all. Source: scikit-learn, TfidfVectorizer.
    """

    label: ClassVar[str] = "A column for each telling word"
    topic: ClassVar[Topic] = Topic.WORDS
    also: ClassVar[str] = "tf-idf tfidf bag of words keywords vectorize"
    kind: Literal["text_terms"] = "text_terms"
    column: CategoricalColumn = Field(description="Column with text")
    most: int = Field(30, ge=1, le=100, description="At most so many words, the most telling")
    least_rows: int = Field(2, ge=1, le=1_000_000, description="Only words in so many rows or more")
    prefix: Prefix = ""

    def learn(self, table: ir.Table) -> ir.Table:
        return terms.telling(table[self.column], self.most, self.least_rows)

    def summarise(self, rows: Learned) -> Learned:
        return tuple(
            {
                "term": row["term"],
                "weight": terms.rarity(int(row["rows"] or 0), int(row["texts"] or 0)),
            }
            for row in rows
        )

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        weights = {str(row["term"]): float(row["weight"] or 0) for row in learned}
        names = {term: f"{self.prefix}{self.column}: {term}" for term in weights}
        taken = [name for name in names.values() if name in table.columns]
        if taken:
            message = f"text_terms.column: the table already has a column {taken[0]!r}."
            raise InvalidParameter(message, hint=self.way_out())
        if not weights:
            return table
        at = terms.weighed(Stage(table), table[self.column], weights)
        kept = [at.table[name] for name in table.columns]
        new = [at["shares"][place].name(name) for place, name in enumerate(names.values())]
        return at.table.select([*kept, *new])

    def sentence(self) -> str:
        return f"Make a column for each of the {self.most} most telling words of {self.column!r}."
