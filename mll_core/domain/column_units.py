"""The units that columns carry through a recipe: who says them, who keeps them, who knows them."""

from collections.abc import Iterable, Mapping

from mll_core.domain.columns import InputKind
from mll_core.domain.errors import InvalidParameter
from mll_core.domain.formula_units import written_out
from mll_core.domain.plugin import input_kind
from mll_core.domain.step import Step


def carried(steps: Iterable[Step]) -> dict[str, str]:
    """The unit of each column that has one behind these steps."""
    known: Mapping[str, str] = {}
    for step in steps:
        if step.enabled:
            known = step.units(known)
    return dict(known)


def told(steps: Iterable[Step]) -> tuple[Step, ...]:
    """The same steps; formulas that convert a column say the unit it comes in.

    Raises InvalidParameter for a formula in which units of columns do not go together.
    """
    known: Mapping[str, str] = {}
    done = []
    for number, step in enumerate(steps):
        if step.enabled and known:
            done.append(_knowing(step, known, number))
        else:
            done.append(step)
        known = step.units(known) if step.enabled else known
    return tuple(done)


def _knowing(step: Step, known: Mapping[str, str], number: int) -> Step:
    changed = {}
    for field, info in step.parameters().items():
        text = getattr(step, field) if input_kind(info) is InputKind.FORMULA else ""
        if not text:
            continue
        try:
            full = written_out(text, known)
        except InvalidParameter as error:
            where = f"steps.{number}.{step.kind}.{field}"
            raise InvalidParameter(f"{where}: {error}", hint=error.hint) from error
        if full != text:
            changed[field] = full
    return step.model_copy(update=changed) if changed else step
