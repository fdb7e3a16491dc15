"""The case files: columns that may give the answer away, one after the other."""

from collections.abc import Callable, Sequence
from functools import partial

from mll_core.bench import Bench
from mll_core.domain.case_file import CaseFile, Cases
from mll_core.domain.connector import Progress
from mll_core.domain.errors import MllError, Stopped, UnknownColumn
from mll_core.infra import profiler
from mll_core.sealing import look
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
    origins, kin = _origins(bench, measuring), prepare.Kin.of(asked)
    group = tuple(_with_kin(suspects, asked, kin))
    for name in also:
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
        case = prepare.case(asked, name, why)
        alike = tuple(kin.copies(name).values())
        case = case.model_copy(update={"alike": alike, "origin": origins.get(name, "")})
        made = _rerun(case, measuring, tell)
        found = found.model_copy(
            update={"cases": (*found.cases, made), "measured": dict(measuring.measured)}
        )
        keep(found)
    found = _together(found, group, measuring, partial(_told, bench.progress, 1, 1, "together"))
    return found.model_copy(update={"finished": True})


def _origins(bench: Bench, measuring: Measuring) -> dict[str, str]:
    """Columns of other tables, each with the sentence that says of which."""
    recipe = measuring.yardstick.order.recipe
    sources = [source for step in recipe.steps for source in step.sources()]
    if not sources:
        return {}
    return prepare.looked_up(recipe, look(bench).rows(), bench.tables.paths(sources))


def _with_kin(
    suspects: dict[str, tuple[str, ...]], asked: prepare.Asked, kin: prepare.Kin
) -> dict[str, tuple[str, ...]]:
    """The suspects, and among them what is made of answers or says nearly the same as one."""
    for name, why in kin.made_of_answers().items():
        suspects[name] = (*suspects.get(name, ()), why)
    for name in tuple(suspects):
        for other, why in kin.copies(name).items():
            suspects.setdefault(other, (why,))
    return suspects


def _together(found: Cases, group: tuple[str, ...], measuring: Measuring, tell: Progress) -> Cases:
    """The cases with the score without all suspects: of two copies each hides the other."""
    if len(group) < 2 or measuring.over:  # noqa: PLR2004
        return found
    order = measuring.yardstick.order
    less = order.recipe
    for name in group:
        less, _ = prepare.without_column(less, name)
    try:
        with_all = measuring.scores(order.recipe, order.excluded - {*group}, tell)
        without = measuring.scores(less, order.excluded | {*group}, tell)
    except (MllError, ValueError) as error:
        if isinstance(error, Stopped):
            raise
        return found
    change = measuring.yardstick.change(with_all, without)
    cases = tuple(
        case.model_copy(
            update={"together": change, "others": tuple(n for n in group if n != case.column)}
        )
        if case.column in group
        else case
        for case in found.cases
    )
    return found.model_copy(update={"cases": cases, "measured": dict(measuring.measured)})


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
