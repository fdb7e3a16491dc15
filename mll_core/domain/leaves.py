"""The class shares in the leaves of a tree."""

from typing import Any

SMOOTHING = 2.0
"""Rows' worth of the overall shares mixed into each leaf: no leaf is ever quite certain."""


def smooth(tree: Any) -> None:
    """Move the shares in every node of a ``tree_`` of scikit-learn towards those of all rows.

    Source: Cestnik (1990), Estimating Probabilities: A Crucial Task in Machine Learning.
    """
    rows = tree.weighted_n_node_samples[:, None, None]
    tree.value[:] = (tree.value * rows + tree.value[0] * SMOOTHING) / (rows + SMOOTHING)
