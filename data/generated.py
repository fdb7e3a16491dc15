"""Generated samples: each a function of nothing but its fixed seed."""

# ruff: noqa: PLR2004 - the numbers are the story this data tells

import numpy as np
import pandas as pd


def fraud() -> pd.DataFrame:
    """20,000 card payments, about 1.2 % of them fraud."""
    rng, n = np.random.default_rng(101), 20_000
    hour = rng.choice(24, n, p=_hours([13, 19]))
    amount = np.round(rng.lognormal(3.4, 1.0, n), 2)
    abroad = rng.random(n) < 0.07
    online = rng.random(n) < 0.42
    age_days = rng.gamma(1.5, 500, n).astype(int)
    tries = rng.poisson(0.08, n)
    distance = np.round(rng.lognormal(1.5, 1.4, n), 1)
    risk = (
        -8.4
        + 0.75 * np.log1p(amount)
        + 1.6 * abroad
        + 0.9 * online
        + 1.3 * tries
        + 0.45 * np.log1p(distance)
        + 1.2 * ((hour < 5) & online)
        - 0.25 * np.log1p(age_days / 30)
    )
    times = pd.Timestamp("2025-01-01") + pd.to_timedelta(np.sort(rng.integers(0, 90, n)), unit="D")
    return pd.DataFrame(
        {
            "payment_id": [f"P{i:06d}" for i in range(n)],
            "paid_on": times.strftime("%Y-%m-%d"),
            "hour": hour,
            "amount": amount,
            "merchant": rng.choice(
                ["groceries", "fuel", "travel", "electronics", "clothing", "gambling"],
                n,
                p=[0.4, 0.2, 0.12, 0.12, 0.14, 0.02],
            ),
            "abroad": np.where(abroad, "yes", "no"),
            "online": np.where(online, "yes", "no"),
            "account_age_days": age_days,
            "failed_attempts_24h": tries,
            "km_from_last_payment": distance,
            "fraud": _draw(rng, risk),
        }
    )


def bike_demand() -> pd.DataFrame:
    """Two years of hourly bicycle hire in a made-up city, with weather and season."""
    rng, n = np.random.default_rng(102), 2 * 365 * 24
    at = pd.date_range("2023-01-01", periods=n, freq="h")
    hour, weekday = at.hour.to_numpy(), at.day_of_week.to_numpy()
    season = np.cos(2 * np.pi * (at.day_of_year.to_numpy() - 200) / 365)
    day_weather = np.repeat(rng.normal(0, 3.2, n // 24), 24)
    temperature = 12 + 10 * season + 4 * np.cos(2 * np.pi * (hour - 15) / 24) + day_weather
    wet = np.repeat(rng.random(n // 24) < 0.24, 24) & (rng.random(n) < 0.55)
    wind = np.round(rng.gamma(3, 4, n), 1)
    working = weekday < 5
    commute = np.exp(-((hour - 8) ** 2) / 3) + 1.1 * np.exp(-((hour - 17.5) ** 2) / 5)
    leisure = np.exp(-((hour - 14) ** 2) / 22)
    shape = np.where(working, 0.12 + 1.5 * commute + 0.5 * leisure, 0.12 + 1.3 * leisure)
    growth = 1 + 0.35 * np.arange(n) / n
    mean = 190 * shape * growth * np.exp(0.035 * (temperature - 14)) * np.where(wet, 0.45, 1.0)
    mean *= np.exp(-0.012 * wind)
    return pd.DataFrame(
        {
            "started_at": at.strftime("%Y-%m-%d %H:%M:%S"),
            "temperature": np.round(temperature, 1),
            "humidity": np.clip(rng.normal(62, 14, n) + 18 * wet, 15, 100).round(),
            "wind_kmh": wind,
            "weather": np.where(wet, "rain", rng.choice(["clear", "cloudy"], n, p=[0.6, 0.4])),
            "working_day": np.where(working, "yes", "no"),
            "rentals": rng.negative_binomial(12, 12 / (12 + mean)),
        }
    )


def house_prices() -> pd.DataFrame:
    """4,000 sales of houses in a made-up county."""
    rng, n = np.random.default_rng(103), 4_000
    area = np.clip(rng.lognormal(4.75, 0.36, n), 35, 420).round()
    quality = np.clip(rng.normal(6, 1.4, n).round(), 1, 10)
    built = rng.integers(1905, 2024, n)
    district = rng.choice(["Harbour", "Old Town", "Hills", "Riverside", "Fields"], n)
    worth = pd.Series(district).map(
        {"Harbour": 1.28, "Old Town": 1.15, "Hills": 1.2, "Riverside": 0.95, "Fields": 0.82}
    )
    garage = rng.choice([0, 1, 2, 3], n, p=[0.16, 0.5, 0.3, 0.04])
    sold = rng.integers(2018, 2025, n)
    price = (
        1_650
        * area**0.92
        * worth.to_numpy()
        * (0.62 + 0.065 * quality)
        * (1 - 0.0022 * (2024 - built))
        * (1 + 0.055 * garage)
        * 1.035 ** (sold - 2018)
        * rng.lognormal(0, 0.11, n)
    )
    return pd.DataFrame(
        {
            "sale_id": np.arange(1, n + 1),
            "living_area_m2": area,
            "lot_m2": np.where(rng.random(n) < 0.06, np.nan, (area * rng.gamma(4, 1.1, n)).round()),
            "rooms": np.clip((area / 26 + rng.normal(0, 0.8, n)).round(), 1, 14),
            "quality": quality,
            "condition": rng.choice(["poor", "fair", "good", "excellent"], n, p=_CONDITION),
            "built": built,
            "district": district,
            "garage_places": garage,
            "heating": rng.choice(["gas", "district", "heat pump", "oil"], n, p=_HEATING),
            "year_sold": sold,
            "price": (price / 500).round() * 500,
        }
    )


_CONDITION = [0.06, 0.3, 0.5, 0.14]
_HEATING = [0.48, 0.25, 0.19, 0.08]


def credit() -> pd.DataFrame:
    """6,000 loans, about one in eight not paid back; ``sex`` is protected."""
    rng, n = np.random.default_rng(104), 6_000
    income = np.round(rng.lognormal(7.85, 0.45, n))
    amount = np.round(np.clip(rng.lognormal(8.9, 0.75, n), 500, 75_000), -2)
    months = rng.choice([12, 24, 36, 48, 60, 72], n, p=[0.16, 0.26, 0.24, 0.16, 0.12, 0.06])
    employed = np.minimum(rng.gamma(1.4, 4, n), 40).round(1)
    arrears = rng.poisson(0.3, n)
    purpose = rng.choice(["car", "home", "education", "debts", "business"], n, p=_PURPOSE)
    burden = amount / months / income
    risk = (
        -3.3
        + 3.2 * np.sqrt(burden)
        + 0.8 * arrears
        - 0.06 * employed
        + 0.5 * (purpose == "debts")
        + 0.35 * (purpose == "business")
    )
    return pd.DataFrame(
        {
            "loan_id": [f"L{i:05d}" for i in range(n)],
            "age": np.clip(rng.normal(41, 12, n), 19, 80).round().astype(int),
            "sex": rng.choice(["female", "male"], n),
            "income": np.where(rng.random(n) < 0.04, np.nan, income),
            "amount": amount,
            "months": months,
            "purpose": purpose,
            "housing": rng.choice(["rent", "own", "family", "unknown"], n, p=_HOUSING),
            "years_employed": employed,
            "open_loans": rng.poisson(0.8, n),
            "past_arrears": arrears,
            "default": _draw(rng, risk),
        }
    )


_PURPOSE = [0.36, 0.24, 0.14, 0.17, 0.09]
_HOUSING = [0.48, 0.38, 0.1, 0.04]


def sensors() -> pd.DataFrame:
    """8,000 hourly readings of 40 machines, and whether each fails within a day."""
    rng, machines, hours = np.random.default_rng(105), 40, 200
    n = machines * hours
    machine = np.repeat(np.arange(1, machines + 1), hours)
    at = np.tile(pd.date_range("2025-03-01", periods=hours, freq="h"), machines)
    wear = np.clip(
        np.repeat(rng.uniform(0, 0.75, machines), hours) + _ramp(hours, machines), 0, 1.2
    )
    load = np.clip(rng.normal(0.62, 0.18, n), 0.05, 1)
    vibration = 1.1 + 2.1 * wear**2 + 0.8 * load + rng.gamma(1.2, 0.18, n)
    temperature = 41 + 16 * load + 9 * wear + rng.normal(0, 2.2, n)
    risk = -5.9 + 4.9 * wear**2 + 1.1 * (vibration - 2.5) + 0.07 * (temperature - 52)
    return pd.DataFrame(
        {
            "machine": [f"M{i:02d}" for i in machine],
            "read_at": pd.DatetimeIndex(at).strftime("%Y-%m-%d %H:%M:%S"),
            "load": load.round(3),
            "vibration_mm_s": vibration.round(3),
            "temperature_c": temperature.round(1),
            "pressure_bar": np.where(rng.random(n) < 0.05, -1, rng.normal(6.2, 0.3, n)).round(2),
            "oil_quality": np.clip(100 - 42 * wear + rng.normal(0, 4, n), 0, 100).round(1),
            "hours_since_service": (wear * 900 + rng.uniform(0, 60, n)).round(),
            "fails_within_24h": _draw(rng, risk),
        }
    )


def _ramp(hours: int, times: int) -> np.ndarray:
    return np.tile(np.linspace(0, 0.3, hours), times)


def _hours(peaks: list[int]) -> np.ndarray:
    weight = 0.15 + sum(np.exp(-((np.arange(24) - peak) ** 2) / 14) for peak in peaks)
    return weight / weight.sum()


def _draw(rng: np.random.Generator, risk: np.ndarray) -> np.ndarray:
    """``yes`` with the probability whose log odds are ``risk``."""
    return np.where(rng.random(len(risk)) < 1 / (1 + np.exp(-risk)), "yes", "no")
