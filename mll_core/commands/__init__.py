"""The commands, by name; the empty name is ``mll`` alone."""

from collections.abc import Mapping
from types import MappingProxyType

from mll_core.commands import (
    documents,
    explain,
    house,
    jobs,
    models,
    people,
    privacy,
    projects,
    query,
    recipe,
    secrets,
    tables,
    worth,
)
from mll_core.commands.command import Command

COMMANDS: Mapping[str, Command] = MappingProxyType(
    {
        **house.COMMANDS,
        **projects.COMMANDS,
        **models.COMMANDS,
        **documents.COMMANDS,
        **secrets.COMMANDS,
        **recipe.COMMANDS,
        **tables.COMMANDS,
        **jobs.COMMANDS,
        **query.COMMANDS,
        **privacy.COMMANDS,
        **people.COMMANDS,
        **worth.COMMANDS,
        **explain.COMMANDS,
    }
)
