"""Values are stored, deleted and erased."""

import uuid
import warnings
from typing import Any, Dict, Iterable, Iterator, List, Mapping, Optional, Union

from .cells import Entity, entity_list, entity_text, name_list, plain
from .errors import ROWS_REJECTED, FStoreError, invalid
from .files import FileBody
from .progress import Progress
from .results import WriteResult
from .rows import Rows, Selection
from .tables import data_of
from .times import Time, moment, zone_rules
from .transport import Body, Transport, path

DEFAULT_ENTITY = "entity_id"
DEFAULT_TIME = "timestamp"


class Writing:
    """The part of the client that stores, deletes and erases values."""

    _transport: Transport

    def write(
        self,
        data: Any,
        *,
        entity: str = DEFAULT_ENTITY,
        time: Optional[str] = None,
        features: Union[None, str, Iterable[str]] = None,
        create: bool = False,
        nulls: str = "skip",
        zone: Optional[str] = None,
        progress: Optional[bool] = None,
        raise_on_reject: bool = False,
        idempotency_key: Optional[str] = None,
    ) -> WriteResult:
        """Stores a table of any size: a column of entities, one of event times, and one for each feature.

        ``data`` is a DataFrame of pandas or polars, a table of pyarrow, a list of dictionaries, or the path of a CSV,
        NDJSON or Parquet file. It is sent in one request, a part at a time, and the server stores each part as it
        comes.

        ``time`` is the column of event times. Without it that is ``timestamp``, if there is one, else the moment of the
        request. Times without a zone need ``zone``; in CSV and NDJSON files they are in UTC. ``features`` are all other
        columns by default. ``create`` makes features that do not exist, with the type of their column. Missing values
        (None, NaN, NA) are left out, or stored as null with ``nulls="write"``.

        The server leaves out rows with a wrong cell. They are in the ``rejects`` of the result, and a
        ``RejectedRowsWarning`` is given; with ``raise_on_reject`` it is an error, after the other rows were stored. If
        not one row fits, it is an error in any case. An entity or time that is missing in a table is an error before its part is sent.

        ``progress`` draws a bar on standard error, by default only on a terminal. When the connection is lost, the data
        are sent again with the same ``idempotency_key``, and the server goes on behind the rows that it has. To go on
        after an error, give a key of your own and call again with the same data.

        >>> rows = [{"origin": "JFK", "time_hour": "2013-07-04T16:00:00Z", "humidity": 41.5}]
        >>> result = client.write(rows, entity="origin", time="time_hour", create=True)
        >>> result.rows, result.values, result.created
        (1, 1, ['humidity'])
        """
        if nulls not in ("skip", "write"):
            raise invalid("nulls", f"{nulls!r} is neither 'skip' nor 'write'")
        if zone is not None:
            zone_rules(zone)
        source = data_of(data)
        query: Dict[str, Optional[str]] = {"entity": entity, "time": time}
        made: List[str] = []
        if isinstance(source, FileBody):
            query.update(_checked(source, entity, time, features, zone))
            bar, media_type, encoding = Progress(source.bytes, "bytes", progress), source.media_type, source.encoding
        else:
            selection = _selection(source, entity, time, features, zone)
            if not source.has_head():
                return WriteResult(rows=0, values=0)
            if create:
                made = self._made(source.lost_types(selection.features))
            query["time"] = selection.time
            bar, media_type, encoding = Progress(source.count(), "rows", progress), source.media_type, None

        def pieces() -> Iterator[bytes]:
            bar.restart()
            parts = source.pieces() if isinstance(source, FileBody) else source.pieces(selection)
            for piece, count in parts:
                yield piece
                bar.advance(count)

        query["nulls"] = "write" if nulls == "write" else None
        query["create"] = "true" if create else None
        try:
            answer = self._transport.send(
                "POST",
                path("values", "write"),
                self._transport.read_json,
                Body(media_type, pieces, encoding=encoding),
                query=query,
                headers={"Idempotency-Key": idempotency_key or uuid.uuid4().hex},
                repeatable=True,
            )
        finally:
            bar.finish()
        answer["created"] = [*made, *(answer.get("created") or [])]
        return _reported(WriteResult.of(answer), raise_on_reject)

    def _made(self, types: Mapping[str, str]) -> List[str]:
        """Makes those of the features that do not exist, and returns their names."""
        missing = [name for name in types if not self._exists(name)]
        for name in missing:
            self._transport.json("POST", path("features"), {"name": name, "value_type": types[name]})
        return missing

    def _exists(self, feature: str) -> bool:
        try:
            self._transport.json("GET", path("features", feature))
        except FStoreError as error:
            if error.status != 404:
                raise
            return False
        return True

    def put(
        self,
        feature: str,
        values: Mapping[Any, Any],
        *,
        time: Optional[Time] = None,
        zone: Optional[str] = None,
    ) -> str:
        """Stores one value for each of some entities, all or none, and returns the commit time.

        ``time`` is the event time, now by default. None and NaN are stored as null.

        >>> commit = client.put("temp", {"JFK": 75.0, "LGA": None}, time="2013-07-04T18:00:00Z")
        >>> client.online("temp", entities=["JFK", "LGA"]).to_dict()
        {'JFK': {'temp': 75.0}, 'LGA': {'temp': None}}
        """
        when = {} if time is None else {"timestamp": moment(time, "time", zone)}
        rows: List[Dict[str, Any]] = []
        for entity, value in values.items():
            try:
                rows.append({"entity_id": entity_text(entity), "values": {feature: plain(value, zone)}, **when})
            except ValueError as error:
                raise invalid(f"values[{entity!r}]", str(error)) from None
        answer = self._transport.json("POST", path("online", "write"), {"rows": rows})
        return str(answer["committed_at"])

    def delete_values(
        self,
        feature: str,
        entities: Union[Entity, Iterable[Entity]],
        *,
        time: Optional[Time] = None,
        zone: Optional[str] = None,
    ) -> Dict[str, Any]:
        """Deletes the newest value of each entity, or the one at ``time``. What was known before stays known.

        >>> answer = client.delete_values("temp", ["JFK", "EWR"])
        >>> answer["deleted"], answer["missing"]
        (1, ['EWR'])
        """
        query = {
            "entity_ids": listed_text(entity_list(entities)),
            "timestamp": None if time is None else moment(time, "time", zone),
        }
        return self._transport.json("DELETE", path("features", feature, "values"), query=query)

    def erase_entity(self, entity: Entity) -> Dict[str, Any]:
        """Removes all values of an entity from the disk, of all features and times. Needs the role ``admin``.

        >>> client.erase_entity("JFK")
        {'entity_id': 'JFK', 'erased': 2}
        """
        return self._transport.json("DELETE", path("entities", entity_list([entity], "entity")[0]))


def listed_text(names: Iterable[str]) -> str:
    """Names in a query string: commas between them, and a backslash before those within."""
    return ",".join(name.replace("\\", "\\\\").replace(",", "\\,") for name in names)


def _selection(
    rows: Rows,
    entity: str,
    time: Optional[str],
    features: Union[None, str, Iterable[str]],
    zone: Optional[str],
) -> Selection:
    there = rows.names()
    if time is None and DEFAULT_TIME in there:
        time = DEFAULT_TIME
    others = [name for name in rows.columns() if name not in (entity, time)]
    chosen = others if features is None else name_list(features)
    selection = Selection(entity, time, chosen, zone)
    rows.check(selection)
    if not chosen and there:
        raise invalid("features", "there are no columns to store")
    return selection


def _checked(
    file: FileBody, entity: str, time: Optional[str], features: Union[None, str, Iterable[str]], zone: Optional[str]
) -> Dict[str, Optional[str]]:
    """The parameter that names the features of a file."""
    if zone not in (None, "UTC"):
        raise invalid(
            "zone", "times of a CSV or NDJSON file are sent as they are; read the file into a DataFrame first"
        )
    chosen = None if features is None else name_list(features)
    there = file.names()
    for field, names in (("entity", [entity]), ("time", [time]), ("features", chosen or [])):
        for name in names:
            if there is not None and name is not None and name not in there:
                raise invalid(field, f"{name!r} is not a column; there are {there[:20]}")
    return {"features": None if chosen is None else listed_text(chosen)}


def _reported(result: WriteResult, raise_on_reject: bool) -> WriteResult:
    warning = result.warning
    if warning is not None:
        if raise_on_reject:
            field = f"rows[{result.rejects[0].row}]" if result.rejects else None
            raise FStoreError(str(warning), code=ROWS_REJECTED, field=field, details={"result": result})
        warnings.warn(warning, stacklevel=3)
    return result
