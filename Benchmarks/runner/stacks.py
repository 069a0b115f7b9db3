"""Records with `perf` where a process spends its time, and reads the stacks: what a frame is called and who owns it."""

import re
import signal
import subprocess
import time
from collections import Counter
from contextlib import contextmanager
from typing import NamedTuple

# A frequency beside the round ones, so that samples do not fall into step with timers of the kernel and the program.
FREQUENCY = 4999
# The event is a clock of the kernel's: virtual machines often have no counters of the processor. Frame pointers,
# because Swift keeps them, and a stack is then some words instead of kilobytes to be unwound later.
RECORD = ["perf", "record", "-q", "-e", "cpu-clock", "-F", str(FREQUENCY), "--call-graph", "fp"]

KERNEL, LMDB, NIO, FSTORE, SWIFT, OTHER = "kernel", "LMDB", "NIO", "FStore", "Swift runtime", "C library and others"
OWNERS = (KERNEL, LMDB, NIO, FSTORE, SWIFT, OTHER)
THREAD = "thread"

# The beginnings of modules, of C functions within the program, and of libraries.
MODULES = {"FStore": FSTORE, "NIO": NIO, "_NIO": NIO, "CNIO": NIO, "Swift": SWIFT, "_": SWIFT, "Synchronization": SWIFT}
FUNCTIONS = {"fstore_": FSTORE, "extend_": FSTORE, "CNIO": NIO, "c_nio_": NIO}
# Calls into a library pass through the program, where they have the same names.
FUNCTIONS |= {"mdb_": LMDB, "swift_": SWIFT, "__swift": SWIFT}
LIBRARIES = {"[vdso]": OTHER, "[": KERNEL, "liblmdb": LMDB, "libswift": SWIFT}

# How a system call is entered is the same everywhere, and what glue of the compiler's passes on, its callers have.
PASSAGES = re.compile(r"(entry_SYSCALL_64|do_syscall_64|x64_sys_call|asm_\w+$|thunk for )")


class Frame(NamedTuple):
    owner: str
    name: str


def can_record(directory):
    """Whether the kernel lets us, which it does not everywhere."""
    done = subprocess.run([*RECORD, "-o", directory / "attempt.perf", "--", "true"], capture_output=True)
    return done.returncode == 0


@contextmanager
def attached(pid, file):
    """Records a process, with all its threads, during the `with` block."""
    with subprocess.Popen([*RECORD, "-p", str(pid), "-o", file]) as perf:
        # Attaching takes a moment. What runs meanwhile is like what runs later.
        time.sleep(0.3)
        if perf.poll() is not None:
            raise SystemExit(f"perf ended with {perf.returncode} before there was anything to record")
        try:
            yield
        finally:
            perf.send_signal(signal.SIGINT)
            perf.wait(60)


def read(file):
    """How often each stack was met, as tuples of frames from the thread to the innermost function."""
    raw = Counter(samples(file))
    frames = resolve(sorted({line for stack in raw for line in stack[1:]}))
    folded = Counter()
    for (thread, *lines), count in raw.items():
        folded[fold(thread, [frames[line] for line in lines])] += count
    return folded


def samples(file):
    """One sample after another: the thread's name and `function (library)` of each frame, innermost first."""
    # What the compiler has inlined stays with the function it is in: a release build does not tell more.
    words = ["perf", "script", "-i", file, "--no-inline", "-F", "comm,ip,sym,dso"]
    # Millions of lines, of which some thousands are different.
    stack, known = [], {}
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as script:
        for line in script.stdout:
            if line != "\n":
                # A frame begins with its address.
                told = line.strip().split(" ", 1)[-1] if stack else line.strip()
                stack.append(known.setdefault(told, told))
            elif stack:
                yield tuple(stack)
                stack = []
    if stack:
        yield tuple(stack)
    if script.returncode != 0:
        raise SystemExit(f"perf script ended with {script.returncode}")


def resolve(lines):
    """The frame of each `function (library)`; none for what leads nowhere."""
    parts = {line: re.fullmatch(r"(.*) \((.*)\)", line).groups() for line in lines}
    mangled = sorted({name for name, _ in parts.values() if name.startswith("$s")})
    demangled = dict(zip(mangled, zip(demangle(mangled), demangle(mangled, "--simplified"))))
    return {line: frame(name, library, *demangled.get(name, ())) for line, (name, library) in parts.items()}


def demangle(names, *options):
    """All in one call, one a line: a process for each would take minutes."""
    text = "\n".join(names)
    done = subprocess.run(["swift", "demangle", *options], input=text, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def frame(name, library, full=None, simple=None):
    if library == "[unknown]":
        return None
    base = library.rpartition("/")[2]
    if full:
        return Frame(owner_of_module(module(full)), readable(simple))
    if name == "[unknown]":
        name = f"{base.strip('[]').partition('.')[0]}, no name"
    # Without versions of symbols, numbers of parts that compilers have split off, and parameters of C++'s templates.
    name = re.sub(r"^__GI_|@.*|\.(isra|constprop|part|cold|llvm)\b.*", "", name)
    name = without_generics(name, r"<[^<>]*>")
    # A library of the Swift toolchain, whatever its name.
    if "/swift/linux/" in library:
        return Frame(SWIFT, name)
    found = first(LIBRARIES, base) or first(FUNCTIONS, name)
    return Frame(found or OTHER, name)


def first(owners, name):
    return next((owner for beginning, owner in owners.items() if name.startswith(beginning)), None)


def owner_of_module(name):
    return first(MODULES, name) or OTHER


def module(full):
    """The module of a function. What was specialized, outlined or closed over belongs where its source stands."""
    if "thunk" in full:
        return "Swift"
    # A witness belongs to the type that conforms.
    name = full.rpartition(" in conformance ")[2]
    name = re.sub(r"\((\S+) in _[0-9A-F]{32}\)", r"\1", name)
    name = re.sub(r"\(extension in (\w+)\):\w+\.", r"\1.", name)
    name = without_generics(name.replace("->", ""), r"<[^<>]*>")
    # What follows "in" is what a closure stands in, or at the end the module of a conformance.
    name = re.split(r" of | for | in (?!\w+$)", name)[-1]
    found = re.search(r"(\w+)\.", name)
    return found.group(1) if found else ""


def readable(simple):
    """`closure #1 in specialized Store.read<A>(_:)` as `closure in Store.read(_:)`."""
    name = re.sub(r"(@plt| with unmangled suffix .*)$", "", simple)
    name = re.sub(r"(merged|specialized|partial apply for|static|@objc) ", "", name)
    name = re.sub(r"^protocol witness for (?:\w+\.)?(.*) in conformance (\S+).*", r"\2.\1", name)
    name = re.sub(r"((implicit )?closure #\d+ in )+", "closure in ", name)
    return without_generics(name, r"(?<=\w)<[^<>]*>")


def without_generics(name, innermost):
    while name != (shorter := re.sub(innermost, "", name)):
        name = shorter
    return name


def fold(thread, frames):
    """From the outside in, without frames that tell nothing.

    The thread is the bottom, so that stacks which break off in a library without frame pointers stand at least there.
    """
    bottom = Frame(THREAD, re.sub(r"[-#\d ]+$", "", thread))
    told = [frame for frame in reversed(frames) if frame is not None]
    kept = [frame for frame in told[:-1] if not PASSAGES.match(frame.name)] + told[-1:]
    # A function, its merged twin and the forwarder to it have one name after all.
    kept = [frame for at, frame in enumerate(kept) if at == 0 or frame != kept[at - 1]]
    return (bottom, *(kept or [Frame(OTHER, "unknown")]))
