"""Where something is wrong, as the pages call it; the engine gives the path in the document."""

import re
from collections.abc import Sequence
from typing import get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from mll_core.catalog import STEPS
from mll_core.domain.document import Document
from mll_core.domain.step import Step

_NUMBERED = re.compile(r"^(?:prepare\.)?steps\.(\d+)(?:\.(\w+))?(?:\.(\w+))?: ")
_NAMED = re.compile(r"^(\w+)(?:\.(\w+))?(?: \(the other table\))?: ")
_PATH = re.compile(r"^([a-z_]+(?:\.\w+)+): ")
_AT = re.compile(r"(?<=: )position (\d+): ")


def said(text: str, steps: Sequence[Step] = (), at: int | None = None) -> str:
    """The same with every place as a person knows it.

    ``steps``: the recipe it is about; ``at``: the one that somebody is working on.
    """
    return "".join(_line(part, steps, at) for part in re.split(r"(?<=\. )|(?<=\n)", text))


def _line(line: str, steps: Sequence[Step], at: int | None) -> str:
    if found := _NUMBERED.match(line):
        number, kind = int(found[1]), found[2]
        if kind not in STEPS:  # the document names the field alone
            kind = steps[number].kind if number < len(steps) else None
            field = found[2]
        else:
            field = found[3]
        where = f"Step {number + 1}{_called(kind, field)}"
    elif (found := _NAMED.match(line)) and found[1] in STEPS:
        number, kind, field = _number(line, found[1], steps, at), found[1], found[2]
        where = f"Step {number}{_called(kind, field)}" if number else _called(kind, field)[2:]
    elif (found := _PATH.match(line)) and (words := _section(found[1])):
        kind, where = None, words
    else:
        return _AT.sub(r"at letter \1: ", line)
    rest = _plain(_AT.sub(r"at letter \1: ", f": {line[found.end() :]}"), kind)
    return f"{where}{rest}"


def _called(kind: str | None, field: str | None) -> str:
    """The label of a step and what its form calls the field."""
    if kind is None:
        return ""
    info = STEPS[kind].model_fields.get(field or "")
    return f", {STEPS[kind].label}" + (f", “{short(field or '', info)}”" if info else "")


def short(name: str, info: FieldInfo) -> str:
    """What a field is called, without what is explained behind it."""
    return re.split(r"[;,:]", info.description or name.replace("_", " "))[0]


def _number(line: str, kind: str, steps: Sequence[Step], at: int | None) -> int | None:
    """Which step it is, from 1: the only one of its kind, or the one whose columns are named; that
    somebody works on rather than another, else the first."""
    there = {n: step for n, step in enumerate(steps, 1) if step.kind == kind and step.enabled}
    if len(there) == 1:
        return next(iter(there))
    named = [n for n, step in there.items() if any(repr(c) in line for _, c, _ in step.picks())]
    here = None if at is None else at + 1
    return here if here in (named or there) else next(iter(named), None)


def _section(path: str) -> str | None:
    """The name of a field of the document; None for a path that leads nowhere."""
    model: object = Document
    info = None
    for part in path.split("."):
        if isinstance(model, type) and issubclass(model, BaseModel):
            info = model.model_fields.get(part)
            if info is None:
                return None
            inner = info.annotation
            model = inner if isinstance(inner, type) else next(iter(get_args(inner)), None)
    return f"“{short(path, info)}”" if info else None


def _plain(text: str, kind: str | None) -> str:
    """Kinds and fields that are named in the sentence as well, unless they are quoted."""
    fields = STEPS[kind].model_fields if kind else {}
    words = {name: short(name, info) for name, info in fields.items() if "_" in name}
    words |= {name: cls.label for name, cls in STEPS.items()}
    return re.sub(
        r"(?<!['\w`])\w+_\w+(?!['\w`])",
        lambda word: f"“{words[word[0]]}”" if word[0] in words else word[0],
        text,
    )
