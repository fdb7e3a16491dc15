"""Words in text: what they are, and which of them are telling."""

import math
import operator
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import ibis
import ibis.expr.types as ir

from mll_core.domain import lists
from mll_core.domain.literals import exact
from mll_core.domain.staging import Stage

if TYPE_CHECKING:
    from mll_core.domain.task import Floats

_SIGNS = (
    r"\x00-/:-@\[-`{-\x{A9}\x{AB}-\x{B1}\x{B4}\x{B6}-\x{B8}\x{BB}\x{BF}\x{D7}\x{F7}\x{2000}-\x{206F}"
    r"\x{20A0}-\x{20CF}\x{2190}-\x{2BFF}\x{3000}-\x{3003}\x{3008}-\x{3020}\x{FF00}-\x{FF0F}"
    r"\x{FF1A}-\x{FF20}\x{1F000}-\x{1FAFF}"
)
"""White space, punctuation and symbols. Written out: that all letters are meant (``\\p{L}``) takes
the engine longer to understand than a row to go through a recipe."""
SHORTEST = 2
"""Signs a word has at least to count as a term."""


def plain(text: Any) -> Any:
    """The words of each text in small letters, with a space between: NULL for NULL.

    Words are what white space, punctuation and symbols part.
    """
    return text.lower().re_replace(f"[{_SIGNS}]+", " ").strip()


def words(text: Any) -> Any:
    """The words of each text as a list; a text without words gives a list of one empty word."""
    return plain(text).split(" ")


def telling(text: Any, most: int, least_rows: int) -> ir.Table:
    """The ``most`` telling terms of a text column: ``term``, ``rows`` with it, rows with ``text``.

    A term tells much when it is in many rows, but not in all: rows with it times the logarithm of
    all rows over rows with it. Equal ones in the order of the alphabet.
    """
    known = text.name("text").as_table()
    known = known.filter(known["text"].notnull())
    each = known.select(term=words(known["text"]).unique().unnest())
    each = each.filter(each["term"].length() >= SHORTEST)
    counted = each.group_by("term").aggregate(rows=each.count())
    counted = counted.mutate(texts=known.count().as_scalar()).view()
    counted = counted.filter(counted["rows"] >= least_rows)
    of = counted["texts"].cast("float64") / counted["rows"].cast("float64")
    ranked = counted.mutate(worth=counted["rows"].cast("float64") * of.ln()).view()
    return ranked.order_by(ibis.desc("worth"), "term").limit(most).select("term", "rows", "texts")


def rarity(rows: int, texts: int) -> float:
    """The weight of a term that is in ``rows`` of ``texts`` (smooth, as scikit-learn has it)."""
    return math.log((1 + texts) / (1 + rows)) + 1


def weighed(at: Stage, text: Any, weights: Mapping[str, float]) -> Stage:
    """One list more, ``shares``: of each term its share of the text (TF-IDF, of length 1).

    float64; 0 where the term is not, NULL where ``text`` is. Lists, because a query of some hundred
    small expressions takes milliseconds to set up, however few the rows.
    """
    known, rare = ibis.literal(list(weights)), ibis.array([exact(w) for w in weights.values()])
    at = at.then(words=words(text).filter(lambda word: known.contains(word)))  # noqa: PLW0108
    found = at["words"]
    counts = known.map(
        lambda term: found.filter(lambda word: word == term).length().cast("float64")
    )
    at = at.then(shares=lists.paired(counts, rare, operator.mul))
    squares = at["shares"].map(lambda share: share * share)
    at = at.then(length=squares.sums().sqrt())
    length = at["length"]
    scaled = at["shares"].map(lambda share: share / length)
    return at.then(shares=(length == exact(0.0)).ifelse(at["shares"], scaled))


class Texts:
    """Texts, written plainly, and how often each is there: what is learned of them outside SQL."""

    def __init__(self, texts: Sequence[tuple[str, int]]) -> None:
        import numpy as np

        self.counts: Floats = np.array([count for _, count in texts], dtype=float)
        self._words = [Counter(text.split(" ")) for text, _ in texts]

    def telling(self, most: int, least_rows: int) -> dict[str, float]:
        """The terms that ``telling`` would find in rows like these, with their ``rarity``."""
        rows, texts = Counter[str](), int(self.counts.sum())
        for found, count in zip(self._words, self.counts, strict=True):
            rows.update({term: int(count) for term in found if len(term) >= SHORTEST})
        often = {term: n for term, n in rows.items() if n >= least_rows}
        ranked = sorted(
            often, key=lambda term: (-often[term] * math.log(texts / often[term]), term)
        )
        return {term: rarity(often[term], texts) for term in ranked[:most]}

    def shares(self, weights: Mapping[str, float]) -> "Floats":
        """What ``weighed`` would give: (n_texts, n_terms)."""
        import numpy as np

        found: Floats = np.array(
            [[words[term] * weight for term, weight in weights.items()] for words in self._words]
        ).reshape(len(self._words), len(weights))
        lengths = np.sqrt((found**2).sum(axis=1, keepdims=True))
        return found / np.where(lengths > 0, lengths, 1.0)
