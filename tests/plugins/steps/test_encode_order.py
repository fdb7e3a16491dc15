from samples import replay

from mll_core.plugins.steps.encode_order import EncodeOrder


def test_an_order_of_ones_own_counts_from_zero() -> None:
    step = EncodeOrder(column="size", order=("S", "M", "L"), into="rank")
    assert replay(step, size=["L", "S", "XL", None, "M"])["rank"] == [2, 0, None, None, 1]


def test_without_one_it_is_the_alphabet_of_the_training_rows() -> None:
    step = EncodeOrder(column="size", into="rank")
    assert replay(step, size=["b", "a", "c", "a"])["rank"] == [1, 0, 2, 0]
