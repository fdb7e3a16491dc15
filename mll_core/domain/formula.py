"""The formula language: what a person may write to derive a column or to filter rows.

Numbers, ``"text"``, True, False, None (missing); column names bare, or in backticks when they are
not one word: `` `my column` `` (a doubled backtick stands for one). ``+ - * / % **``, ``== != < <=
> >=``, ``and or not``, ``in (a, b)``, ``is missing``, ``is not missing``, ``a if condition else b``
and the functions of ``mll_core.domain.formula_compiler``. Nothing is ever evaluated as Python.
"""

import ast
import re
import warnings
from dataclasses import dataclass

from mll_core.domain import formula_slips
from mll_core.domain.errors import InvalidParameter

LONGEST = 2000
DEEPEST = 60
HINT = (
    "Write for example `my column` / 2, or: log(income) if income > 0 else None. Put a column name"
    " that is not one plain word between backticks, text between quotes, and compare with ==."
)
_QUOTED = re.compile(r"""'(?P<single>[^']*)'|"(?P<double>[^"]*)"|`(?P<column>(?:[^`]|``)+)`""")
_KNOWN = (
    *(ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Mod, ast.Pow, ast.UnaryOp, ast.USub),
    *(ast.UAdd, ast.Not, ast.BoolOp, ast.And, ast.Or, ast.Compare, ast.Eq, ast.NotEq, ast.Lt),
    *(ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn, ast.Is, ast.IsNot, ast.IfExp, ast.Call),
    *(ast.Name, ast.Load, ast.Constant, ast.Tuple, ast.List),
)
_NAME, _TEXT = "\u01c3", "\u01c2"  # letters that stand for a quoted name or text while parsing


@dataclass(frozen=True)
class Parsed:
    """A formula as a tree, and what its stand-ins stand for."""

    text: str
    tree: ast.expr
    names: dict[str, str]
    texts: dict[str, str]

    def column(self, node: ast.Name) -> str:
        """The column that a name means."""
        return self.names.get(node.id, node.id)

    def refuse(self, node: ast.AST, message: str, hint: str = HINT) -> InvalidParameter:
        """The error that ``message`` is wrong with ``node``, with its position from 1."""
        return InvalidParameter(f"position {self.position(node)}: {message}", hint=hint)

    def position(self, node: ast.AST) -> int:
        """Where ``node`` starts in the text, from 1."""
        line = _stand_ins(self.text)[0].encode()
        before = line[: getattr(node, "col_offset", 0)].decode(errors="ignore")
        return len(before) + len(self.text) - len(self.text.lstrip()) + 1

    def columns(self) -> tuple[str, ...]:
        """The columns that the formula names, each once, in the order they are written."""
        functions = {id(n.func) for n in ast.walk(self.tree) if isinstance(n, ast.Call)}
        missing = {id(n) for n in ast.walk(self.tree) for n in _after_is(n)}
        nodes = [n for n in ast.walk(self.tree) if isinstance(n, ast.Name)]
        nodes = [n for n in nodes if n.id not in self.texts]
        nodes.sort(key=lambda node: node.col_offset)
        used = (self.column(n) for n in nodes if id(n) not in functions | missing)
        return tuple(dict.fromkeys(used))


def parse(text: str) -> Parsed:
    """Parse without running anything. Raises InvalidParameter with the position."""
    if not text.strip():
        raise InvalidParameter("the formula is empty.", hint=HINT)
    if len(text) > LONGEST:
        message = f"the formula has {len(text)} characters, at most {LONGEST} are read."
        raise InvalidParameter(message, hint="Derive a column for a part of it first.")
    line, names, texts = _stand_ins(text)
    start = len(text) - len(text.lstrip())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python warns of odd code, such as 1if
            tree = ast.parse(line, mode="eval").body
            deep = depth(tree) > DEEPEST
    except SyntaxError as error:
        slip = formula_slips.found(line, text.strip())
        at, wrong = slip or (error.offset or 1, "from here on the formula cannot be read.")
        raise InvalidParameter(f"position {start + at}: {wrong}", hint=HINT) from error
    except (RecursionError, MemoryError, ValueError, OverflowError) as error:
        raise InvalidParameter("the formula cannot be read.", hint=HINT) from error
    if foreign := formula_slips.foreign(line):
        raise InvalidParameter(f"position {start + foreign[0]}: {foreign[1]}", hint=HINT)
    if deep:
        message = f"the formula is nested more than {DEEPEST} levels deep."
        raise InvalidParameter(message, hint="Derive a column for a part of it first.")
    parsed = Parsed(text, tree, names, texts)
    for node in ast.walk(tree):
        _refuse_foreign(node, parsed)
    return parsed


def columns(text: str) -> tuple[str, ...]:
    """The columns that a formula names."""
    return parse(text).columns()


def quoted(column: str) -> str:
    """A column name as a formula writes it."""
    return "`" + column.replace("`", "``") + "`"


def _stand_ins(text: str) -> tuple[str, dict[str, str], dict[str, str]]:
    """One line of Python of the same length, in which names stand for quoted names and texts."""
    names: dict[str, str] = {}
    texts: dict[str, str] = {}

    def stand_in(match: re.Match[str]) -> str:
        column = match["column"]
        kind, meant = (_TEXT, texts) if column is None else (_NAME, names)
        key = f"{kind}{len(meant)}".ljust(len(match[0]), "_")
        value = match["double"] if match["single"] is None else match["single"]
        meant[key] = value if column is None else column.replace("``", "`")
        return key

    start = text.lstrip()
    line = re.sub(r"\s", " ", _QUOTED.sub(stand_in, start.rstrip()))
    return line, names, texts


def _refuse_foreign(node: ast.AST, parsed: Parsed) -> None:
    """Refuse what Python knows and the language does not. Raises InvalidParameter."""
    if not isinstance(node, _KNOWN):
        raise parsed.refuse(node, "this is not part of the language of formulas.")
    if isinstance(node, ast.Name):
        known = node.id in parsed.names or node.id in parsed.texts
        if node.id[0] in _NAME + _TEXT and not known:
            raise parsed.refuse(node, "two names or texts stand side by side.")
    if isinstance(node, ast.Call) and (node.keywords or not isinstance(node.func, ast.Name)):
        raise parsed.refuse(node, "a function is written name(value, value).")
    if isinstance(node, ast.Constant) and not isinstance(node.value, bool | int | float | None):
        raise parsed.refuse(node, "this is not a value.")


def _after_is(node: ast.AST) -> list[ast.expr]:
    """What stands to the right of ``is``: the word missing, never a column."""
    if not isinstance(node, ast.Compare):
        return []
    pairs = zip(node.ops, node.comparators, strict=True)
    return [right for op, right in pairs if isinstance(op, ast.Is | ast.IsNot)]


def depth(tree: ast.AST) -> int:
    """How many levels of parts within parts a tree has."""
    level, deep = [tree], 0
    while level:
        level, deep = [child for node in level for child in ast.iter_child_nodes(node)], deep + 1
    return deep
