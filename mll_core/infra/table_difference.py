"""How one table differs from an earlier one: rows, columns, and each column's values in words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mll_core.domain.prepared import ColumnChange, Difference
from mll_core.infra import drift, warehouse
from mll_core.infra.raw_rows import Kind
from mll_core.infra.warehouse import identifier

SHOWN = 24
"""Letters of a value that a sentence quotes."""
MOST_LEVELS = 10_000
"""Text with more different values is told by its figures alone."""
EXACT = 1_000_000
"""Different values of a column up to which they are counted one by one; more are estimated, which
is said."""
SOME = 0.1
"""Population stability index from which a distribution has moved for a reader."""
WORDS = {"text": "text", "boolean": "true or false", "time": "dates", "number": "numbers"}
KIND: dict[str, Kind] = {"VARCHAR": "text", "BOOLEAN": "boolean", "TIMESTAMP": "time"}


@dataclass(frozen=True)
class Summary:
    """One column of one file; ``content`` is the same for the same values in any order."""

    rows: int
    missing: int
    distinct: int
    low: Any
    middle: Any
    high: Any
    content: int
    estimated: bool = False

    @property
    def different(self) -> str:
        """How many different values there are; ``about``, where it is an estimate."""
        return f"{'about ' * self.estimated}{self.distinct:,}"


def compare(before: Path, after: Path, keys: Sequence[str] = ()) -> Difference:
    """What became of ``before``. Rows are told by ``keys`` where both files have them.

    Without keys a row is told by its values in the columns that both have in one type; equal rows
    are counted.
    """
    old, new = warehouse.columns(before), warehouse.columns(after)
    common = [name for name in old if name in new]
    same = [name for name in common if old[name] == new[name]]
    named = tuple(keys) if set(keys) <= set(common) else ()
    counts = (_count(before), _count(after))
    gone, added, changed = (
        _by_key(before, after, named, same) if named else _by_content(before, after, same)
    )
    return Difference(
        rows=counts,
        gone=gone,
        added=added,
        changed=changed,
        keys=named,
        columns=(
            *(ColumnChange(column=n, kind="gone", sentence="Gone.") for n in old if n not in new),
            *(_new(after, name, new[name]) for name in new if name not in old),
            *(_changed(before, after, name, (old[name], new[name])) for name in common),
        ),
    )


def _count(path: Path) -> int:
    return int(_rows("SELECT count(*) FROM t", t=path)[0][0])


def _by_content(before: Path, after: Path, same: list[str]) -> tuple[int, int, None]:
    one = f"{_mark(same)} AS k, count(*) AS n"
    gone, added = _rows(_matched(one, _GONE_ADDED), old=before, new=after)[0]
    return int(gone), int(added), None


def _by_key(
    before: Path, after: Path, keys: tuple[str, ...], same: list[str]
) -> tuple[int, int, int]:
    """Gone, added, changed; of rows with the same key as many as both have are the same ones."""
    rest = [name for name in same if name not in keys]
    texts = [f"CAST({identifier(key)} AS VARCHAR)" for key in keys]
    one = f"hash({', '.join(texts)}) AS k, sum({_mark(rest)}::HUGEINT) AS h, count(*) AS n"
    changed = "coalesce(sum(o.n) FILTER (o.n = n.n AND o.h != n.h), 0)"
    counts = _rows(_matched(one, f"{_GONE_ADDED}, {changed}"), old=before, new=after)[0]
    gone, added, other = map(int, counts)
    return gone, added, other


_GONE_ADDED = """coalesce(sum(greatest(coalesce(o.n, 0) - coalesce(n.n, 0), 0)), 0),
    coalesce(sum(greatest(coalesce(n.n, 0) - coalesce(o.n, 0), 0)), 0)"""


def _matched(one: str, asked: str) -> str:
    """``asked`` of ``one`` per group of old and of new rows, put side by side."""
    old, new = (f"(SELECT {one} FROM {name} GROUP BY 1)" for name in ("old", "new"))
    return f"SELECT {asked} FROM {old} o FULL JOIN {new} n USING (k)"


def _mark(names: list[str]) -> str:
    return f"hash({', '.join(map(identifier, names)) or '0'})"


def _new(path: Path, name: str, dtype: str) -> ColumnChange:
    found = _summary(path, name, dtype)
    return ColumnChange(column=name, kind="new", sentence=f"New: {_told(found, dtype)}.")


def _changed(before: Path, after: Path, name: str, types: tuple[str, str]) -> ColumnChange:
    old, new = (_summary(p, name, t) for p, t in zip((before, after), types, strict=True))
    if types[0] != types[1]:
        sentence = f"Held {_words(types[0])}; now: {_told(new, types[1])}."
        return ColumnChange(column=name, kind="type", sentence=sentence)
    if old == new:
        return ColumnChange(column=name, kind="same", sentence="The same values.")
    kind = KIND.get(types[0], "number")
    bins = drift.of_files(before, after, {name: kind})[name]
    told = _figures(old, new)
    if kind in ("text", "boolean") and max(old.distinct, new.distinct) <= MOST_LEVELS:
        told += _level(before, after, name)
    said = ", ".join(told) or "single values differ, its figures do not"
    sentence = f"{_moved(bins)}: {said}."
    return ColumnChange(column=name, kind="values", sentence=sentence, moved=round(bins.psi, 4))


def _moved(bins: drift.Bins) -> str:
    if bins.psi <= bins.noise_band:
        return "Lies as before"
    return "Lies clearly otherwise" if bins.psi >= SOME else "Lies slightly otherwise"


def _figures(old: Summary, new: Summary) -> list[str]:
    """What changed of the figures, each as "before → after"."""
    pairs = [
        ("missing", _share(old.missing, old.rows), _share(new.missing, new.rows)),
        ("different values", old.different, new.different),
        ("lowest", _value(old.low), _value(new.low)),
        ("middle", _value(old.middle), _value(new.middle)),
        ("highest", _value(old.high), _value(new.high)),
    ]
    return [f"{what} {was} → {now}" for what, was, now in pairs if was != now]


def _level(before: Path, after: Path, name: str) -> list[str]:
    """The value whose share moved most, as "before → after"."""
    one = f"SELECT {identifier(name)} AS v, count(*) / sum(count(*)) OVER () AS part FROM"
    sql = f"""
        SELECT v, coalesce(o.part, 0) AS was, coalesce(n.part, 0) AS now
        FROM ({one} old WHERE v IS NOT NULL GROUP BY 1) o
        FULL JOIN ({one} new WHERE v IS NOT NULL GROUP BY 1) n USING (v)
        ORDER BY abs(was - now) DESC, v LIMIT 1"""
    found = [
        (v, _share(was, 1), _share(now, 1)) for v, was, now in _rows(sql, old=before, new=after)
    ]
    return [f"{_value(v)!r} {was} → {now}" for v, was, now in found if was != now]


def _told(found: Summary, dtype: str) -> str:
    return (
        f"{_words(dtype)}, {found.different} different values, "
        f"{_share(found.missing, found.rows)} missing"
    )


def _words(dtype: str) -> str:
    """What a column of this type holds."""
    return WORDS[KIND.get(dtype, "number")]


def _share(part: float, rows: float) -> str:
    return f"{100 * part / rows:.1f} %" if rows else "0.0 %"


def _value(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.4g}"
    text = "none" if value is None else str(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _summary(path: Path, name: str, dtype: str) -> Summary:
    cell = identifier(name)
    ordered = dtype not in ("VARCHAR", "BOOLEAN") and not dtype.endswith("]")
    middle = (
        f"min({cell}), quantile_disc({cell}, 0.5), max({cell})" if ordered else "NULL, NULL, NULL"
    )
    sql = f"""
        SELECT count(*), count(*) - count({cell}), approx_count_distinct({cell}), {middle},
               coalesce(sum(hash({cell})::HUGEINT), 0) FROM t"""
    found = Summary(*_rows(sql, t=path)[0])
    if found.distinct > EXACT:
        return replace(found, estimated=True)
    ((distinct,),) = _rows(f"SELECT count(DISTINCT {cell}) FROM t", t=path)
    return replace(found, distinct=int(distinct))


def _rows(sql: str, **files: Path) -> list[tuple[Any, ...]]:
    with warehouse.room():
        return list(warehouse.over(dict(files)).execute(sql).fetchall())
