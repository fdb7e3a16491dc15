"""Which requests to the kernel a caged process may make: no sockets, no new processes, no writing.

A filter of the Linux kernel (seccomp), which nothing can take away again. It stands beside
Landlock: that one knows files and TCP, this one shuts UDP, ``fork`` and ``exec`` too.
"""

import ctypes
import errno
import platform
import struct
import sys
from collections.abc import Iterable

_X86, _ARM = "x86_64", "aarch64"
_ARCHITECTURE = {_X86: 0xC000003E, _ARM: 0xC00000B7}
_LOAD, _EQUAL, _ANY_BIT, _AT_LEAST, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_NUMBER, _MACHINE, _ARGUMENTS = 0, 4, 16
_ALLOW, _ERROR = 0x7FFF0000, 0x00050000
_FOREIGN = 0x40000000
"""Numbers from here on are another table of calls (x32)."""
_THREAD = 0x00010000
_FOR_WRITING = 0b11 | 0o100 | 0o1000 | 0o2000
"""Flags of an opening that writes, makes, empties or appends."""

_SHUT = {
    # socket, socketpair, fork, vfork, execve, execveat, ptrace, process_vm_readv and _writev,
    # io_uring_setup, bpf, userfaultfd, mount, unshare, setns, keys, perf_event_open, pidfd_getfd
    _X86: (
        *(41, 53, 57, 58, 59, 322, 101, 310, 311, 425, 321, 323, 165, 272, 308, 248, 249, 250),
        *(298, 438),
    ),
    _ARM: (198, 199, 221, 281, 117, 270, 271, 425, 280, 282, 40, 97, 268, 217, 218, 219, 241, 438),
}
_CHANGING = {
    # creat, truncate, unlink, rename, link, symlink, mkdir, rmdir, chmod, chown and their ...at
    _X86: (
        *(85, 76, 87, 263, 82, 264, 316, 86, 265, 88, 266, 83, 258, 84, 90, 91, 268, 92, 93, 94),
        *(260, 133, 259, 452),
    ),
    _ARM: (45, 35, 38, 276, 37, 36, 34, 53, 52, 54, 55, 33, 452),
}
_OPENS = {_X86: ((2, 1), (257, 2)), _ARM: ((56, 2),)}
"""Calls that open a file, and the place of their flags."""
_CLONE = {_X86: 56, _ARM: 220}
_UNREADABLE = (435, 437)
"""clone3 and openat2 hide their flags from a filter: the libraries fall back to the plain ones."""


def shut(*, writing: bool) -> bool:
    """Refuse from now on, for good, what this process needs not; without ``writing`` also files
    opened to be changed. False where there is no such filter.
    """
    machine = platform.machine()
    if sys.platform != "linux" or machine not in _ARCHITECTURE:
        return False
    program = b"".join(_program(machine, writing))
    instructions = ctypes.create_string_buffer(program, len(program))
    filter_ = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(instructions))
    kernel = ctypes.CDLL(None, use_errno=True)
    kernel.prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS, without which the next is refused
    return bool(kernel.prctl(22, 2, filter_, 0, 0) == 0)  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER


def _program(machine: str, writing: bool) -> Iterable[bytes]:
    """The filter, top down: each question that is answered with yes ends in its answer."""
    yield _step(_LOAD, _MACHINE)
    yield _step(_EQUAL, _ARCHITECTURE[machine], 1, 0)
    yield _refuse(errno.EPERM)
    yield _step(_LOAD, _NUMBER)
    yield _step(_AT_LEAST, _FOREIGN, 0, 1)
    yield _refuse(errno.EPERM)
    for number in (*_SHUT[machine], *(() if writing else _CHANGING[machine])):
        yield _step(_EQUAL, number, 0, 1)
        yield _refuse(errno.EPERM)
    for number in _UNREADABLE:
        yield _step(_EQUAL, number, 0, 1)
        yield _refuse(errno.ENOSYS)
    yield from _unless_flag(_CLONE[machine], 0, _THREAD)
    for number, place in () if writing else _OPENS[machine]:
        yield from _if_flag(number, place, _FOR_WRITING)
    yield _step(_RETURN, _ALLOW)


def _unless_flag(number: int, place: int, flag: int) -> Iterable[bytes]:
    yield _step(_EQUAL, number, 0, 4)
    yield _step(_LOAD, _ARGUMENTS + 8 * place)
    yield _step(_ANY_BIT, flag, 1, 0)
    yield _refuse(errno.EPERM)
    yield _step(_RETURN, _ALLOW)


def _if_flag(number: int, place: int, flags: int) -> Iterable[bytes]:
    yield _step(_EQUAL, number, 0, 4)
    yield _step(_LOAD, _ARGUMENTS + 8 * place)
    yield _step(_ANY_BIT, flags, 0, 1)
    yield _refuse(errno.EACCES)
    yield _step(_RETURN, _ALLOW)


def _refuse(error: int) -> bytes:
    return _step(_RETURN, _ERROR | error)


def _step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("HBBI", code, yes, no, value)
