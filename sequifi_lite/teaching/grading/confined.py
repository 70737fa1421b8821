"""Confine a process to computing and reading: it cannot write, connect, start or signal another, or grow.

By a filter of system calls (seccomp), which every Linux has and which needs no rights, and by limits of
memory and time. What is not on the list is refused, so that a call nobody thought of is refused too.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys

#: Calls that are let through whatever is asked, and their numbers on x86-64 and 64-bit ARM (-1: has none).
CALLS = {
    "read": (0, 63), "write": (1, 64), "readv": (19, 65), "writev": (20, 66), "pread64": (17, 67),
    "lseek": (8, 62), "close": (3, 57), "close_range": (436, 436), "dup": (32, 23), "dup2": (33, -1),
    "dup3": (292, 24), "stat": (4, -1), "lstat": (6, -1), "fstat": (5, 80), "newfstatat": (262, 79),
    "statx": (332, 291), "access": (21, -1), "faccessat": (269, 48), "faccessat2": (439, 439),
    "readlink": (89, -1), "readlinkat": (267, 78), "getdents64": (217, 61), "getcwd": (79, 17),
    "poll": (7, -1), "ppoll": (271, 73), "select": (23, -1), "pselect6": (270, 72), "mmap": (9, 222),
    "mprotect": (10, 226), "munmap": (11, 215), "mremap": (25, 216), "brk": (12, 214),
    "madvise": (28, 233), "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139), "sigaltstack": (131, 132), "futex": (202, 98), "sched_yield": (24, 124),
    "sched_getaffinity": (204, 123), "getcpu": (309, 168), "set_robust_list": (273, 99),
    "set_tid_address": (218, 96), "rseq": (334, 293), "membarrier": (324, 283), "getrandom": (318, 278),
    "getpid": (39, 172), "getppid": (110, 173), "gettid": (186, 178), "getuid": (102, 174),
    "geteuid": (107, 175), "getgid": (104, 176), "getegid": (108, 177), "uname": (63, 160),
    "sysinfo": (99, 179), "getrlimit": (97, 163), "getrusage": (98, 165), "times": (100, 153),
    "time": (201, -1), "gettimeofday": (96, 169), "clock_gettime": (228, 113),
    "clock_getres": (229, 114), "clock_nanosleep": (230, 115), "nanosleep": (35, 101),
    "setitimer": (38, 103), "getitimer": (36, 102), "restart_syscall": (219, 128),
    "arch_prctl": (158, -1), "exit": (60, 93), "exit_group": (231, 94),
}  # fmt: skip
#: Calls that depend on an argument, and their numbers.
OPEN, OPENAT, FCNTL, IOCTL, CLONE, PRLIMIT, TGKILL = (
    (2, -1), (257, 56), (72, 25), (16, 29), (56, 220), (302, 261), (234, 131)
)  # fmt: skip
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # column above; what the filter calls it
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
OWN_FILES = (0, 1, 2, 3, 4, 1030)  # of fcntl: duplicates and flags; not whom to signal, not locks
THREAD = 0x10000  # of clone: a thread, not a process
NEW = (
    424  # calls from this number on have an older sister, to which libraries turn if told that there is none
)
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000


def possible() -> bool:
    """Tell whether this system can confine a process in this way."""
    return sys.platform == "linux" and platform.machine() in MACHINES and sys.maxsize > 2**32


def confine(seconds: float, megabytes: int) -> None:
    """Confine this process until it ends: there is no way back.

    Parameters
    ----------
    seconds : float
        Processor time that it may still use; whoever waits for it ends it earlier, by the clock.
    megabytes : int
        By how much its memory may grow.

    Raises
    ------
    OSError
        If the system refuses.
    """
    limit(seconds, megabytes)
    library = ctypes.CDLL(None, use_errno=True)
    program = filtered(*MACHINES[platform.machine()], os.getpid())
    code = ctypes.create_string_buffer(program, len(program))
    filter_ = ctypes.create_string_buffer(
        struct.pack("@HxxxxxxQ", len(program) // 8, ctypes.addressof(code)), 16
    )
    no_new_rights, of_calls, by_filter = 38, 22, 2
    asked = [(no_new_rights, 1, 0), (of_calls, by_filter, ctypes.addressof(filter_))]
    for option, first, second in asked:
        word = ctypes.c_ulong
        if library.prctl(option, word(first), word(second), word(0), word(0)):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))


def limit(seconds: float, megabytes: int) -> None:
    """Limit processor time, memory and files, and end with the process that began this one."""
    import resource

    os.setsid()  # out of reach of the terminal
    if sys.platform == "linux":
        parent = os.getppid()
        ctypes.CDLL(None).prctl(1, 9)
        if os.getppid() != parent:
            os._exit(1)
    limit_memory(megabytes, for_ever=True)
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    last = int(used + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (last, last))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def limit_memory(megabytes: int, for_ever: bool = False) -> None:
    """Let this process grow by so much and no more; on Linux, where it can be known how large it is."""
    import resource

    if sys.platform == "linux":
        with open("/proc/self/statm") as file:
            most = int(file.read().split()[0]) * resource.getpagesize() + megabytes * 2**20
        resource.setrlimit(
            resource.RLIMIT_AS, (most, most if for_ever else resource.getrlimit(resource.RLIMIT_AS)[1])
        )


def filtered(column: int, machine: int, process: int) -> bytes:
    """Write the filter: 8 bytes for each instruction, as the kernel takes them."""
    lines: list[tuple[int, int, int, int]] = []

    def instruct(code: int, value: int, then: int = 0, otherwise: int = 0) -> None:
        lines.append((code, then, otherwise, value))

    def refuse(number: int) -> None:
        instruct(RETURN, REFUSE | number)

    def of_call(numbers: tuple[int, int], steps: int) -> bool:
        if numbers[column] >= 0:
            instruct(EQUAL, numbers[column], 0, steps)
        return numbers[column] >= 0

    def argument(index: int, high: bool = False) -> None:
        instruct(LOAD, 16 + 8 * index + 4 * high)

    instruct(LOAD, 4)
    instruct(EQUAL, machine, 1, 0)
    refuse(errno.EPERM)
    instruct(LOAD, 0)
    for numbers in CALLS.values():
        if of_call(numbers, 1):
            instruct(RETURN, ALLOW)
    for numbers, index in ((OPEN, 1), (OPENAT, 2)):
        if of_call(numbers, 4):
            argument(index)
            instruct(ANY_BIT, WRITING, 1, 0)
            instruct(RETURN, ALLOW)
            refuse(errno.EACCES)
    for numbers, code, index, values in (
        (FCNTL, EQUAL, 1, OWN_FILES),
        (CLONE, ANY_BIT, 0, (THREAD,)),
        (TGKILL, EQUAL, 0, (process,)),
    ):
        if of_call(numbers, 2 + 2 * len(values)):
            argument(index)
            for value in values:
                instruct(code, value, 0, 1)
                instruct(RETURN, ALLOW)
            refuse(errno.EPERM)
    if of_call(PRLIMIT, 6):  # asking, not setting: the new limit is no address
        argument(2)
        instruct(EQUAL, 0, 0, 3)
        argument(2, high=True)
        instruct(EQUAL, 0, 0, 1)
        instruct(RETURN, ALLOW)
        refuse(errno.EPERM)
    if of_call(IOCTL, 1):
        refuse(errno.ENOTTY)
    instruct(AT_LEAST, NEW, 0, 1)
    refuse(errno.ENOSYS)
    refuse(errno.EPERM)
    return b"".join(struct.pack("<HBBI", *line) for line in lines)
