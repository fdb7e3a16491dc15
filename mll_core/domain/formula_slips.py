"""What is wrong with a formula that cannot be read, in the words of whoever writes it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

_TOKEN = re.compile(
    r"(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<word>[^\W\d]\w*)"
    r"|(?P<sign>\*\*|//|==|!=|<=|>=|<>|&&|\|\||=>|\S)"
)
_BETWEEN = ("+", "-", "*", "/", "%", "**", "==", "!=", "<", "<=", ">", ">=", "and", "or", "in")
_WAITS = (*_BETWEEN, "not", "is", "if", "else", ",")
"""Something must follow these."""
_BEHIND = tuple(one for one in (*_BETWEEN, "is", "if", "else", ",") if one not in "+-")
"""Something must stand before these."""
_CLOSES = {")": "(", "]": "["}
_FOREIGN: Mapping[str, str] = MappingProxyType(
    {
        "&": "both are asked for with the word and",
        "|": "either is asked for with the word or",
        "^": "a power is written **",
        "//": "one / divides, and floor(a / b) rounds down",
        "#": "this sign means nothing in a formula",
    }
)
_INSTEAD: Mapping[str, str] = MappingProxyType(
    {
        **_FOREIGN,
        "=": "two things are compared with ==",
        "<>": "what differs is found with !=",
        "=>": "at least is written >=",
        "&&": "both are asked for with the word and",
        "||": "either is asked for with the word or",
        "!": "the opposite is written not",
        "?": "a choice is written: one if condition else other",
        ";": "a decimal sign is a point, and values are parted by a comma",
        "'": "this quotation mark opens a text that is never closed",
        '"': "this quotation mark opens a text that is never closed",
        "`": "this backtick opens a column name that is never closed",
    }
)


@dataclass(frozen=True)
class _Token:
    at: int
    text: str
    kind: str

    @property
    def value(self) -> bool:
        """Whether it is a number, a text or a name."""
        return self.kind == "number" or (self.kind == "word" and self.text not in _WAITS)


def found(line: str, shown: str) -> tuple[int, str] | None:
    """The place of the first slip, from 1, and what is wrong there; None when none is known.

    ``line``: the formula with letters in place of quoted names and texts; ``shown``: the same as it
    was written, letter for letter as long.
    """
    tokens = _tokens(line)
    slip = _sign(tokens, _INSTEAD) or _unfinished(tokens)
    slip = slip or _side_by_side(tokens, shown) or _bracket(tokens)
    return (slip[0] + 1, slip[1]) if slip else None


def foreign(line: str) -> tuple[int, str] | None:
    """The same for signs that could be read, but mean something else than is meant."""
    slip = _sign(_tokens(line), _FOREIGN)
    return (slip[0] + 1, slip[1]) if slip else None


def _tokens(line: str) -> list[_Token]:
    return [_Token(m.start(), m[0], str(m.lastgroup)) for m in _TOKEN.finditer(line)]


def _sign(tokens: Sequence[_Token], instead: Mapping[str, str]) -> tuple[int, str] | None:
    for token in tokens:
        if token.text in instead:
            return token.at, f"{instead[token.text]}."
    return None


def _unfinished(tokens: Sequence[_Token]) -> tuple[int, str] | None:
    last = tokens[-1]
    if last.text in (*_WAITS, "("):
        return last.at, f"the formula is not finished: something must follow {last.text!r}."
    if tokens[0].text in _BEHIND:
        return tokens[0].at, f"something must stand before {tokens[0].text!r}."
    words = [token.text for token in tokens]
    if words.count("if") > words.count("else"):
        at = next(token.at for token in tokens if token.text == "if")
        return at, "after 'if' and its condition comes 'else', and what holds otherwise."
    return None


def _side_by_side(tokens: Sequence[_Token], shown: str) -> tuple[int, str] | None:
    for one, other in pairwise(tokens):
        if (one.value or one.text in _CLOSES) and other.value:
            both = f"{_of(one, shown)} and {_of(other, shown)}"
            return other.at, f"between {both} a sign is missing, such as + or a comma."
        apart = (one.text, other.text) not in _TOGETHER
        if apart and one.text in (*_WAITS, "(") and other.text in (*_BEHIND, ")"):
            return other.at, f"something is missing between {one.text!r} and {other.text!r}."
    return None


_TOGETHER = (("not", "in"), ("is", "not"), ("(", ")"), (",", ")"))
"""What may follow each other all the same."""


def _of(token: _Token, shown: str) -> str:
    text = shown[token.at : token.at + len(token.text)]
    return text if text[:1] in "'\"`" else repr(text)


def _bracket(tokens: Sequence[_Token]) -> tuple[int, str] | None:
    open_: list[_Token] = []
    for token in tokens:
        if token.text in ("(", "["):
            open_.append(token)
        elif token.text in _CLOSES and (not open_ or open_.pop().text != _CLOSES[token.text]):
            return token.at, f"{token.text!r} closes no bracket that was opened."
    return (open_[-1].at, f"{open_[-1].text!r} is never closed.") if open_ else None
