"""Which models a search begins with, and why others have no turn."""

from mll_core.catalog import MODELS
from mll_core.domain.errors import InvalidParameter
from mll_core.domain.model import Model
from mll_core.domain.task import Form
from mll_core.domain.training import Skipped
from mll_core.stages.train.order import Order

SOON = 2_000_000
"""Numbers of a table (rows x columns) from which the quickest model learns in seconds."""
KEEPING = {
    "directions": "It cannot be held to columns that only raise or only lower the answer.",
    "groups": "It cannot be held to groups of columns that act together.",
}


def first(order: Order) -> tuple[list[Model], list[Skipped]]:
    """Baselines, then every model asked for with its settings, each the most promising first.

    Where nobody picks or counts them, and a table is learned in seconds, the quickest comes before:
    one can be used soon. Raises InvalidParameter when directions are demanded of an answer without
    order.
    """
    if order.task.form is Form.SEVERAL and "directions" in order.section.expectations.demands:
        what = "train.rising and train.falling: of more than two classes none rises or falls."
        raise InvalidParameter(what, hint="Leave both empty.")
    chosen = order.section.models
    plain = [cls.of() for cls in MODELS.values() if cls.baseline and order.task in cls.tasks]
    baselines = [model for model in (_suited(one, order) for one in plain) if model is not None]
    asked, skipped = [], []
    for model in [m for m in chosen if not m.baseline] or _unasked(order):
        reason = unfit(model, order)
        suited = None if reason else _suited(model, order)
        if suited is not None:
            asked.append(suited)
        elif chosen or order.task in model.tasks:
            reason = reason or "The brief gives it nothing to do."
            skipped.append(Skipped(model=model.label, reason=reason))
    asked.sort(key=_cost)
    if asked and not chosen and order.section.trials is None and _small(order):
        quickest = min(asked, key=lambda model: model.cost)
        asked.remove(quickest)
        asked.insert(0, quickest)
    return sorted(baselines, key=_cost) + asked, skipped


def _small(order: Order) -> bool:
    table = order.split.development
    return table.rows * len(table.columns) <= SOON


def unfit(model: Model, order: Order) -> str:
    """Why a model cannot have a turn, in a sentence; empty when it can."""
    section = order.section
    if order.task not in model.tasks:
        return f"It cannot answer a {order.task} question."
    if section.interpretable_only and not model.interpretable:
        return "Only models that a person can follow are tried."
    for demand in sorted(section.expectations.demands - model.keeps):
        return KEEPING[demand]
    return model.missing()


def _unasked(order: Order) -> list[Model]:
    # Whoever wants only models that can be followed gets all of them: the usual ones are few.
    wide = order.section.interpretable_only
    return [
        cls.of()
        for cls in MODELS.values()
        if not cls.missing()
        and not cls.baseline
        and (cls.interpretable if wide else cls.usual or cls.name() in order.kind.models)
    ]


def _suited(model: Model, order: Order) -> Model | None:
    """With what the brief and the task ask of it, where the person left it open."""
    suited = model.suited(order.brief)
    if suited is None:
        return None
    plain, cls = suited.parameters(), type(suited)
    asked = {
        name: value
        for name, value in order.kind.asks(order.brief).items()
        if name in plain and getattr(suited, name) == plain[name].default
    }
    try:
        return cls.of(**{**suited.model_dump(), **asked})
    except InvalidParameter:  # it has no such loss, and keeps its own
        return suited


def _cost(model: Model) -> float:
    return model.cost / model.promise
