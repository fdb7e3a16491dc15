import random
import time

from hypothesis import given
from hypothesis import strategies as st

from mll_core.domain.clusters import Cluster, clusters, merged, pairs
from mll_core.domain.spelling import distance


def test_spellings_of_one_city_are_one_cluster_and_the_most_frequent_stays() -> None:
    counts = {"New York": 50, "new york": 3, "York, New": 1, "Boston": 20, " boston": 4, "": 9}
    assert clusters(counts) == (
        Cluster(values=(("Boston", 20), (" boston", 4)), keep="Boston"),
        Cluster(values=(("New York", 50), ("new york", 3), ("York, New", 1)), keep="New York"),
    )
    assert merged(clusters(counts)) == {
        " boston": "Boston",
        "new york": "New York",
        "York, New": "New York",
    }


def test_lists_in_another_order_are_not_alike() -> None:
    counts = {"CAM, CDM": 9, "CDM, CAM": 5, "cam,cdm": 2, "York, New": 4, "New York": 3, "CM": 1}
    assert merged(clusters(counts)) == {"cam,cdm": "CAM, CDM", "New York": "York, New"}


def test_slips_of_letters_join_the_most_frequent_spelling_near_them() -> None:
    counts = {"birmingham": 80, "birminghxm": 2, "birmingxam": 1, "bxrmxngham": 1, "boaz": 5}
    (found,) = clusters(counts, "letters")
    assert found.keep == "birmingham"
    assert found.rows == 4


def test_numbers_that_differ_are_never_alike() -> None:
    counts = {"scip-inf-1": 9, "scip-inf-2": 8, "scip-ixf-1": 1}
    (found,) = clusters(counts, "letters")
    assert found.values == (("scip-inf-1", 9), ("scip-ixf-1", 1))
    assert not clusters({"2023-06-01": 9, "2023-01-06": 8, "0.05%": 2, "0.05": 1})


def test_another_word_is_another_value_however_long_the_rest() -> None:
    counts = {"Vault Brewing Company": 9, "Aslan Brewing Company": 1, "Vaxlt Brexing Company": 1}
    (found,) = clusters(counts, "letters")
    assert found.values[1:] == (("Vaxlt Brexing Company", 1),)


def test_short_codes_are_left_alone_by_letters() -> None:
    assert not clusters({"al": 9, "ak": 8, "DE": 3, "DK": 2}, "letters")


def test_what_sounds_alike_or_has_the_same_pieces_is_found() -> None:
    assert clusters({"Meyer": 3, "Maier": 2, "Smith": 1}, "sound")[0].keep == "Meyer"
    assert clusters({"data base": 3, "database": 2}, "n-grams")[0].keep == "data base"


def test_the_order_in_which_values_come_changes_nothing() -> None:
    counts = {"mollis": 4, "molliss": 4, "mollys": 2, "nollis": 1, "xollis": 1}
    turned = dict(reversed(counts.items()))
    assert clusters(counts, "letters") == clusters(turned, "letters")


@given(st.lists(st.text(alphabet="ab1", max_size=9), max_size=25, unique=True))
def test_comparing_within_blocks_finds_what_comparing_all_finds(texts: list[str]) -> None:
    found = {frozenset(pair) for pair in pairs(texts, 0.34)}
    expected = {
        frozenset((i, j))
        for i, one in enumerate(texts)
        for j, other in enumerate(texts[:i])
        if distance(one, other) <= int(min(len(one), len(other)) * 0.34)
        and one.replace("a", "").replace("b", "") == other.replace("a", "").replace("b", "")
    }
    assert found == expected


def test_many_values_are_compared_in_seconds() -> None:
    draw = random.Random(0)
    words = ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=9)) for _ in range(150)]
    names = sorted({f"{draw.choice(words)} {draw.choice(words)}" for _ in range(8_000)})
    slips = {name[:7] + "_" + name[8:]: 1 for name in names[:200]}
    began = time.process_time()
    found = clusters({**dict.fromkeys(names, 2), **slips}, "letters")
    assert time.process_time() - began < 10
    assert sum(one.rows for one in found) >= 200
