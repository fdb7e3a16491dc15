"""The bodies and answers of the service, for its OpenAPI description."""

from typing import Any

_ERROR = {
    "type": "object",
    "properties": {
        "record": {"type": ["integer", "null"], "description": "Place in the batch, from 0"},
        "column": {"type": ["string", "null"]},
        "problem": {"type": "string"},
        "hint": {"type": "string"},
    },
}
_ERRORS = {
    "type": "object",
    "required": ["errors"],
    "properties": {"errors": {"type": "array", "items": _ERROR}},
}
_STATUSES = {
    400: "The body is not strict JSON.",
    401: "No valid token was sent.",
    404: "There is no such deployment.",
    408: "The body came too slowly.",
    413: "The body is over 16 MB (one record: 1 MB), or has more than 1,000 entries.",
    422: "Some entries were refused; what could be answered is in the same body.",
    503: "No model is loaded yet.",
}
RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"description": about, "content": {"application/json": {"schema": _ERRORS}}}
    for status, about in _STATUSES.items()
}


def _body(name: str, entry: dict[str, Any], **more: Any) -> dict[str, Any]:
    entries = {"type": "array", "minItems": 1, "maxItems": 1000, "items": entry}
    schema = {
        "type": "object",
        "required": [name],
        "additionalProperties": False,
        "properties": {name: entries, **more},
    }
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


PREDICT = _body(
    "records",
    {"type": "object", "description": "Raw columns, see /v1/{deployment}/schema"},
    explain={"type": "boolean", "default": False},
)
OUTCOMES = _body(
    "outcomes",
    {
        "type": "object",
        "required": ["request_id", "record", "actual"],
        "additionalProperties": False,
        "properties": {
            "request_id": {"type": "string"},
            "record": {"type": "integer", "minimum": 0},
            "actual": {"description": "What was true, as the target column holds it"},
        },
    },
)
