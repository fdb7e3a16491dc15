"""Regular expressions as the engine reads them: RE2's, which neither look around nor back."""

import re

from pydantic_core import PydanticCustomError


def groups(pattern: str) -> int:
    """How many groups ``pattern`` has. Raises PydanticCustomError when it is none of RE2's.

    Source: github.com/google/re2/wiki/Syntax
    """
    import pyarrow as pa
    from pyarrow import compute

    try:
        found = re.compile(pattern).groups
        compute.match_substring_regex(pa.array([""]), pattern)  # Arrow brings RE2 along
    except (re.error, pa.ArrowInvalid) as error:
        why = str(error).partition(": ")[2] if isinstance(error, pa.ArrowInvalid) else str(error)
        what = f"{pattern!r} is no regular expression that can be used here: {why}"
        raise PydanticCustomError("pattern", "{what}", {"what": what}) from error
    return found
