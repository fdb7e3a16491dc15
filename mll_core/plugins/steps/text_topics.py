"""What a text is about."""

from collections.abc import Iterator
from typing import ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain import terms, vectors
from mll_core.domain.columns import CategoricalColumn, NewColumn
from mll_core.domain.staging import Stage
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic

_LONGEST = 5_000


class TextTopics(Step):
    """Make few columns that tell what a text is about, by words that come together (SVD of TF-IDF).

    In: a text ``column``. Out: the same rows and ``topics`` columns, ``<into> 1`` and on, float64;
    0 where no known word is, NULL for NULL.
    Learned: one row per word, ``term``, its ``weight`` and its part in each topic, the largest part
    positive; from at most 4,000 different training texts of 5,000 letters, drawn by their content.
    Source: Deerwester et al. (1990), latent semantic analysis; scikit-learn, TruncatedSVD after
    TfidfVectorizer.
    """

    label: ClassVar[str] = "What a text is about"
    topic: ClassVar[Topic] = Topic.WORDS
    also: ClassVar[str] = "tf-idf svd lsa theme subject embedding"
    kind: Literal["text_topics"] = "text_topics"
    column: CategoricalColumn = Field(description="Column with text")
    topics: int = Field(3, ge=1, le=10, description="How many topics")
    most: int = Field(60, ge=2, le=100, description="Of so many words, the most telling")
    least_rows: int = Field(2, ge=1, le=1_000_000, description="Only words in so many rows or more")
    into: NewColumn = Field(description="Name of the topics, which are numbered")

    def makes(self) -> Iterator[tuple[str, str]]:
        for number in range(1, self.topics + 1):
            yield "into", f"{self.into} {number}"

    def learn(self, table: ir.Table) -> ir.Table:
        texts = table.select(text=terms.plain(table[self.column].left(_LONGEST)))
        return vectors.drawn(texts.filter(texts["text"].notnull()))

    def summarise(self, rows: Learned) -> Learned:
        import numpy as np

        found = terms.Texts([(str(row["text"]), int(row["n"] or 0)) for row in rows])
        weights = found.telling(self.most, self.least_rows)
        if not weights:
            return ()
        shares = found.shares(weights)
        _, axes = np.linalg.eigh(shares.T @ (shares * found.counts[:, None]))
        parts = vectors.upright(axes[:, ::-1][:, : self.topics])
        return tuple(
            {
                "term": term,
                "weight": weights[term],
                **{f"v{k}": float(part) for k, part in enumerate(parts[n], 1)},
            }
            for n, term in enumerate(weights)
        )

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        names = [name for _, name in self.makes()]
        weights = {str(row["term"]): float(row["weight"] or 0) for row in learned}
        at, nothing = Stage(table), ibis.null("float64")
        topics = vectors.numbers(learned) if learned else []
        if topics:
            at = terms.weighed(at, table[self.column], weights)
            at = at.then(topics=vectors.products(at["shares"], topics))
        there = at.table[self.column].notnull()  # Spark gives NULL a length
        new = [
            there.ifelse(at["topics"][k], nothing) if k < len(topics) else nothing
            for k in range(len(names))
        ]
        kept = [at.table[name] for name in table.columns]
        named = [value.name(name) for value, name in zip(new, names, strict=True)]
        return at.table.select([*kept, *named])

    def sentence(self) -> str:
        return f"Tell what {self.column!r} is about in {self.topics} columns called {self.into!r}."
