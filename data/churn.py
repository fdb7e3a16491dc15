"""The demo: customers of a subscription service, some of whom leave.

Generated from one seed, with the dirt that real exports have: repeated rows, three date formats in
one column, missing values in disguise, stray blanks and case, rare categories, one column that is
only known afterwards, and a protected attribute.
"""

# ruff: noqa: PLR2004 - the numbers are the story this data tells

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.random import Generator

CUSTOMERS, REPEATED, WEEKS, PER_WEEK = 12_000, 84, 8, 600
SEED = 20_240_229
LEAK, TARGET, KEY = "retention_offer", "churned", "customer_id"
_DAY_ZERO = pd.Timestamp("2024-09-30")


@dataclass(frozen=True)
class Churn:
    """The files of the demo: history to learn from, eight later weeks, and what became of them."""

    train: Path
    weeks: tuple[Path, ...]
    outcomes: tuple[Path, ...]


def write_churn(folder: Path) -> Churn:
    """Write the demo's files to ``folder``; always the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    train = folder / "churn.csv"
    training_rows().to_csv(train, index=False)
    weeks, outcomes = [], []
    for week in range(1, WEEKS + 1):
        rows, truth = weekly_rows(week)
        weeks.append(folder / f"churn_week_{week}.csv")
        outcomes.append(folder / f"churn_outcomes_week_{week}.csv")
        rows.to_csv(weeks[-1], index=False)
        truth.to_csv(outcomes[-1], index=False)
    return Churn(train, tuple(weeks), tuple(outcomes))


def training_rows() -> pd.DataFrame:
    """12,000 customers and 84 repeated rows, 24 columns; one in five ``churned``."""
    rng = np.random.default_rng(SEED)
    rows = _soil(_customers(rng, CUSTOMERS, first=100_001, drift=0.0, today=_DAY_ZERO), rng)
    again = rng.choice(CUSTOMERS, REPEATED, replace=False)
    return pd.concat([rows, rows.iloc[again]], ignore_index=True)


def weekly_rows(week: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One later week to score, and its outcomes, known four weeks after.

    Week by week fees rise, use falls, calls pile up, and a new plan sells. The column that is
    only known afterwards is still ``none`` for everybody.
    """
    rng = np.random.default_rng([SEED, week])
    today = _DAY_ZERO + pd.Timedelta(weeks=week)
    clean = _customers(rng, PER_WEEK, first=200_001 + week * 1_000, drift=week / WEEKS, today=today)
    known = (today + pd.Timedelta(weeks=4)).strftime("%Y-%m-%d")
    truth = clean[[KEY, TARGET]].assign(recorded_on=known)
    rows = _soil(clean, rng).drop(columns=TARGET).assign(**{LEAK: "none"})
    return rows, truth.sample(frac=1, random_state=week)


def _customers(
    rng: Generator, n: int, *, first: int, drift: float, today: pd.Timestamp
) -> pd.DataFrame:
    tenure = np.minimum(rng.gamma(1.6, 16, n).astype(int) + 1, 140)
    plan = rng.choice(
        list(_FEES), n, p=_shares([0.31, 0.36, 0.2, 0.115, 0.009, 0.006, 0.25 * drift])
    )
    contract = rng.choice(["Monthly", "Annual", "Two years"], n, p=[0.56, 0.31, 0.13])
    fee = pd.Series(plan).map(_FEES).to_numpy() * (1 + 0.22 * drift) + rng.normal(0, 1.1, n)
    discount = rng.choice([0, 5, 10, 20], n, p=[0.62, 0.17, 0.14, 0.07])
    engagement = rng.normal(-0.6 * drift, 1, n)
    calls = rng.poisson(np.exp(0.05 - 0.25 * engagement + 0.7 * drift))
    late = rng.poisson(0.45, n)
    frame = pd.DataFrame(
        {
            KEY: [f"C{number}" for number in range(first, first + n)],
            "signup_date": today - pd.to_timedelta(tenure * 30 + rng.integers(0, 30, n), unit="D"),
            "region": rng.choice(["North", "South", "East", "West", "Centre"], n, p=_REGIONS),
            "gender": rng.choice(["Female", "Male", "Not stated"], n, p=[0.485, 0.485, 0.03]),
            "age": np.clip(rng.normal(43, 14, n), 18, 89).round().astype(int),
            "household_size": rng.choice([1, 2, 3, 4, 5], n, p=[0.31, 0.34, 0.16, 0.14, 0.05]),
            "plan": plan,
            "contract": contract,
            "payment_method": rng.choice(_PAYMENTS, n, p=[0.47, 0.34, 0.178, 0.007, 0.005]),
            "monthly_fee": np.maximum(fee, 4).round(2),
            "discount_percent": discount,
            "tenure_months": tenure,
            "logins_30d": rng.poisson(np.exp(2.3 + 0.45 * engagement)),
            "hours_30d": np.maximum(11 + 6 * engagement + rng.normal(0, 3, n), 0).round(1),
            "days_since_login": rng.poisson(np.exp(1.5 - 0.6 * engagement)),
            "devices": 1 + rng.poisson(1.2, n),
            "support_calls_90d": calls,
            "complaints_12m": rng.binomial(calls, 0.16),
            "late_payments_12m": late,
            "satisfaction": np.clip(
                7.2 + 0.9 * engagement - 0.55 * calls + rng.normal(0, 1.2, n), 1, 10
            ).round(),
            "newsletter": rng.choice(["yes", "no"], n, p=[0.38, 0.62]),
            "referral": rng.choice(_REFERRALS, n, p=_shares([34, 26, 18, 12, 0.5, 0.4])),
        }
    )
    return _answered(frame, _risk(frame, engagement), rng)


def _answered(frame: pd.DataFrame, risk: np.ndarray, rng: Generator) -> pd.DataFrame:
    """The customers with what became of them, and what was only written down afterwards."""
    n = len(frame)
    churned = rng.random(n) < 1 / (1 + np.exp(-risk))
    offered = np.where(churned, rng.random(n) < 0.97, rng.random(n) < 0.012)
    frame[LEAK] = np.where(offered, rng.choice(["10 % off", "free month"], n), "none")
    frame[TARGET] = np.where(churned, "yes", "no")
    return frame


_FEES = {
    "Basic": 12.0,
    "Standard": 19.0,
    "Premium": 31.0,
    "Family": 38.0,
    "Student": 9.0,
    "Legacy 2009": 15.0,
    "Flex": 24.0,
}
_REGIONS = [0.24, 0.21, 0.19, 0.22, 0.14]
_PAYMENTS = ["Card", "Direct debit", "Invoice", "Cheque", "Voucher"]
_REFERRALS = ["Search", "Friend", "Advert", "Shop", "Trade fair", "Radio"]


def _shares(weights: list[float]) -> np.ndarray:
    return np.array(weights) / np.sum(weights)


def _risk(frame: pd.DataFrame, engagement: np.ndarray) -> np.ndarray:
    """Log odds of leaving."""
    contract = frame["contract"].map({"Monthly": 1.0, "Annual": -0.55, "Two years": -1.6})
    strain = np.maximum(frame["monthly_fee"] * (1 - frame["discount_percent"] / 100) - 18, 0)
    risk = (
        -2.42
        + contract
        - 1.05 * engagement
        + 0.42 * frame["support_calls_90d"]
        + 0.6 * frame["complaints_12m"]
        + 0.36 * frame["late_payments_12m"]
        + 0.035 * strain
        - 0.55 * np.log1p(frame["tenure_months"] / 6)
        + 0.5 * ((frame["tenure_months"] >= 11) & (frame["tenure_months"] <= 13))
        + 0.25 * (frame["payment_method"] == "Invoice")
    )
    return risk.to_numpy(float)


def _soil(clean: pd.DataFrame, rng: Generator) -> pd.DataFrame:
    """The same customers as three source systems would export them."""
    rows, n = clean.copy(), len(clean)
    signup = clean["signup_date"].dt
    system = rng.choice(3, n, p=[0.7, 0.2, 0.1])
    rows["signup_date"] = np.select(
        [system == 0, system == 1],
        [signup.strftime("%Y-%m-%d"), signup.strftime("%d.%m.%Y")],
        signup.strftime("%d %b %Y"),
    )
    region = clean["region"]
    rows["region"] = np.select(
        [rng.random(n) < 0.03, rng.random(n) < 0.02], [region + " ", region.str.upper()], region
    )
    rows["satisfaction"] = clean["satisfaction"].where(rng.random(n) > 0.17, -1).astype(int)
    rows["days_since_login"] = clean["days_since_login"].where(rng.random(n) > 0.04, 999)
    unknown = rng.choice(["unknown", "n/a", "?"], n, p=[0.6, 0.25, 0.15])
    rows["referral"] = np.where(rng.random(n) < 0.09, unknown, clean["referral"])
    rows["age"] = clean["age"].astype("Int64").mask(rng.random(n) < 0.05)
    rows["hours_30d"] = clean["hours_30d"].mask(rng.random(n) < 0.03)
    return rows
