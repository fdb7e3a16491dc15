"""How one prepared column becomes features: what is learned is plain data."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cached_property
from typing import Annotated, Any, Literal, Self

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pydantic import Field

from mll_core.domain.model import Feature
from mll_core.domain.value import Value

Matrix = NDArray[np.float32]

FEWEST = 20
"""A level on fewer training rows is rare; below 2,000 rows, on fewer than 1 % of them."""
MOST_LEVELS = 2_000
MOST_TERMS = 300
SAMPLE = 20_000
"""Texts that the choice of terms looks at, evenly spaced."""
FEW_ROWS = 50
OTHER = "Other"
_FLOAT32 = np.finfo(np.float32)
_WORD = re.compile(r"\w\w+")


class NumberEncoding(Value):
    """The number itself; infinite ones as missing."""

    kind: Literal["number"] = "number"
    column: str

    @classmethod
    def learn(cls, column: str, values: pd.Series) -> Self | None:
        """None when nothing varies."""
        known = as_numbers(values)
        return cls(column=column) if _varies(known) else None

    @property
    def features(self) -> tuple[Feature, ...]:
        """One number."""
        return (Feature(name=self.column, source=self.column, kind="number"),)

    def encode(self, values: pd.Series) -> Matrix:
        """(n, 1)."""
        return as_numbers(values)[:, None]

    def encode_values(self, values: Sequence[float | None]) -> Matrix:
        """The same of plain values; None is missing."""
        plain = [math.nan if value is None else value for value in values]
        return finite(np.array(plain, np.float64))[:, None]


class CategoryEncoding(Value):
    """A code per level, most frequent first; rare and unseen ones as Other, a gap as NaN.

    Without an Other (no level was rare) an unseen one is NaN too.
    """

    kind: Literal["category"] = "category"
    column: str
    levels: tuple[str, ...]
    other: int | None = None
    """The code of Other."""

    @classmethod
    def learn(cls, column: str, values: pd.Series) -> Self | None:
        """None when nothing varies."""
        texts = as_texts(values)
        found: Any = texts.drop_null().value_counts()
        fewest = max(2, min(FEWEST, math.ceil(0.01 * len(values))))
        frequent = found.filter(pc.greater_equal(found.field("counts"), fewest)).to_pylist()
        frequent.sort(key=lambda level: (-level["counts"], level["values"]))
        levels = [level["values"] for level in frequent][:MOST_LEVELS]
        lumped = len(found) > len(levels)
        if len(levels) + lumped + bool(texts.null_count) < 2:  # noqa: PLR2004  # one value only
            return None
        if lumped and OTHER not in levels:
            levels.append(OTHER)
        return cls(
            column=column, levels=tuple(levels), other=levels.index(OTHER) if lumped else None
        )

    @property
    def features(self) -> tuple[Feature, ...]:
        """One category."""
        return (Feature(name=self.column, source=self.column, kind="category", levels=self.levels),)

    def encode(self, values: pd.Series) -> Matrix:
        """(n, 1) codes; a few rows by look-up, many in one go, with the same result."""
        if len(values) <= FEW_ROWS:
            return self.encode_values(values.tolist())
        texts = as_texts(values)
        codes = pc.index_in(texts, value_set=pa.array(self.levels, pa.string()))
        codes = codes.to_numpy(zero_copy_only=False).astype(np.float32)
        if self.other is not None:
            codes[np.isnan(codes)] = self.other
            if texts.null_count:
                codes[texts.is_null().to_numpy(zero_copy_only=False)] = np.nan
        return np.asarray(codes[:, None])

    def encode_values(self, values: Sequence[str | None]) -> Matrix:
        """The same of plain values; None is missing."""
        return np.array([self._code(value) for value in values], np.float32)[:, None]

    @cached_property
    def _codes(self) -> dict[str, int]:
        return {level: code for code, level in enumerate(self.levels)}

    def _code(self, value: Any) -> float:
        if value is None or value is pd.NA or value != value:  # noqa: PLR0124  # NaN
            return math.nan
        code = self._codes.get(str(value), self.other)
        return math.nan if code is None else code


class DateEncoding(Value):
    """A moment as its parts, and as days since the first one seen in training."""

    kind: Literal["date"] = "date"
    column: str
    reference: datetime
    hours: bool

    @classmethod
    def learn(cls, column: str, values: pd.Series) -> Self | None:
        """None when nothing varies."""
        moments = as_moments(values)
        known = moments[~np.isnat(moments)]
        if len(known) == 0 or (len(known) == len(moments) and known.min() == known.max()):
            return None
        hours = bool((known != known.astype("datetime64[D]")).any())
        return cls(column=column, reference=known.min().astype(datetime), hours=hours)

    @property
    def features(self) -> tuple[Feature, ...]:
        """Five numbers, six when the moments have a time of day."""
        parts = ("days", "year", "month", "weekday", "weekend", *(("hour",) * self.hours))
        return tuple(
            Feature(name=f"{self.column}: {part}", source=self.column, kind="number")
            for part in parts
        )

    def encode(self, values: pd.Series) -> Matrix:
        """(n, 5 or 6); a missing moment is NaN in all of them."""
        return self._parts(as_moments(values))

    def encode_values(self, values: Sequence[datetime | None]) -> Matrix:
        """The same of plain values; None is missing."""
        return self._parts(np.array(values, "datetime64[us]"))

    def _parts(self, moments: NDArray[np.datetime64]) -> Matrix:
        gone = np.isnat(moments)
        moments = np.where(gone, np.datetime64(self.reference, "us"), moments)
        days, months = moments.astype("datetime64[D]"), moments.astype("datetime64[M]")
        weekday = (days.astype(np.int64) + 3) % 7  # 1970-01-01 was a Thursday; Monday is 0
        since = (moments - np.datetime64(self.reference, "us")) / np.timedelta64(1, "D")
        year = moments.astype("datetime64[Y]").astype(np.int64) + 1970
        parts = [since, year, months.astype(np.int64) % 12 + 1, weekday, weekday >= 5]  # noqa: PLR2004
        if self.hours:
            parts.append((moments - days) / np.timedelta64(1, "h") // 1)
        matrix = np.column_stack(parts).astype(np.float32)
        matrix[gone] = np.nan
        return np.asarray(matrix)


class TextEncoding(Value):
    """Words weighted by how telling they are (TF-IDF), and the length in characters.

    Source: Spärck Jones (1972), A Statistical Interpretation of Term Specificity.
    """

    kind: Literal["text"] = "text"
    column: str
    terms: tuple[str, ...]
    weights: tuple[float, ...]

    @classmethod
    def learn(cls, column: str, values: pd.Series) -> Self | None:
        """The words of most texts, up to 300; None when every text is missing."""
        texts = as_texts(values)
        known = texts.drop_null()
        if not len(known):
            return None
        sample = known.to_pylist()[:: max(1, len(known) // SAMPLE)]
        found = Counter(word for text in sample for word in set(_words(text)))
        fewest = max(2, math.ceil(0.002 * len(sample)))
        usual = [(word, n) for word, n in found.items() if fewest <= n < len(sample)]
        kept = sorted(sorted(usual, key=lambda pair: (-pair[1], pair[0]))[:MOST_TERMS])
        weights = tuple(math.log((1 + len(sample)) / (1 + n)) + 1 for _, n in kept)
        return cls(column=column, terms=tuple(word for word, _ in kept), weights=weights)

    @property
    def features(self) -> tuple[Feature, ...]:
        """The length, then one number per word."""
        names = ("length", *(f"{term!r}" for term in self.terms))
        return tuple(
            Feature(name=f"{self.column}: {name}", source=self.column, kind="number")
            for name in names
        )

    def encode(self, values: pd.Series) -> Matrix:
        """(n, 1 + terms), each row of words of unit length; a missing text has no words."""
        return self.encode_values(as_texts(values).to_pylist())

    def encode_values(self, values: Sequence[str | None]) -> Matrix:
        """The same of plain values; None is missing."""
        place = {term: i for i, term in enumerate(self.terms)}
        matrix = np.zeros((len(values), 1 + len(self.terms)), np.float32)
        for row, text in enumerate(values):
            if text is None:
                matrix[row, 0] = np.nan
                continue
            matrix[row, 0] = len(text)
            known = Counter(place[word] for word in _words(text) if word in place)
            raw = {at: count * self.weights[at] for at, count in known.items()}
            size = math.sqrt(sum(weight * weight for weight in raw.values()))
            for at, weight in raw.items():
                matrix[row, 1 + at] = weight / size
        return matrix


ColumnEncoding = Annotated[
    NumberEncoding | CategoryEncoding | DateEncoding | TextEncoding, Field(discriminator="kind")
]


def as_numbers(values: pd.Series) -> Matrix:
    """float32 (n,); anything that is no finite float32 number as NaN."""
    if values.dtype.kind == "m":
        plain = values.dt.total_seconds().to_numpy()
    elif values.dtype.kind in "biuf":
        plain = values.to_numpy(np.float64, na_value=np.nan)
    else:
        plain = pd.to_numeric(values, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    return finite(plain)


def finite(plain: NDArray[np.float64]) -> Matrix:
    """float32 of the same shape; anything that float32 cannot hold as NaN."""
    within = np.abs(plain) <= _FLOAT32.max
    return np.where(within, plain, np.nan).astype(np.float32)


def as_texts(values: pd.Series) -> pa.Array:
    """A string array (n,); missing ones as null."""
    if values.dtype == object:
        values = values.map(str, na_action="ignore")
    texts = pa.array(values, from_pandas=True)
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    return texts.cast(pa.string())


def as_moments(values: pd.Series) -> NDArray[np.datetime64]:
    """datetime64[us] (n,), times with a zone as UTC; missing ones as NaT."""
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        values = values.dt.tz_convert("UTC").dt.tz_localize(None)
    if values.dtype.kind != "M":
        values = pd.to_datetime(values, errors="coerce")
    return np.asarray(values.to_numpy().astype("datetime64[us]"))


def _varies(numbers: Matrix) -> bool:
    known = numbers[~np.isnan(numbers)]
    return bool(len(known)) and (len(known) < len(numbers) or known.min() != known.max())


def _words(text: str) -> Iterable[str]:
    return _WORD.findall(text.lower())


def reads_as_text(values: pd.Series) -> bool:
    """Whether a column of words is prose: over 30 characters on average, or several words each
    and mostly different.
    """
    known: Any = as_texts(values).drop_null()
    if not len(known):
        return False
    if pc.mean(pc.utf8_length(known)).as_py() > 30:  # noqa: PLR2004
        return True
    different = pc.count_distinct(known).as_py() / len(known)
    words = pc.mean(pc.add(pc.count_substring(known, " "), 1)).as_py()
    return bool(different > 0.5 and words > 2)  # noqa: PLR2004
