"""Values of Python, numpy and pandas as values of JSON."""

import base64
import json
import math
from datetime import date
from decimal import Decimal
from typing import Any, Iterable, List, Mapping, Optional, Union
from uuid import UUID

from .errors import invalid
from .libraries import is_a
from .times import time_text

Entity = Union[str, int]


def dumps(value: Any) -> str:
    """Compact JSON. NaN and infinity are not JSON; the callers have taken them out."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def plain(value: Any, zone: Optional[str] = None) -> Any:
    """A value as JSON has it: NaN, NaT and NA are null, bytes base64, times RFC 3339. Raises ValueError."""
    if value is None or isinstance(value, (str, bool)):
        return str(value) if type(value).__name__ == "str_" else value
    if isinstance(value, float):
        return _finite(float(value))
    if isinstance(value, int):
        return int(value)
    if type(value).__name__ in ("NAType", "NaTType"):
        return None
    if type(value).__name__ == "datetime64" or isinstance(value, date):
        return None if value != value else time_text(value, zone)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, Decimal):
        return _finite(float(value))
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Mapping):
        return {str(name): plain(member, zone) for name, member in value.items()}
    # Scalars of numpy have `item`, its arrays and those of pandas and polars `tolist` or `to_list`.
    if is_a(value, "numpy", "generic"):
        return plain(value.item(), zone)
    if isinstance(value, (list, tuple)) or is_sequence(value):
        return [plain(member, zone) for member in listed(value)]
    raise ValueError(f"a {type(value).__name__} is not a value that FStore has")


def entity_text(value: Any) -> str:
    """The name of an entity: a text, or the digits of a whole number. Raises ValueError."""
    if isinstance(value, str):
        return str(value)
    if is_a(value, "numpy", "generic"):
        value = value.item()
    if isinstance(value, int) and not isinstance(value, bool):
        return str(int(value))
    if isinstance(value, UUID):
        return str(value)
    if is_missing(value):
        raise ValueError("the entity is missing")
    hint = "; convert whole numbers with int()" if isinstance(value, float) else ""
    raise ValueError(f"{value!r} is not an entity: use a text or a whole number{hint}")


def entity_list(entities: Union[Entity, Iterable[Entity]], field: str = "entities") -> List[str]:
    """The names of some entities: of a list, an array, a series or a single one."""
    single = isinstance(entities, (str, int)) or is_a(entities, "numpy", "generic")
    found = []
    for index, entity in enumerate([entities] if single else listed(entities)):
        try:
            found.append(entity_text(entity))
        except ValueError as error:
            raise invalid(f"{field}[{index}]", str(error)) from None
    return found


def name_list(names: Union[str, Iterable[str]], field: str = "features") -> List[str]:
    """The names of some features: of a list, an index or a single one."""
    found = [names] if isinstance(names, str) else listed(names)
    for index, name in enumerate(found):
        if not isinstance(name, str) or not name:
            raise invalid(f"{field}[{index}]", f"{name!r} is not the name of a feature")
    return [str(name) for name in found]


def is_missing(value: Any) -> bool:
    kind = type(value).__name__
    if value is None or kind in ("NAType", "NaTType"):
        return True
    return (isinstance(value, float) or kind in ("datetime64", "float32", "float16")) and bool(value != value)


def is_sequence(value: Any) -> bool:
    return hasattr(value, "tolist") or hasattr(value, "to_list") or hasattr(value, "to_pylist")


def listed(values: Any) -> List[Any]:
    """The elements of a list, or of an array or series of numpy, pandas, polars or Arrow."""
    for method in ("to_pylist", "tolist", "to_list"):
        if hasattr(values, method):
            return list(getattr(values, method)())
    try:
        return list(values)
    except TypeError:
        raise ValueError(f"a {type(values).__name__} is not a list") from None


def _finite(number: float) -> Optional[float]:
    if math.isinf(number):
        raise ValueError("infinity cannot be stored; numbers must be finite")
    return None if math.isnan(number) else number
