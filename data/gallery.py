"""The gallery: samples to learn and to try things on, by name (``sample:churn``)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from data import bundled, churn, generated, tickets

_OURS = "Apache-2.0 (generated)"
_SKLEARN = "BSD-3-Clause (bundled with scikit-learn)"
_PLOTLY = "MIT (bundled with plotly)"


@dataclass(frozen=True)
class Sample:
    """A sample: the question it answers, and how to make it; ``rows`` and ``columns`` are facts."""

    name: str
    title: str
    question: str
    target: str
    task: str
    rows: int
    columns: int
    license: str
    description: str
    make: Callable[[], pd.DataFrame] = field(repr=False)
    positive: str | None = None
    protected: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


_ALL = (
    Sample(
        "churn",
        "Subscription churn",
        "Which customers will leave in the next month?",
        "churned",
        "binary",
        12_084,
        24,
        _OURS,
        "Customers of a subscription service with the dirt of a real export and one column that "
        "is only known afterwards.",
        churn.training_rows,
        positive="yes",
        protected=("gender",),
        keys=("customer_id",),
    ),
    Sample(
        "fraud",
        "Card fraud",
        "Which payments should be stopped and checked?",
        "fraud",
        "binary",
        20_000,
        11,
        _OURS,
        "Card payments of three months; about one in eighty is fraud.",
        generated.fraud,
        positive="yes",
        keys=("payment_id",),
    ),
    Sample(
        "bike_demand",
        "Bicycle hire",
        "How many bicycles will be hired in each hour?",
        "rentals",
        "regression",
        17_520,
        7,
        _OURS,
        "Two years of hours with weather; demand follows the clock, the season and the weather.",
        generated.bike_demand,
        keys=("started_at",),
    ),
    Sample(
        "house_prices",
        "House prices",
        "What will a house sell for?",
        "price",
        "regression",
        4_000,
        12,
        _OURS,
        "Sales of houses in a made-up county with size, age, quality and place.",
        generated.house_prices,
        keys=("sale_id",),
    ),
    Sample(
        "credit",
        "Loan defaults",
        "Which loans will not be paid back?",
        "default",
        "binary",
        6_000,
        12,
        _OURS,
        "Loans with income, burden and history; sex is a protected column.",
        generated.credit,
        positive="yes",
        protected=("sex",),
        keys=("loan_id",),
    ),
    Sample(
        "sensors",
        "Predictive maintenance",
        "Which machines will fail within a day?",
        "fails_within_24h",
        "binary",
        8_000,
        9,
        _OURS,
        "Hourly readings of 40 machines; rows of one machine belong together.",
        generated.sensors,
        positive="yes",
    ),
    Sample(
        "support_tickets",
        "Support tickets",
        "Which team should answer a message?",
        "team",
        "multiclass",
        3_000,
        5,
        _OURS,
        "Short messages in plain English for four teams.",
        tickets.support_tickets,
        keys=("ticket_id",),
    ),
    Sample(
        "wine",
        "Wine growers",
        "Which grower does a wine come from?",
        "grower",
        "multiclass",
        178,
        14,
        _SKLEARN,
        "Thirteen chemical measurements of wines of three growers.",
        bundled.wine,
    ),
    Sample(
        "breast_cancer",
        "Tumours",
        "Is a tumour malignant?",
        "diagnosis",
        "binary",
        569,
        31,
        _SKLEARN,
        "Thirty measurements of cell nuclei.",
        bundled.breast_cancer,
        positive="malignant",
    ),
    Sample(
        "diabetes",
        "Diabetes",
        "How far will the disease go in a year?",
        "progression",
        "regression",
        442,
        11,
        _SKLEARN,
        "Ten measurements of patients, in their original units.",
        bundled.diabetes,
        protected=("sex",),
    ),
    Sample(
        "iris",
        "Irises",
        "Which species is a flower?",
        "species",
        "multiclass",
        150,
        5,
        _SKLEARN,
        "The smallest classic: four lengths, three species.",
        bundled.iris,
    ),
    Sample(
        "digits",
        "Handwritten digits",
        "Which digit is drawn?",
        "digit",
        "multiclass",
        1_797,
        65,
        _SKLEARN,
        "Eight by eight shades of grey.",
        bundled.digits,
    ),
    Sample(
        "gapminder",
        "Life expectancy",
        "How long do people live, by country and year?",
        "lifeExp",
        "regression",
        1_704,
        6,
        _PLOTLY,
        "142 countries from 1952 to 2007; rows of one country belong together.",
        bundled.gapminder,
    ),
    Sample(
        "tips",
        "Restaurant tips",
        "How much will a table tip?",
        "tip",
        "regression",
        244,
        7,
        _PLOTLY,
        "Bills of one waiter: small enough to show what an interval is for.",
        bundled.tips,
        protected=("sex",),
    ),
)

SAMPLES: Mapping[str, Sample] = MappingProxyType({sample.name: sample for sample in _ALL})


def write(name: str, folder: Path) -> Path:
    """Write the sample to ``folder`` as CSV; always the same bytes. KeyError if there is none."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.csv"
    SAMPLES[name].make().to_csv(path, index=False)
    return path
