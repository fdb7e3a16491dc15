"""Whether a step that looks at other rows could look over the split: refused before anything runs.

Tested rows must not reach a row that is learned from. That holds when a step looks only at rows
that lie before, and the split is by that time; or only at rows that are on the same side anyway,
because they agree in a column the split never parts. Rows that are made of one row know each
other's answer, so they must be on one side as well.

A step that chooses rows by other rows may be anywhere: where it could look over the split, rows are
parted before it, and it chooses among the rows of a part.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from mll_core.domain.errors import InvalidParameter
from mll_core.domain.gathering import Gathering
from mll_core.domain.recipe import Recipe
from mll_core.domain.step import Across, Step
from mll_core.domain.table_step import TableStep


@dataclass(frozen=True)
class Parting:
    """How rows are parted, as far as it matters who may look at whom."""

    words: str
    """Which rows are tested, such as ``rows drawn by chance``."""
    time: str | None = None
    """Held-out rows are the newest by this column."""
    whole: frozenset[str] = frozenset()
    """Rows that agree in one of these are never parted."""
    given: bool = False
    """A column says which part a row is in: rows made of one row agree in it."""
    drawn: bool = False
    """Any row may be drawn without regard to others: copies may be on both sides."""

    @classmethod
    def by(cls, kind: str, time: str | None, group: str | None) -> "Parting":
        """What a split of ``kind`` by these columns never does."""
        if kind == "time" and time:
            return cls(f"the newest rows by {time!r}", time, frozenset({time}))
        if kind == "time_group" and time and group:
            words = f"the newest rows by {time!r}, all of the same {group!r} together"
            return cls(words, time, frozenset({time, group}))
        if kind == "group" and group:
            words = f"all rows of some {group!r}, drawn by chance"
            return cls(words, whole=frozenset({group}))
        given = kind == "column"
        words = "the rows that a column names" if given else "rows drawn by chance"
        return cls(words, given=given, drawn=not given)


def refuse(recipe: Recipe, parting: Parting) -> None:
    """Raises InvalidParameter when a step of ``recipe`` that runs could look over ``parting``, or
    makes rows of one row that could be on both sides of it.

    One that chooses rows by others chooses within a part where ``chosen_apart`` says so. Then a
    later step must not make one row of several that it did not compare, nor bring in others.
    """
    apart = _place_apart(recipe, parting)
    for i, step in enumerate(recipe.steps):
        spread = step.spreads() if step.enabled else None
        if spread is not None and parting.whole <= spread and not parting.given:
            raise InvalidParameter(
                f"steps.{i}.{step.kind}: this step makes several rows of one, which share their "
                f"answer. Tested are {parting.words}: the model would learn from some of those "
                "rows and be tested by others, whose answer it has seen then.",
                hint="Split by group on a key column that all rows made of one row agree in.",
            )
        across = step.across() if step.enabled else None
        if step.enabled:
            _refuse_late(recipe, apart, i, parting)
        if across is None:
            continue
        later = [one for one in recipe.steps[i + 1 :] if one.enabled]
        if _stays(step, parting) or by_its_time(step, parting):
            _refuse_changed(recipe, i, across, parting)
            _refuse_gathered(i, step, later, parting)
        elif step.rows == "window":
            what = f"steps.{i}.{step.kind}: {_reason(step, across, parting)}"
            raise InvalidParameter(what, hint=_hint(step, across, parting))
        elif gathers := _gathered_apart(across, later):
            what = f"steps.{i}.{step.kind}: {_reason(step, across, parting)}"
            by = " and ".join(map(repr, gathers.by))
            hint = f"Let it compare {by} as well, or move it below {gathers.kind}."
            raise InvalidParameter(what, hint=hint)


def chosen_apart(recipe: Recipe, parting: Parting) -> int | None:
    """The place, among the steps that run, of the first that chooses rows by rows that may be in
    another part; None when there is none.

    Rows are parted before it, and from there on steps choose among the rows of a part. It is not so
    for a step that looks only at rows of the same part; at nothing but the time that parts; or at
    rows that become one row later.
    """
    return _place_apart(recipe.running, parting)


def by_its_time(step: Step, parting: Parting) -> bool:
    """Whether rows are chosen by nothing of others but the time that parts them anyway."""
    across = step.across()
    by_time = across is not None and across.time is not None and across.time == parting.time
    return by_time and step.rows != "window"


def _place_apart(recipe: Recipe, parting: Parting) -> int | None:
    for i, step in enumerate(recipe.steps):
        across = step.across() if step.enabled and step.rows != "window" else None
        if across is None or _stays(step, parting) or by_its_time(step, parting):
            continue
        later = [one for one in recipe.steps[i + 1 :] if one.enabled]
        gathered = any(isinstance(one, Gathering) for one in later)
        if not gathered:
            return i
    return None


def _refuse_late(recipe: Recipe, apart: int | None, at: int, parting: Parting) -> None:
    """Behind the step ``apart``, which chooses within a part, none may need what was there before:
    the newest rows of all, or the rows of another table, which are in no part. The newest of all
    must be there whatever else they say: behind no step that drops rows by another column."""
    step, newest = recipe.steps[at], by_its_time(recipe.steps[at], parting)
    brings = isinstance(step, TableStep) and step.appends
    looks = "brings in rows that are in no part" if brings else "looks for the newest of all rows"
    if apart is not None and at > apart and (brings or newest):
        raise InvalidParameter(
            f"steps.{at}.{step.kind}: it {looks}, but rows are parted before step {apart + 1}, "
            f"{recipe.steps[apart].kind}, so that tested rows do not decide which others stay.",
            hint=f"Move it above step {apart + 1}.",
        )
    drops = (i for i, one in enumerate(recipe.steps[:at]) if _drops(one, parting.time))
    if newest and (before := next(drops, None)) is not None:
        raise InvalidParameter(
            f"steps.{at}.{step.kind}: it {looks}, and step {before + 1}, "
            f"{recipe.steps[before].kind}, may drop those by what else they say: tested rows would "
            "decide which others stay.",
            hint=f"Move it above step {before + 1}.",
        )


def _drops(step: Step, time: str | None) -> bool:
    """Whether a step may drop all rows of a ``time`` by anything else."""
    looks, across = {name for _, name, _ in step.picks()}, step.across()
    leaves_one = across is not None and (across.every or time in across.by)
    alone = looks == {time} and not step.sources()
    return step.enabled and step.rows == "drop" and not (alone or leaves_one)


def _gathered_apart(across: Across, later: Sequence[Step]) -> Gathering | None:
    """A later step that may put rows that were compared into different rows that it makes."""
    changed: set[str] = set()
    for step in later:
        if isinstance(step, Gathering):
            same = across.every or {*step.by} <= {*across.by}
            together = same and changed.isdisjoint(step.by)
            return None if together else step
        changed |= step.changes or frozenset()
    return None


def _refuse_gathered(at: int, step: Step, later: Sequence[Step], parting: Parting) -> None:
    """Rows that agree in what parts them must do so in the rows that are made of them."""
    across = step.across() or Across()
    leant = _leant(across, parting)
    for one in later:
        if isinstance(one, Gathering) and leant.isdisjoint(one.by):
            column = sorted(leant)[0]
            what = (
                f"steps.{at}.{step.kind}: it looks at other rows, and {one.kind} after it makes "
                f"one row of several that differ in {column!r}; some of those test the model."
            )
            raise InvalidParameter(what, hint=f"Make one row per {column!r} as well.")


def _refuse_changed(recipe: Recipe, at: int, across: Across, parting: Parting) -> None:
    """Rows are parted by a column as the last of the steps that look at rows sees it, so it must be
    what the step ``at`` saw."""
    leant = _leant(across, parting)
    last = max(i for i, step in enumerate(recipe.steps) if step.enabled and step.rows != "keep")
    for i, step in enumerate(recipe.steps[at + 1 : last + 1], at + 1):
        if step.enabled and (changed := sorted(leant & (step.changes or frozenset()))):
            what = (
                f"steps.{i}.{step.kind}: it changes {changed[0]!r}, by which step {at + 1} looked "
                "at other rows and by which the rows are parted."
            )
            raise InvalidParameter(what, hint=f"Move it above step {at + 1}.")


def _stays(step: Step, parting: Parting) -> bool:
    """Whether no row that is learned from can be reached by one that is held out.

    Where rows agree in a time or in a group alone, one may be in neither part: nothing is learned
    from it, but it must not decide which others stay either.
    """
    across = step.across() or Across()
    back = across.time is not None and across.time == parting.time and not across.ahead
    same = across.every and (parting.given or bool(parting.whole))
    if step.rows != "window":
        return back or same or (bool(parting.whole) and parting.whole <= {*across.by})
    return back or same or not parting.whole.isdisjoint(across.by)


def _leant(across: Across, parting: Parting) -> frozenset[str]:
    """The columns by which rows are parted that a step takes for the same in rows of one part."""
    return parting.whole & {*across.by, across.time}


def _reason(step: Step, across: Across, parting: Parting) -> str:
    tested = f"Tested are {parting.words}"
    if step.rows != "window":
        return (
            "which rows it drops depends on other rows, and a later step makes values of the rows "
            f"that are left. {tested}: they would change what the model learns from."
        )
    if across.ahead and parting.time:
        return f"this step looks at later rows. {tested}: to the others they are the future."
    if across.time and parting.time:
        return f"this step looks back by {across.time!r}. {tested}, which is another order."
    return (
        f"this step looks at other rows. {tested}: the model would learn from values of the very "
        "rows that are to test it."
    )


def _hint(step: Step, across: Across, parting: Parting) -> str:
    ways = []
    if across.ahead and parting.time:
        ways.append("fill forward instead" if "fill" in step.kind else "look back instead")
    elif across.time and parting.time:
        ways.append(f"let it look back by {parting.time!r}")
    if across.time and not across.ahead and across.time != parting.time:
        ways.append(f"split by time on {across.time!r}")
    if across.by:
        ways.append(f"split by group on {across.by[0]!r}")
    said = ", or ".join(ways) or "remove the step"
    return f"{said[0].upper()}{said[1:]}."
