"""The base of every value that travels: frozen, checked, and JSON both ways."""

from typing import Any

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """A frozen value; ``model_dump_json`` and back gives an equal one, infinities included."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="constants")

    def to_json(self) -> dict[str, Any]:
        """The value as plain JSON data."""
        return self.model_dump(mode="json")
