"""Secrets: values that show themselves to nobody but who asks, and texts with none left in them."""

import re
from collections import OrderedDict
from hmac import compare_digest
from threading import Lock
from typing import Any
from urllib.parse import quote, quote_plus

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

HIDDEN = "***"
SHORTEST = 4
"""Characters; a shorter secret is not looked for in texts, or every text would be full of holes."""
REMEMBERED = 4_096
"""How many values of secrets a process looks for at most, the newest ones."""

_known: OrderedDict[str, None] = OrderedDict()
_lock = Lock()


class Secret:
    """A password, token or key; only ``reveal()`` gives it away.

    Printing, formatting, JSON, copying into a pickle: all show ``***``. What was once a Secret is
    taken out of everything this process logs.
    """

    __slots__ = ("__weakref__", "_value")
    _value: str

    def __init__(self, value: "str | Secret") -> None:
        plain = value.reveal() if isinstance(value, Secret) else value
        object.__setattr__(self, "_value", plain)
        _remember(plain)

    def reveal(self) -> str:
        """The value itself, for the one call that needs it."""
        return self._value

    def __repr__(self) -> str:
        """Hidden."""
        return f"Secret({HIDDEN!r})"

    def __str__(self) -> str:
        """Hidden."""
        return HIDDEN

    def __format__(self, spec: str) -> str:
        """Hidden, as wide as asked."""
        return format(HIDDEN, spec)

    def __setattr__(self, name: str, value: object) -> None:
        """Refused: a secret does not change."""
        raise AttributeError("A secret does not change.")

    def __eq__(self, other: object) -> bool:
        """Whether two secrets are the same, in no telling time."""
        if not isinstance(other, Secret):
            return NotImplemented
        return compare_digest(_bytes(self._value), _bytes(other._value))

    def __hash__(self) -> int:
        """The same for the same value, in this process only."""
        return hash((Secret, self._value))

    def __bool__(self) -> bool:
        """Whether there is anything in it."""
        return bool(self._value)

    def __reduce__(self) -> tuple[type["Secret"], tuple[str]]:
        """A pickle holds a secret that was lost."""
        return Secret, (HIDDEN,)

    def __copy__(self) -> "Secret":
        """Itself."""
        return self

    def __deepcopy__(self, _: dict[int, Any]) -> "Secret":
        """Itself."""
        return self

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[Any], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """A field takes text or a Secret, and is written as ``***``."""
        made = core_schema.no_info_after_validator_function(cls, core_schema.str_schema())
        return core_schema.union_schema(
            [core_schema.is_instance_schema(cls), made],
            serialization=core_schema.plain_serializer_function_ser_schema(str, when_used="json"),
        )


def redacted(text: str) -> str:
    """``text`` without any value that was a Secret here, nor what looks like one.

    What looks like one: the password in an address, ``password=``, ``token=`` and their like, and
    what follows ``Bearer`` and ``Basic``.
    """
    with _lock:
        known = [value for value in _known if value in text]
    for value in sorted(known, key=len, reverse=True):
        text = text.replace(value, HIDDEN)
    for pattern, instead in _SHAPES:
        text = pattern.sub(instead, text)
    return text


def _remember(value: str) -> None:
    if len(value) < SHORTEST or value == HIDDEN:
        return
    forms = {value, quote(value, safe=""), quote_plus(value), repr(value)[1:-1]}
    with _lock:
        for form in forms:
            _known[form] = None
            _known.move_to_end(form)
        while len(_known) > REMEMBERED:
            _known.popitem(last=False)


def _bytes(value: str) -> bytes:
    return value.encode("utf-8", "surrogatepass")


_NAMES = (
    r"pass(?:word|wd|phrase)?|pwd|secret|client_secret|token|access_token|refresh_token|id_token"
    r"|api[_-]?key|access[_-]?key|sig|signature|credential"
)
_SHAPES = (
    (
        re.compile(r"(?i)(\w[\w+.-]*://[^\s/?#@:'\"]*:)[^\s@'\"]+(?:@[^\s@/'\"]+)*@"),
        rf"\1{HIDDEN}@",
    ),
    (re.compile(rf"(?i)([?&;](?:{_NAMES})=)[^&;#\s'\"]+"), rf"\1{HIDDEN}"),
    (re.compile(r"(?i)\b(bearer|basic)(\s+)[\w~+/.=-]{6,}"), rf"\1\2{HIDDEN}"),
    (
        re.compile(rf"(?i)\b([\w-]*(?:{_NAMES}))(['\"]?\s*[=:]\s*['\"]?)(?!\*)[^\s'\",;&)}}\]]+"),
        rf"\1\2{HIDDEN}",
    ),
)
