"""The project document as YAML: every default written out, comments kept, all faults at once."""

import io
from collections.abc import Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError
from ruamel.yaml.tokens import (
    AliasToken,
    BlockEndToken,
    BlockMappingStartToken,
    BlockSequenceStartToken,
    FlowMappingEndToken,
    FlowMappingStartToken,
    FlowSequenceEndToken,
    FlowSequenceStartToken,
)

from mll_core.domain.document import Document
from mll_core.domain.errors import InvalidDocument, InvalidParameter, faults, nearest
from mll_core.domain.plugin import Plugin

Shelves = Mapping[str, Mapping[str, type[Plugin]]]
"""Plug-ins by the dotted path of the list, or of the one word, that names them; then by kind."""

TITLES = {
    "brief": "Stage 1, business: the question, the decision, and what counts as success",
    "data": "Stage 2, collect: where the rows come from",
    "prepare": "Stage 3, prepare: the recipe, and the columns the model never sees",
    "split": "Stage 3, prepare: which rows are sealed for the test",
    "train": "Stage 4, train: which models are tried, and for how long",
    "evaluate": "Stage 5, evaluate: how the evidence is gathered",
    "deploy": "Stage 6, deploy: the address and the rules of approval",
    "monitor": "Stage 7, monitor: what is watched, and when to speak up",
}
_OPEN = (
    BlockMappingStartToken,
    BlockSequenceStartToken,
    FlowMappingStartToken,
    FlowSequenceStartToken,
)
_CLOSE = (BlockEndToken, FlowMappingEndToken, FlowSequenceEndToken)
AUTO = "auto"
"""The word for what is judged from the data."""
_LONGEST, _DEEPEST = 1_000_000, 40
HINT = "Correct the lines named above; nothing was changed."


def parse(text: str, shelves: Shelves) -> Document:
    """The document that ``text`` says. Raises InvalidDocument with every fault and its path."""
    try:
        _refuse_bomb(text)
        plain = _yaml("safe").load(text)
    except (YAMLError, ValueError, RecursionError) as error:
        raise InvalidDocument(f"The document is not YAML: {error}", hint=HINT) from error
    if not isinstance(plain, dict):
        what = "The document is not a list of sections."
        raise InvalidDocument(what, hint=f"It starts with name:, then {', '.join(TITLES)}.")
    return build(plain, shelves)


def _refuse_bomb(text: str) -> None:
    """Refuse what a few lines could blow up to gigabytes: references, depth, length."""
    depth = 0
    if len(text) > _LONGEST:
        raise InvalidDocument(f"The document is longer than {_LONGEST:,} letters.", hint=HINT)
    for token in _yaml("safe").scan(text):
        if isinstance(token, AliasToken):
            line = token.start_mark.line + 1
            what = f"The document refers to another part of itself (*) in line {line}."
            raise InvalidDocument(what, hint="Write the part out.")
        depth += isinstance(token, _OPEN) - isinstance(token, _CLOSE)
        if depth > _DEEPEST:
            raise InvalidDocument("The document is nested too deeply.", hint=HINT)


def build(plain: Mapping[str, Any], shelves: Shelves) -> Document:
    """The document of plain data. Raises InvalidDocument with every fault and its path."""
    found: list[str] = []
    values = _copy(plain)
    for path, shelf in shelves.items():
        section, _, field = path.partition(".")
        entries = values.get(section, {}) if isinstance(values.get(section), dict) else {}
        if isinstance(entries.get(field), list):
            entries[field] = _plugins(entries[field], path, shelf, found)
        elif isinstance(word := entries.get(field), str) and word not in (AUTO, *shelf):
            found.append(f"{path}: there is no {word!r}. {nearest(word, (AUTO, *shelf))}")
    try:
        document = Document.model_validate(values)
    except ValidationError as error:
        found += [_fault(line, e) for line, e in zip(faults(error), error.errors(), strict=True)]
    if found:
        raise InvalidDocument("\n".join(found), hint=HINT)
    return document


def render(document: Document, before: str = "") -> str:
    """``document`` as YAML; the comments of ``before`` stay where they were."""
    yaml = _yaml("rt")
    old = yaml.load(before) if before else None
    new = document.to_json()
    if isinstance(old, CommentedMap):
        _merge(old, new)
    else:
        old = CommentedMap(new)
        for section, title in TITLES.items():
            old.yaml_set_comment_before_after_key(section, before=f"\n{title}")
    stream = io.StringIO()
    yaml.dump(old, stream)
    return stream.getvalue()


def listed(entries: list[dict[str, Any]]) -> str:
    """Plain entries as a list in YAML."""
    stream = io.StringIO()
    _yaml("rt").dump(entries, stream)
    return stream.getvalue()


def changed(plain: Any, path: str, value: Any) -> Any:
    """A copy of ``plain`` with ``value`` at the dotted ``path``. Raises InvalidParameter."""
    copy = _copy(plain)
    *parents, last = path.split(".")
    place: Any = copy
    for part in parents:
        place = place[_step(place, part, path)]
    place[_step(place, last, path)] = value
    return copy


def _step(place: Any, part: str, path: str) -> str | int:
    if isinstance(place, dict):
        if part not in place:
            where = f"{path}: there is no {part!r} here."
            raise InvalidParameter(where, hint=nearest(part, place))
        return part
    if isinstance(place, list) and part.isdigit() and int(part) < len(place):
        return int(part)
    raise InvalidParameter(f"{path}: there is nothing at {part!r}.", hint="Look at project.yaml.")


def _plugins(
    entries: list[Any], path: str, shelf: Mapping[str, type[Plugin]], found: list[str]
) -> list[Plugin]:
    built = []
    for index, entry in enumerate(entries):
        where = f"{path}.{index}"
        kind = str(entry.get("kind") if isinstance(entry, dict) else entry)
        if kind not in shelf:
            found.append(f"{where}: there is no {kind!r}. {nearest(kind, shelf)}")
            continue
        values = entry if isinstance(entry, dict) else {"kind": kind}
        try:
            built.append(shelf[kind].model_validate(values))
        except ValidationError as error:
            lines = faults(error, where)
            pairs = zip(lines, error.errors(), strict=True)
            found += [_advised(line, e, shelf[kind].model_fields) for line, e in pairs]
        except InvalidParameter as error:
            found.append(f"{where}: {error} {error.hint}")
    return built


def _fault(line: str, error: Any) -> str:
    model: Any = Document
    for part in error["loc"][:-1]:
        model = _inside(model, part)
    keys = model.model_fields if model is not None else {}
    return _advised(line, error, keys)


def _advised(line: str, error: Any, keys: Mapping[str, Any]) -> str:
    if error["type"] != "extra_forbidden":
        return line
    path = line.split(":", 1)[0]
    return f"{path}: this key is not known. {nearest(str(error['loc'][-1]), keys)}"


def _inside(model: Any, part: str | int) -> type[BaseModel] | None:
    if model is None or isinstance(part, int):
        return model  # type: ignore[no-any-return]
    field = model.model_fields.get(part)
    if field is None:
        return None
    kinds = (field.annotation, *get_args(field.annotation))
    return next((k for k in kinds if isinstance(k, type) and issubclass(k, BaseModel)), None)


def _merge(old: CommentedMap, new: Mapping[str, Any]) -> None:
    for key in [key for key in old if key not in new]:
        del old[key]
    for key, value in new.items():
        if isinstance(value, dict) and isinstance(old.get(key), CommentedMap):
            _merge(old[key], value)
        elif key not in old or old[key] != value:
            old[key] = value


def _copy(plain: Any) -> Any:
    if isinstance(plain, Mapping):
        return {str(key): _copy(value) for key, value in plain.items()}
    return [_copy(value) for value in plain] if isinstance(plain, list | tuple) else plain


def _yaml(kind: str) -> YAML:
    yaml = YAML(typ=kind, pure=True)
    yaml.width = 100
    yaml.allow_unicode = True
    yaml.default_flow_style = False
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml
