"""The case files: columns that may give the answer away, one after the other."""

from collections.abc import Callable, Sequence
from functools import partial

from mll_core.bench import Bench
from mll_core.domain.case_file import CaseFile, Cases
from mll_core.domain.connector import Progress
from mll_core.domain.errors import MllError, Stopped, UnknownColumn
from mll_core.infra import profiler
from mll_core.stages import prepare
from mll_core.worth.measuring import Measuring

Keep = Callable[[Cases], None]


def examine(bench: Bench, measuring: Measuring, also: Sequence[str], keep: Keep) -> Cases:
    """Every suspicious column, and those of ``also``; development rows only.

    ``keep`` is given what there is after each. Raises UnknownColumn, Stopped.
    """
    order = measuring.yardstick.order
    bench.progress(0.05, "Describing the development rows")
    asked = prepare.Asked(
        path=order.development,
        profile=profiler.profile(order.development, order.split.development.sha256),
        target=order.target,
        task=order.task,
        moment=bench.document.split.time_column,
    )
    bench.progress(0.1, "Looking for suspicious columns")
    suspects = prepare.suspects(asked)
    for name in also:
        if asked.profile.column(name) is None:
            names = [column.name for column in asked.profile.columns]
            raise UnknownColumn.named(name, where="columns", among=names)
        suspects.setdefault(name, ("Somebody asked for it.",))
    found = Cases(
        target=order.target,
        metric_label=measuring.label,
        model=measuring.yardstick.model.label,
        duplicates=duplicates(bench),
    )
    for number, (name, why) in enumerate(suspects.items()):
        tell = partial(_told, bench.progress, number, len(suspects), name)
        tell(0.0, "counting")
        made = _rerun(prepare.case(asked, name, why), measuring, tell)
        found = found.model_copy(
            update={"cases": (*found.cases, made), "measured": dict(measuring.measured)}
        )
        keep(found)
    return found.model_copy(update={"finished": True})


def duplicates(bench: Bench) -> str:
    """How many rows stand on both sides of the split, as the split says it."""
    twins = bench.split().twins
    return twins.finding.sentence if twins else ""


def _rerun(case: CaseFile, measuring: Measuring, tell: Progress) -> CaseFile:
    """The case with the score with the column and without it."""
    if measuring.over:
        return case.model_copy(update={"rerun_reason": "There was no time left to measure it."})
    order = measuring.yardstick.order
    less, gone = prepare.without_column(order.recipe, case.column)
    steps = tuple(place + 1 for place in gone)
    try:
        with_it = measuring.scores(order.recipe, order.excluded - {case.column}, tell)
        without = measuring.scores(less, order.excluded | {case.column}, tell)
    except Stopped:
        raise
    except (MllError, ValueError) as error:
        why = f"It could not be measured: {str(error).splitlines()[0]}"
        return case.model_copy(update={"rerun_reason": why, "steps": steps})
    change = measuring.yardstick.change(with_it, without)
    return case.model_copy(update={"rerun": change, "steps": steps})


def _told(progress: Progress, number: int, of: int, name: str, share: float, message: str) -> None:
    progress(0.1 + 0.9 * (number + share) / max(1, of), f"{name}: {message}")
