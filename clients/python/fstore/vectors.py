"""The values of many features of many entities at one moment."""

from dataclasses import dataclass
from typing import Any, Dict, List, Optional

from .errors import invalid
from .libraries import need

# One list for each feature, with one cell for each entity.
Columns = List[List[Any]]


@dataclass(frozen=True)
class Vectors:
    """The answer of ``client.online()``: one feature vector for each entity, in the order of the question.

    >>> vectors = client.online(["temp", "wind_speed"], entities=["JFK", "LGA"])
    >>> vectors.to_dict()
    {'JFK': {'temp': 73.4, 'wind_speed': 10.4}, 'LGA': {'temp': 75.0, 'wind_speed': None}}
    >>> vectors.statuses["LGA"]
    {'temp': 'PRESENT', 'wind_speed': 'MISSING'}

    A value is None when its status is ``NULL`` (null was written), ``MISSING`` or ``EXPIRED`` (older than the feature's
    ttl).
    """

    features: List[str]
    entities: List[str]
    columns: Columns
    status_columns: Columns
    timestamp_columns: Optional[Columns] = None

    @property
    def statuses(self) -> Dict[str, Dict[str, str]]:
        """The status of each value, by entity and feature."""
        return self._by_entity(self.status_columns)

    @property
    def timestamps(self) -> Dict[str, Dict[str, Optional[str]]]:
        """The event time of each value as RFC 3339, by entity and feature. Ask for them with ``timestamps=True``."""
        if self.timestamp_columns is None:
            raise invalid("timestamps", "ask with online(timestamps=True) to get the event times")
        return self._by_entity(self.timestamp_columns)

    def to_dict(self) -> Dict[str, Dict[str, Any]]:
        """The values by entity and feature."""
        return self._by_entity(self.columns)

    def to_pandas(self) -> Any:
        """A DataFrame with a row for each entity, which is its index, and a column for each feature.

        >>> frame = client.online("temp", entities=["JFK", "LGA"]).to_pandas()
        >>> frame["temp"].to_dict()
        {'JFK': 73.4, 'LGA': 75.0}
        """
        from .pandas_rows import from_lists

        pandas = need("pandas", "to_pandas()")
        frame = from_lists(dict(zip(self.features, self.columns)))
        frame.index = pandas.Index(self.entities, name="entity_id")
        return frame

    def to_polars(self) -> Any:
        """A polars DataFrame with the column ``entity_id`` and one for each feature."""
        polars = need("polars", "to_polars()")
        return polars.DataFrame({"entity_id": self.entities, **dict(zip(self.features, self.columns))}, strict=False)

    def to_arrow(self) -> Any:
        """A pyarrow table with the column ``entity_id`` and one for each feature."""
        return need("pyarrow", "to_arrow()").table(
            {"entity_id": self.entities, **dict(zip(self.features, self.columns))}
        )

    def to_numpy(self, dtype: Any = "float64") -> Any:
        """An array with a row for each entity and a column for each feature. What is missing is NaN.

        Only numbers and booleans fit; ``dtype=object`` takes every value, and leaves missing ones None.

        >>> client.online(["temp", "wind_speed"], entities=["JFK", "LGA"]).to_numpy()
        array([[73.4, 10.4],
               [75. ,  nan]])
        """
        numpy = need("numpy", "to_numpy()")
        made = numpy.empty((len(self.entities), len(self.features)), dtype=dtype)
        is_object = made.dtype == object
        for position, (feature, column) in enumerate(zip(self.features, self.columns)):
            if not is_object and not all(value is None or isinstance(value, (bool, int, float)) for value in column):
                raise invalid(feature, "has values that are not numbers; use to_numpy(dtype=object) or to_pandas()")
            for row, value in enumerate(column):
                made[row, position] = value if value is not None or is_object else numpy.nan
        return made

    def _by_entity(self, columns: Columns) -> Dict[str, Dict[str, Any]]:
        return {entity: dict(zip(self.features, cells)) for entity, cells in zip(self.entities, zip(*columns))}
