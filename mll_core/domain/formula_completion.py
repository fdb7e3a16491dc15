"""What a formula could go on with, judged by what stands at its end; and names meant otherwise."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

import ibis

from mll_core.domain.columns import holds
from mll_core.domain.conditions import named
from mll_core.domain.errors import MllError
from mll_core.domain.formula import Parsed, parse
from mll_core.domain.formula_functions import EXAMPLES, FUNCTIONS, Kind
from mll_core.domain.units import UNITS

MOST = 8
"""So many ways to go on are offered at once."""
_KINDS = {
    **{"numbers": Kind.NUMBER, "text": Kind.TEXT},
    **{"true or false": Kind.TRUTH, "dates": Kind.TIME},
}
_TEXT, _COLUMN = "\u01c2", "\u01c3"  # letters that hide what stands between quotes
_WORD = re.compile(r"(?:`(?:[^`]|``)*|[A-Za-z_][A-Za-z_0-9]*)$")
_QUOTED = re.compile(r"""'[^']*'|"[^"]*"|`(?:[^`]|``)+`""")
_OPEN_TEXT = re.compile(r"""["']([^"'`]*)$""")
_CONNECTING = frozenset(("and", "or", "not", "in", "is", "if", "else"))
_SIGNS: Mapping[Kind, tuple[str, ...]] = {
    Kind.NUMBER: ("+", "-", "*", "/", ">=", "==", "is missing"),
    Kind.TEXT: ("==", "!=", "in (", "is missing"),
    Kind.TRUTH: ("and", "or", "if", "is missing"),
    Kind.TIME: (">=", "<", "is missing"),
}
_MEAN = {
    **{"+": "plus", "-": "minus", "*": "times", "/": "divided by", "==": "is equal to"},
    **{"!=": "is not", ">=": "is at least", "<": "is less than", "in (": "is one of"},
    **{"and": "both hold", "or": "one of them holds", "if": "only where, else another value"},
    **{"is missing": "has no value", ")": "ends what the function takes"},
}


@dataclass(frozen=True)
class Offer:
    """One way to go on: the whole ``formula`` then, what is put in, and what that is."""

    formula: str
    label: str
    note: str


@dataclass(frozen=True)
class Names:
    """The columns a formula may name, with the units of those that have one."""

    schema: ibis.Schema
    units: Mapping[str, str]

    def of(self, column: str) -> Kind | None:
        """What the column holds; None for one that is not there."""
        return _KINDS[holds(self.schema[column])] if column in self.schema else None

    def note(self, column: str) -> str:
        """What the column holds, in words, with its unit."""
        unit = self.units.get(column)
        return f"{holds(self.schema[column])} in {unit}" if unit else holds(self.schema[column])


def complete(text: str, names: Names) -> tuple[Offer, ...]:
    """What could stand next, the likeliest first; at most ``MOST``."""
    hidden = _QUOTED.sub(_hide, text)
    if opened := _OPEN_TEXT.search(hidden):
        return _units(text[: opened.start()], opened[1]) if _asks_unit(hidden) else ()
    found = _WORD.search(hidden)
    word = text[found.start() :] if found else ""
    if word in _CONNECTING:
        text, hidden, word = f"{text} ", f"{hidden} ", ""
    ended = _ended(text, hidden, word, names)
    offers = [] if ended is None else list(_signs(text, hidden, ended))
    if ended is None or word:
        offers += _values(text[: len(text) - len(word)], word, _wanted(hidden), names)
    return tuple(offers[:MOST])


def instead(text: str, names: Names) -> Offer | None:
    """The formula with the name that is meant, for the first that is not known; None for none."""
    try:
        parsed = parse(text)
    except MllError:
        return None
    functions = {id(node.func) for node in ast.walk(parsed.tree) if isinstance(node, ast.Call)}
    columns = parsed.columns()
    for node in ast.walk(parsed.tree):
        if not isinstance(node, ast.Name) or node.id in parsed.texts:
            continue
        name = parsed.column(node)
        if id(node) in functions and name not in FUNCTIONS:
            return _meant(parsed, node, {one: one for one in FUNCTIONS})
        if id(node) not in functions and name in columns and name not in names.schema:
            return _meant(parsed, node, {one: named(one) for one in names.schema})
    return None


def _hide(match: re.Match[str]) -> str:
    return (_COLUMN if match[0][0] == "`" else _TEXT) * len(match[0])


def _meant(parsed: Parsed, node: ast.Name, among: Mapping[str, str]) -> Offer | None:
    name, small = parsed.column(node), {one.lower(): one for one in among}
    close = get_close_matches(name.lower(), small, n=1)
    if not close:
        return None
    right, start = among[small[close[0]]], parsed.position(node) - 1
    changed = f"{parsed.text[:start]}{right}{parsed.text[start + len(node.id) :]}"
    return Offer(changed, right, f"instead of {name}")


def _ended(text: str, hidden: str, word: str, names: Names) -> Kind | None:
    """What kind of value the formula ends with; None when it ends with none that is whole."""
    end = hidden.rstrip()
    if end.endswith(_COLUMN):
        return names.of(text.rstrip()[len(end.rstrip(_COLUMN)) + 1 : -1].replace("``", "`"))
    if end.endswith(_TEXT):
        return Kind.TEXT
    last = re.search(r"\w+$", end)
    if end.endswith(")") or last is None:
        return _given(end) if last is None and end.endswith(")") else None
    if last[0] in ("missing", "True", "False"):
        return Kind.TRUTH
    return names.of(last[0]) or (Kind.NUMBER if last[0].isdigit() and not word else None)


def _signs(text: str, hidden: str, ended: Kind) -> Iterator[Offer]:
    """What can follow a whole value."""
    if _open_call(hidden):
        yield Offer(f"{text.rstrip()})", ")", _MEAN[")"])
    for sign in _SIGNS[ended]:
        gap = "" if sign.endswith("(") else " "
        yield Offer(f"{text.rstrip()} {sign}{gap}", sign, _MEAN[sign])


def _values(head: str, word: str, wanted: Kind | None, names: Names) -> list[Offer]:
    """Columns and functions that fit here and are called so: first those that begin so."""
    begun, found = word.strip("`").lower(), []
    for column in names.schema:
        rank, fits = _rank(column, begun), wanted in (None, names.of(column))
        if rank is not None and fits and column != word:
            found.append((rank, Offer(f"{head}{named(column)}", column, names.note(column))))
    for name, function in FUNCTIONS.items() if begun and not word.startswith("`") else ():
        rank, fits = _rank(name, begun), wanted in (None, function.gives) or wanted is Kind.SAME
        if rank is not None and (fits or function.gives is Kind.SAME):
            note = f"{function.card}. For example: {EXAMPLES[name]}"
            found.append((rank, Offer(f"{head}{name}(", f"{name}(", note)))
    return [offer for _, offer in sorted(found, key=lambda one: one[0])]


def _rank(name: str, begun: str) -> int | None:
    """0 when a name begins so, 1 when it holds it, 2 when it is nearly that; None for another."""
    small = name.lower()
    if small.startswith(begun):
        return 0
    if begun in small:
        return 1
    return 2 if get_close_matches(begun, [small], cutoff=0.7) else None


def _given(end: str) -> Kind:
    """What the function gives whose call ends here; a number for anything else."""
    depth = 0
    for place in range(len(end) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(end[place], 0)
        if depth == 0:
            gives = FUNCTIONS[name].gives if (name := _name_before(end, place)) else Kind.NUMBER
            return gives if gives in _SIGNS else Kind.NUMBER
    return Kind.NUMBER


def _open_call(hidden: str) -> tuple[str, int] | None:
    """The function whose brackets are open at the end, and which of its values stands there."""
    depth = commas = 0
    for place in range(len(hidden) - 1, -1, -1):
        commas += hidden[place] == "," and depth == 0
        depth += {")": 1, "(": -1}.get(hidden[place], 0)
        if depth < 0:
            name = _name_before(hidden, place)
            return (name, commas) if name else None
    return None


def _name_before(text: str, place: int) -> str | None:
    found = re.search(r"[a-z_0-9]+$", text[:place])
    return found[0] if found and found[0] in FUNCTIONS else None


def _wanted(hidden: str) -> Kind | None:
    """The kind of value that an open function takes here; None for any."""
    if (call := _open_call(hidden)) is None:
        return None
    takes = FUNCTIONS[call[0]].takes
    kind = takes[min(call[1], len(takes) - 1)]
    return kind if kind in _SIGNS else None


def _asks_unit(hidden: str) -> bool:
    call = _open_call(hidden)
    return call is not None and call[0] in ("unit", "convert") and call[1] == 1


def _units(head: str, begun: str) -> tuple[Offer, ...]:
    fitting = (
        Offer(f'{head}"{name}")', name, f"{unit.measure}: {unit.words[0]}")
        for name, unit in UNITS.items()
        if any(word.startswith(begun.lower()) for word in (name, *unit.words))
    )
    return tuple(fitting)
