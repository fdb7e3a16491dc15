"""Memory that libraries keep though nothing is in it."""

import ctypes
import os
from functools import cache
from typing import Any

import pyarrow as pa


def give_back() -> None:
    """Give it back to the system, as far as the system takes it."""
    pa.default_memory_pool().release_unused()
    if trim := _trim():
        trim(0)


@cache
def _trim() -> Any:
    """What gives back the memory of the C library; None where it has no such thing."""
    return getattr(ctypes.CDLL(None), "malloc_trim", None) if os.name == "posix" else None
