import json
import timeit
from datetime import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mll_core.domain.errors import UnfitRows
from mll_core.infra.feature_encoder import FeatureEncoder

TOWNS = ["Bonn"] * 60 + ["Köln"] * 30 + ["Ulm"] * 8 + [None, "Kiel"]


def towns() -> pd.DataFrame:
    return pd.DataFrame({"town": pd.Series(TOWNS, dtype="str"), "x": np.arange(100.0)})


def column(encoder: FeatureEncoder, frame: pd.DataFrame, name: str) -> list[float]:
    place = [feature.name for feature in encoder.features].index(name)
    return [None if np.isnan(v) else float(v) for v in encoder.transform(frame)[:, place]]


def test_levels_run_by_frequency_and_rare_ones_become_other() -> None:
    encoder = FeatureEncoder.fit(towns())
    (town,) = [feature for feature in encoder.features if feature.name == "town"]
    assert town.levels == ("Bonn", "Köln", "Ulm", "Other")
    assert column(encoder, towns().iloc[[0, 60, 90, 98, 99]], "town") == [0, 1, 2, None, 3]


def test_an_unseen_level_is_other_or_missing_when_nothing_was_rare() -> None:
    asked = pd.DataFrame({"town": ["Rom"], "x": [1.0]})
    assert column(FeatureEncoder.fit(towns()), asked, "town") == [3]
    whole = FeatureEncoder.fit(towns().iloc[:98])
    assert column(whole, asked, "town") == [None]


def test_what_float32_cannot_hold_is_missing() -> None:
    frame = pd.DataFrame({"x": [1.0, np.inf, -np.inf, 1e300, np.nan, 2.0]})
    assert column(FeatureEncoder.fit(frame), frame, "x") == [1, None, None, None, None, 2]


def test_a_date_becomes_its_parts_as_pandas_has_them() -> None:
    dates = pd.Series(pd.date_range("1999-12-28 07:30", periods=400, freq="31h"))
    frame = pd.DataFrame({"at": dates.where(dates.index != 7)})
    encoder = FeatureEncoder.fit(frame)
    matrix = pd.DataFrame(
        encoder.transform(frame), columns=[feature.name for feature in encoder.features]
    )
    at = frame["at"].dt
    expected = {
        "days": (frame["at"] - frame["at"].min()).dt.total_seconds() / 86_400,
        "year": at.year,
        "month": at.month,
        "weekday": at.day_of_week,
        "weekend": (at.day_of_week >= 5).where(frame["at"].notna()),
        "hour": at.hour,
    }
    assert list(matrix) == [f"at: {part}" for part in expected]
    for part, values in expected.items():
        np.testing.assert_allclose(matrix[f"at: {part}"], values.astype(float), rtol=1e-6)


def test_midnights_have_no_hour_and_days_before_the_first_are_negative() -> None:
    frame = pd.DataFrame({"day": pd.to_datetime(["2024-01-01", "2024-01-03"])})
    encoder = FeatureEncoder.fit(frame)
    assert "day: hour" not in [feature.name for feature in encoder.features]
    earlier = pd.DataFrame({"day": [datetime(2023, 12, 31)]})
    assert column(encoder, earlier, "day: days") == [-1]


def test_prose_becomes_words_weighted_as_scikit_learn_weights_them() -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer

    draw = np.random.default_rng(0)
    words = np.array(
        [
            "the",
            "late",
            "parcel",
            "was",
            "broken",
            "and",
            "nobody",
            "at",
            "support",
            "answered",
            "my",
            "call",
        ]
    )
    texts = [" ".join(draw.choice(words, 9)) for _ in range(200)]
    frame = pd.DataFrame({"review": pd.Series(texts, dtype="str")})
    encoder = FeatureEncoder.fit(frame)
    names = [feature.name for feature in encoder.features]
    terms = [name.removeprefix("review: ").strip("'") for name in names[1:]]
    expected = TfidfVectorizer(vocabulary=terms, token_pattern=r"\w\w+").fit_transform(texts)
    np.testing.assert_allclose(encoder.transform(frame)[:, 1:], expected.toarray(), atol=1e-6)
    assert names[0] == "review: length"
    assert {feature.source for feature in encoder.features} == {"review"}


def test_columns_in_which_nothing_varies_are_left_out_and_none_left_is_refused() -> None:
    frame = pd.DataFrame({"same": [1.0] * 50, "empty": [None] * 50, "one": ["a"] * 50})
    with pytest.raises(UnfitRows, match="No column is left"):
        FeatureEncoder.fit(frame)
    with pytest.raises(UnfitRows, match="No column is left"):
        FeatureEncoder.fit(towns(), excluded=["town", "x"])
    kept = FeatureEncoder.fit(frame.assign(gaps=[1.0, None] * 25))
    assert [feature.name for feature in kept.features] == ["gaps"]


def test_rows_that_lack_a_learned_column_are_refused_by_name() -> None:
    with pytest.raises(UnfitRows, match="lack the column 'town'"):
        FeatureEncoder.fit(towns()).transform(pd.DataFrame({"x": [1.0]}))


def mixed(n: int) -> pd.DataFrame:
    draw = np.random.default_rng(1)
    kinds = ["trust", "no trust", "Other", "é", ""]
    return pd.DataFrame(
        {
            "x": np.where(draw.random(n) < 0.2, np.nan, draw.normal(size=n)),
            "flag": draw.random(n) < 0.5,
            "n": draw.integers(0, 9, n),
            "kind": pd.Series(draw.choice(kinds, n, p=[0.5, 0.3, 0.1, 0.07, 0.03]), dtype="str"),
            "at": pd.Timestamp("2024-01-01") + pd.to_timedelta(draw.integers(0, 999, n), "h"),
            "note": pd.Series(
                [" ".join(draw.choice(kinds[:2], 9)) + f" word{i % 7}" for i in range(n)],
                dtype="str",
            ),
        }
    )


def test_its_state_is_plain_json_and_gives_the_same_encoder() -> None:
    frame = mixed(300)
    encoder = FeatureEncoder.fit(frame)
    again = FeatureEncoder.from_state(json.loads(json.dumps(encoder.state())))
    assert again == encoder
    assert np.array_equal(again.transform(frame), encoder.transform(frame), equal_nan=True)


def test_one_row_is_encoded_as_it_is_among_many() -> None:
    frame = mixed(300)
    encoder = FeatureEncoder.fit(frame.head(200))
    together = encoder.transform(frame)
    assert together.dtype == np.float32
    for place in range(0, 300, 7):
        alone = encoder.transform(frame.iloc[[place]])
        assert np.array_equal(alone[0], together[place], equal_nan=True)


texts = st.lists(st.one_of(st.none(), st.text(max_size=40)), min_size=1, max_size=40)
floats = st.lists(st.floats(), min_size=1, max_size=40)


@given(st.lists(st.floats(), min_size=3, max_size=60), floats, texts, texts)
def test_any_rows_are_encoded_finite_or_missing_and_change_nothing_learned(
    train: list[float], asked: list[float], words: list[str | None], strange: list[str | None]
) -> None:
    rows = max(len(train), len(words))
    learned = pd.DataFrame(
        {
            "x": pd.Series(np.resize(train, rows), dtype="float64"),
            "w": pd.Series([words[i % len(words)] for i in range(rows)], dtype="str"),
            "row": np.arange(float(rows)),
        }
    )
    encoder = FeatureEncoder.fit(learned)
    before = encoder.state()
    size = max(len(asked), len(strange))
    other = pd.DataFrame(
        {
            "x": np.resize(asked, size),
            "w": pd.Series([strange[i % len(strange)] for i in range(size)], dtype="str"),
            "row": np.arange(float(size)),
        }
    )
    matrix = encoder.transform(other)
    assert matrix.shape == (size, len(encoder.features))
    assert not np.isinf(matrix).any()
    for place, feature in enumerate(encoder.features):
        codes = matrix[:, place][~np.isnan(matrix[:, place])]
        assert feature.kind == "number" or set(codes) <= set(range(len(feature.levels)))
    assert encoder.state() == before


def test_fifty_thousand_rows_of_eighty_columns_take_about_a_second_and_one_row_milliseconds() -> (
    None
):
    block = mixed(50_000).drop(columns="note")
    frame = pd.concat([block.add_suffix(str(i)) for i in range(16)], axis=1)
    started = timeit.default_timer()
    encoder = FeatureEncoder.fit(frame)
    assert encoder.transform(frame).shape[0] == 50_000
    assert timeit.default_timer() - started < 10  # about 1 s on an idle machine
    row = frame.head(1)
    assert min(timeit.repeat(lambda: encoder.transform(row), number=1, repeat=20)) < 0.05
