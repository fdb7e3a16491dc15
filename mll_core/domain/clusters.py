"""Values of a column that look like the same word, in groups for a person to judge."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Literal, get_args

from mll_core.domain.spelling import distance, fingerprint, ngrams, plain, sound
from mll_core.domain.value import Value

Method = Literal["fingerprint", "n-grams", "letters", "sound"]
METHODS: tuple[Method, ...] = get_args(Method)
KEYS: Mapping[str, Callable[[str], str]] = {
    "fingerprint": fingerprint,
    "n-grams": ngrams,
    "sound": sound,
}
REACH = 0.2
"""Of two values, the share of the shorter one's letters in which they may differ."""
_MOST_LETTERS = 6
_BETWEEN = "[,;|/]"
"""What stands between the items of a list."""
_SEVERAL = 2
_MOST_IN_BLOCK = 200
"""Values that share a piece; pieces of more say nothing about a value, and comparing costs much."""


class Cluster(Value):
    """Spellings that look alike, the most frequent first, each with its rows; and which stays."""

    values: tuple[tuple[str, int], ...]
    keep: str

    @property
    def rows(self) -> int:
        """How many rows would change."""
        return sum(count for value, count in self.values if value != self.keep)


def clusters(
    counts: Mapping[str, int], method: Method = "fingerprint", reach: float = REACH
) -> tuple[Cluster, ...]:
    """The groups of alike values among ``counts`` (rows by value), those with most rows first.

    Lists of the same items in another order are not alike: which comes first may mean something.
    By a shared key, or by ``letters``: a value joins the most frequent one from which at most
    ``reach`` of its letters differ, and no word by more than a third. Values whose digits differ,
    and such without a letter, are never alike.
    """
    told = {v: count for v, count in counts.items() if any(map(str.isalpha, v))}
    groups = _near(told, reach) if method == "letters" else _same(told, KEYS[method])
    found = [Cluster(values=tuple(group), keep=group[0][0]) for group in groups]
    return tuple(sorted(found, key=lambda one: (-one.rows, one.keep)))


def merged(chosen: tuple[Cluster, ...]) -> dict[str, str]:
    """Old value to new one for every value of ``chosen`` that changes."""
    return {value: one.keep for one in chosen for value, _ in one.values if value != one.keep}


def _ranked(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _same(counts: Mapping[str, int], key: Callable[[str], str]) -> list[list[tuple[str, int]]]:
    groups: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    for value, count in _ranked(counts):
        if found := key(value):
            groups[found, _digits(value)].append((value, count))
    apart = (one for group in groups.values() for one in _by_order(group))
    return [group for group in apart if len(group) > 1]


def _by_order(group: list[tuple[str, int]]) -> list[list[tuple[str, int]]]:
    """The values of a group, apart when they list the same items in several orders."""
    orders: dict[tuple[str, ...], list[tuple[str, int]]] = defaultdict(list)
    for value, count in group:
        items = tuple(filter(None, map(fingerprint, re.split(_BETWEEN, value))))
        orders[items if len(items) > 1 else ()].append((value, count))
    listed = len(orders) - (() in orders)
    return [group] if listed < _SEVERAL else list(orders.values())


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _near(counts: Mapping[str, int], reach: float) -> list[list[tuple[str, int]]]:
    """Each value beside the most frequent one in reach, which is beside no other itself."""
    ranked = _ranked(counts)
    near: dict[int, list[int]] = defaultdict(list)
    texts = [plain(value) for value, _ in ranked]
    for i, j in pairs(texts, reach):
        if _word_by_word(texts[i], texts[j]):
            near[max(i, j)].append(min(i, j))
    groups: dict[int, list[tuple[str, int]]] = {}
    for i, pair in enumerate(ranked):
        heads = [j for j in sorted(near.get(i, ())) if j in groups]
        if heads:
            groups[heads[0]].append(pair)
        else:
            groups[i] = [pair]
    return [group for group in groups.values() if len(group) > 1]


def _word_by_word(one: str, other: str) -> bool:
    """Whether no word is another one; texts of more or fewer words are judged as a whole."""
    both = one.split(), other.split()
    if len(both[0]) != len(both[1]):
        return True
    return all(distance(a, b) <= max(1, len(a) // 3) for a, b in zip(*both, strict=True))


def pairs(texts: list[str], reach: float) -> Iterator[tuple[int, int]]:
    """Places of texts that differ in few letters and in no digit.

    Two texts that differ in n letters share one of n + 1 pieces, so only such are compared.
    Source: Li, Deng, Wang, Feng 2011, Pass-Join.
    """
    blocks: dict[tuple[int, int, str, str], list[int]] = defaultdict(list)
    digits = [_digits(text) for text in texts]
    letters = [_set(text) for text in texts]
    shortest = min(map(len, texts), default=0)
    for i in sorted(range(len(texts)), key=lambda i: len(texts[i])):
        text, compared = texts[i], set()
        for length in range(max(shortest, len(text) - _MOST_LETTERS), len(text) + 1):
            most = _letters(length, reach)
            if len(text) - length > most:
                continue
            for block in _looked_up(text, length, most):
                for j in blocks.get((*block, digits[i]), ()):
                    if j in compared:
                        continue
                    compared.add(j)
                    apart = (letters[i] ^ letters[j]).bit_count()
                    if apart <= 2 * most and distance(texts[j], text) <= most:
                        yield j, i
        for piece in _pieces(text, _letters(len(text), reach)):
            others = blocks[(*piece, digits[i])]
            if len(others) < _MOST_IN_BLOCK:
                others.append(i)


def _set(text: str) -> int:
    """The letters of a text as bits; exchanging one letter changes two bits at most."""
    found = 0
    for letter in set(text):
        found |= 1 << ord(letter) % 64
    return found


def _letters(length: int, reach: float) -> int:
    return min(int(length * reach), _MOST_LETTERS)


def _cuts(length: int, most: int) -> Iterator[tuple[int, int, int]]:
    """(number, start, end) of the ``most`` + 1 pieces of a text."""
    for k in range(most + 1):
        yield k, length * k // (most + 1), length * (k + 1) // (most + 1)


def _pieces(text: str, most: int) -> Iterator[tuple[int, int, str]]:
    for k, start, end in _cuts(len(text), most):
        yield len(text), k, text[start:end]


def _looked_up(text: str, length: int, most: int) -> Iterator[tuple[int, int, str]]:
    """The pieces of shorter texts of ``length`` that ``text`` may share, wherever they moved."""
    longer = len(text) - length
    for k, start, end in _cuts(length, most):
        first = max(start - k, start + longer - (most - k), 0)
        last = min(start + k, start + longer + (most - k), len(text) - (end - start))
        for at in range(first, last + 1):
            yield length, k, text[at : at + end - start]
