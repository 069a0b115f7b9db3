"""Libraries that are used when the caller has them. None is imported before it is needed."""

import importlib
import importlib.util
import sys
from typing import Any

from .errors import MISSING_LIBRARY, FStoreError


def has(name: str) -> bool:
    """Whether a library is installed, without importing it."""
    # A test may say that a library is missing: `sys.modules[name] = None`.
    if name in sys.modules:
        return sys.modules[name] is not None
    return importlib.util.find_spec(name) is not None


def need(name: str, purpose: str) -> Any:
    """The library, imported now. An error tells what it is needed for and how to install it."""
    if not has(name):
        raise FStoreError(f"{purpose} needs {name}: pip install {name}", code=MISSING_LIBRARY)
    return importlib.import_module(name)


def is_a(value: object, library: str, *names: str) -> bool:
    """Whether a value is of a class of a library. Without the library imported it cannot be."""
    module = sys.modules.get(library)
    return module is not None and isinstance(value, tuple(getattr(module, name) for name in names))
