"""Samples that come with scikit-learn and plotly; nothing is fetched."""

from typing import Any

import pandas as pd


def _named(bunch: Any, target: str) -> pd.DataFrame:
    """A scikit-learn data set with its classes by name."""
    frame: pd.DataFrame = bunch.frame.drop(columns="target")
    names = [str(name) for name in bunch.target_names]
    return frame.assign(**{target: [names[code] for code in bunch.target]})


def iris() -> pd.DataFrame:
    """150 irises of three species."""
    from sklearn.datasets import load_iris

    return _named(load_iris(as_frame=True), "species")


def wine() -> pd.DataFrame:
    """178 wines of three growers."""
    from sklearn.datasets import load_wine

    return _named(load_wine(as_frame=True), "grower")


def breast_cancer() -> pd.DataFrame:
    """569 tumours, malignant or benign."""
    from sklearn.datasets import load_breast_cancer

    return _named(load_breast_cancer(as_frame=True), "diagnosis")


def digits() -> pd.DataFrame:
    """1,797 handwritten digits as 64 shades of grey."""
    from sklearn.datasets import load_digits

    bunch = load_digits(as_frame=True)
    frame: pd.DataFrame = bunch.frame.drop(columns="target").astype(int)
    return frame.assign(digit=[f"digit {code}" for code in bunch.target])


def diabetes() -> pd.DataFrame:
    """442 patients and how far their diabetes went in a year."""
    from sklearn.datasets import load_diabetes

    frame: pd.DataFrame = load_diabetes(as_frame=True, scaled=False).frame
    return frame.rename(columns={"target": "progression"})


def gapminder() -> pd.DataFrame:
    """Life expectancy of 142 countries, 1952 to 2007."""
    from plotly import data

    frame: pd.DataFrame = data.gapminder()
    return frame.drop(columns=["iso_alpha", "iso_num"])


def tips() -> pd.DataFrame:
    """244 bills of a restaurant and the tips."""
    from plotly import data

    return data.tips()
