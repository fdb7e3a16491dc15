"""One line for every technical word a page uses."""

from mll_core.catalog import METRICS

TERMS: dict[str, str] = {
    "baseline": "The simplest answer there is, such as always guessing the most frequent class.",
    "anomaly": "Rows that stand out from all others.",
    "behind": "By how much the best is ahead on the same parts of the rows, with the 95 % interval "
    "of that difference. Among many models one of them leaves out 0 by chance; Verdict allows for "
    "that.",
    "binary": "An answer of yes or no.",
    "budget": "How long the whole search may take, in seconds.",
    "clustering": "Groups of rows that are alike; no column holds the answer.",
    "calibration": "Whether “70 % likely” really happens in 70 of 100 cases.",
    "champion": "The model version that answers at the address right now.",
    "challenger": "A newly trained model that is compared with the champion.",
    "confusion": "How often each true answer was predicted as which answer.",
    "cross-validation": "Each row is predicted once by a model that did not learn from it.",
    "drift": "How far new data has moved away from the data the model learned from.",
    "estimated": "Told from the model's own probabilities, without knowing what happened.",
    "fold": "One of the parts the rows are divided into; each part is predicted by the others.",
    "gate": "The success criteria together: all must be met before the model may be used.",
    "coverage": "Learned from cases the model had not seen: in what share of them the truth lay in "
    "the range it gave, or among the answers it held possible.",
    "calibration_error": "By how much its probabilities are off on average: said 70 %, happened "
    "65 %, is off by 5 %.",
    "fairness_gap": "The largest difference between two groups of a protected column: in the share "
    "it says yes to, for numbers in the mean error.",
    "gap": "Better on the rows it learned from than on new ones; the more, the more it memorised.",
    "interval": "The true value lies in this range in 95 of 100 such measurements.",
    "learning_curve": "What the model reaches on held-out rows when it learns from fewer rows; "
    "where the line is flat, more rows of the same kind add little.",
    "leak": "A column that already knows the answer and would not be there when it is needed.",
    "log-odds": "A scale of chances on which effects add up: 0.7 more make the odds twice as high, "
    "2.3 more ten times.",
    "multiclass": "An answer out of three or more classes.",
    "PSI": "Population stability index: 0 is no change, above 0.2 is a clear shift.",
    "noise band": "How far this number moves by chance alone, when nothing has changed.",
    "positive": "The answer you are looking for, such as “will leave”.",
    "protected": "A column such as gender or age group that must not lead to unfair decisions.",
    "realised": "Compared with what really happened.",
    "regression": "An answer that is a number.",
    "sealed": "Rows put aside before training; opened once, for the final test.",
    "SHAP": "How much each column moved each prediction up or down; an association, not a cause.",
    "target": "The column the model shall predict.",
    "threshold": "From which probability on the answer becomes yes.",
    "tied": "The difference to the best may be luck.",
    "validation": "Rows a model did not learn from, used to choose between models.",
}


def meaning(term: str) -> str | None:
    """The one line of a term or a metric; None for a word nobody needs explained."""
    metric = METRICS.get(term)
    return metric.meaning if metric else TERMS.get(term)


def label(metric: str) -> str:
    """A metric's name for people."""
    found = METRICS.get(metric)
    return found.label if found else metric.replace("_", " ")


def measured(metric: str, currency: str) -> str:
    """A metric's name with its unit, where it is money."""
    money = getattr(METRICS.get(metric), "unit", "") == "money"
    return f"{label(metric)}, {currency} per case" if money else label(metric)


def explain(*terms: str) -> str:
    """Several terms with their lines, for one help text."""
    return "\n\n".join(f"**{label(term)}**: {meaning(term) or ''}" for term in terms)
