"""Stage 4, train: development rows in; a leaderboard, the winner and the reason out."""

from mll_core.stages.train.again import reproduce
from mll_core.stages.train.finish import train
from mll_core.stages.train.order import Order, Publish, Tools, ignore
from mll_core.stages.train.rows import Rows, read
from mll_core.stages.train.yardstick import (
    Yardstick,
    better_than_chance,
    gain_by_chance,
    quick,
)

__all__ = [
    "Order",
    "Publish",
    "Rows",
    "Tools",
    "Yardstick",
    "better_than_chance",
    "gain_by_chance",
    "ignore",
    "quick",
    "read",
    "reproduce",
    "train",
]
