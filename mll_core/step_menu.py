"""The menu of steps: sorted by topic, and searched in plain words."""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from functools import cache

from mll_core.catalog import STEPS
from mll_core.domain.step import Step
from mll_core.domain.topic import Topic

Kind = type[Step]
_SMALL = frozenset(
    ("a", "an", "and", "as", "by", "for", "in", "is", "it", "of", "one", "or", "the", "to")
)
_LIKE = 0.8
"""How alike a word must be to one that is known, to be taken for it."""
_STEM = 5
"""Letters by which forms of a word are known as one: duplicate, duplicates, duplicated."""


def sorted_steps() -> tuple[Kind, ...]:
    """Every step, by topic and then by label."""
    order = list(Topic)
    return tuple(sorted(STEPS.values(), key=lambda cls: (order.index(cls.topic), cls.label)))


def card(cls: Kind) -> str:
    """What a step does, in one line."""
    said = (cls.__doc__ or "").split("\n")[0]
    return re.sub(r"``(columns?)``", r"the \1", said).replace("`", "")


def find(asked: str, among: Sequence[Kind] | None = None) -> tuple[Kind, ...]:
    """The steps that have to do with what is asked, the nearest first; all when nothing is asked.

    Every word must be found: in the label, among what else it is called, in its topic or its card.
    """
    steps = sorted_steps() if among is None else tuple(among)
    words = [_known(word) for word in _words(asked)]
    if not words:
        return steps
    scored = [(sum(found), n) for n, cls in enumerate(steps) if all(found := _score(cls, words))]
    scored.sort(key=lambda one: (-one[0], len(steps[one[1]].label)))
    return tuple(steps[n] for _, n in scored)


def _score(cls: Kind, words: Sequence[str]) -> list[int]:
    return [max(_worth(word, text, weight) for text, weight in _texts(cls)) for word in words]


def _worth(word: str, text: tuple[str, ...], weight: int) -> int:
    """A whole word tells more than its beginning."""
    if word in text:
        return 2 * weight
    return weight if any(_begins(word, one) for one in text) else 0


def _begins(word: str, one: str) -> bool:
    return one.startswith(word[: max(_STEM, len(word) - 3)]) and len(word) > 1


@cache
def _texts(cls: Kind) -> tuple[tuple[tuple[str, ...], int], ...]:
    own = f"{cls.name().replace('_', ' ')} {cls.also}"
    topic = f"{cls.topic.value} {cls.topic.family}"
    said = ((cls.label, 8), (own, 4), (topic, 2), (card(cls), 1))
    return tuple((tuple(_words(text)), weight) for text, weight in said)


def _words(text: str) -> list[str]:
    every = re.findall(r"[\w-]+", text.lower())
    return [word for word in every if word not in _SMALL] or every


def _known(word: str) -> str:
    """The word itself, or for one that stands nowhere the one it was meant to be."""
    there = _vocabulary()
    if len(word) < _STEM or any(_begins(word, one) for one in there):
        return word
    return next(iter(get_close_matches(word, there, n=1, cutoff=_LIKE)), word)


@cache
def _vocabulary() -> tuple[str, ...]:
    every = (word for cls in STEPS.values() for text, _ in _texts(cls) for word in text)
    return tuple(dict.fromkeys(every))
