"""Stage 4, train: development rows in; a leaderboard, the winner and the reason out."""

from mll_core.stages.train.again import reproduce
from mll_core.stages.train.finish import train
from mll_core.stages.train.fitting import calm
from mll_core.stages.train.last_fit import means_of
from mll_core.stages.train.order import Order, Publish, Tools, ignore
from mll_core.stages.train.rows import Part, Rows, read
from mll_core.stages.train.threshold import choose
from mll_core.stages.train.ways import WAYS
from mll_core.stages.train.without import without_fold
from mll_core.stages.train.yardstick import (
    Yardstick,
    better_than_chance,
    gain_by_chance,
    quick,
)

__all__ = [
    "WAYS",
    "Order",
    "Part",
    "Publish",
    "Rows",
    "Tools",
    "Yardstick",
    "better_than_chance",
    "calm",
    "choose",
    "gain_by_chance",
    "ignore",
    "means_of",
    "quick",
    "read",
    "reproduce",
    "train",
    "without_fold",
]
