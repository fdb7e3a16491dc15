"""The menu of steps: what somebody looks for stands on top, whatever they call it."""

import pytest

from mll_core import step_menu
from mll_core.catalog import STEPS
from mll_core.domain.topic import Topic

LOOKED_FOR = {
    "duplicates": "drop_duplicates",
    "remove duplicate rows": "drop_duplicates",
    "duplciates": "drop_duplicates",
    "currency": "parse_numbers",
    "euro": "parse_numbers",
    "past": "entity_past",
    "missing": "fill_missing",
    "impute": "fill_missing",
    "outliers": "clip_outliers",
    "dummies": "one_hot",
    "one hot": "one_hot",
    "vlookup": "join_table",
    "union": "append_table",
    "group by": "aggregate_rows",
    "moving average": "rolling_figures",
    "previous value": "lag_values",
    "regex": "extract_text",
    "knn": "fill_by_neighbours",
    "weekday": "date_parts",
    "gps": "geo_distance",
    "formula": "derive_column",
    "typo": "replace_values",
    "where": "filter_rows",
    "standardise": "scale_numbers",
    "kmeans": "group_rows",
    "k-means": "group_rows",
    "pca": "reduce_numbers",
    "log": "transform_power",
    "spaces": "trim_text",
    "bins": "bin_numbers",
    "holiday": "holidays_near",
    "wide": "pivot_values",
}


@pytest.mark.parametrize(("asked", "kind"), LOOKED_FOR.items())
def test_what_somebody_looks_for_is_among_the_first(asked: str, kind: str) -> None:
    found = [cls.name() for cls in step_menu.find(asked)[:4]]
    assert kind in found, found


def test_nothing_asked_gives_every_step_by_topic() -> None:
    every = step_menu.find(" ")
    assert {cls.name() for cls in every} == {*STEPS}
    topics = [list(Topic).index(cls.topic) for cls in every]
    assert topics == sorted(topics)


def test_what_nobody_calls_a_step_finds_none() -> None:
    assert step_menu.find("xylophone") == ()


def test_no_topic_is_so_long_that_it_must_be_searched() -> None:
    of = [sum(cls.topic is topic for cls in STEPS.values()) for topic in Topic]
    assert min(of) >= 2
    assert max(of) <= 10


def test_families_follow_the_order_of_work() -> None:
    families = list(dict.fromkeys(topic.family for topic in Topic))
    assert families == ["Shape", "Clean", "Transform", "Make features"]
    assert Topic.TABLES.family == "Shape"
    assert Topic.READING.family == "Clean"
