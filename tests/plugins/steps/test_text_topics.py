import numpy as np
from samples import replay
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

from mll_core.plugins.steps.text_topics import TextTopics

BILL = ["the bill is wrong", "wrong bill again", "my bill: wrong sum", "sum of the bill"]
LINE = ["no line today", "the line is slow", "slow line, no line!", "slow today"]
TEXTS = [*BILL, *LINE, *BILL[:2], ""]


def test_the_topics_are_those_of_scikit_learn() -> None:
    shares = TfidfVectorizer(min_df=2).fit_transform(TEXTS)
    svd = TruncatedSVD(3, algorithm="arpack", random_state=0).fit(shares)
    largest = np.abs(svd.components_).argmax(axis=1)
    expected = svd.transform(shares) * np.sign(svd.components_[range(3), largest])
    out = replay(TextTopics(column="x", most=100, into="t"), x=[*TEXTS])
    got = np.array([out[f"t {n}"] for n in (1, 2, 3)]).T
    np.testing.assert_allclose(got, expected, atol=1e-8)


def test_texts_of_one_kind_lie_together() -> None:
    out = replay(TextTopics(column="x", topics=2, into="t"), x=[*TEXTS])
    bills = np.c_[out["t 1"], out["t 2"]][:4].mean(axis=0)
    lines = np.c_[out["t 1"], out["t 2"]][4:8].mean(axis=0)
    assert np.abs(bills - lines).max() > 0.5


def test_no_text_is_missing_and_unknown_words_are_nothing() -> None:
    out = replay(TextTopics(column="x", topics=2, into="t"), x=["bill sum", "bill", "else", None])
    assert [out["t 1"][2:], out["t 2"]] == [[0, None], [None] * 4]
