"""What a token of the scoring service opens, and until when."""

from enum import StrEnum

from mll_core.domain.value import Value


class Scope(StrEnum):
    """What one may ask a deployment for."""

    PREDICT = "predict"
    OUTCOMES = "outcomes"
    SCHEMA = "schema"


class Token(Value):
    """A token as it is kept: all but the token itself; times are UTC ISO text."""

    id: str
    deployment: str
    project: str | None = None
    scopes: tuple[Scope, ...]
    label: str = ""
    created: str
    expires: str
    used: str | None = None
    """The day of its last use; None when it never was."""
    revoked: str | None = None
