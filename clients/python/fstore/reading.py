"""Values are read: now, as of a moment, and over time."""

from typing import Any, Dict, Iterable, List, Optional, TypeVar, Union

from .cells import Entity, dumps, entity_list, name_list
from .errors import NO_COMMIT, FStoreError, invalid
from .history import History, ValuePages
from .rows import Rows, Selection, json_lists, of_type
from .tables import rows_of
from .times import Time, moment, zone_rules
from .transport import Body, Query, Transport, path, query_text
from .vectors import Vectors
from .writing import DEFAULT_ENTITY, DEFAULT_TIME, listed_text

Table = TypeVar("Table")
Names = Union[str, Iterable[str]]

# A longer query goes into the body: the server's limit is 16 KiB.
MAX_QUERY = 8_000


class Reading:
    """The part of the client that reads values."""

    _transport: Transport

    def online(
        self,
        features: Names,
        entities: Union[Entity, Iterable[Entity]],
        *,
        as_of: Optional[Time] = None,
        known: Time = "now",
        timestamps: bool = False,
        zone: Optional[str] = None,
    ) -> Vectors:
        """The newest values of some features of some entities, all from one state of the store.

        ``as_of`` asks for the values at a moment, ``known`` for what the store knew at a commit. At most 100 000 values
        are answered at once.

        >>> client.online(["temp", "wind_speed"], entities=["JFK"]).to_dict()
        {'JFK': {'temp': 73.4, 'wind_speed': 10.4}}
        """
        body: Dict[str, Any] = {"features": _asked(features), "entities": entity_list(entities)}
        if as_of is not None:
            body["as_of"] = moment(as_of, "as_of", zone)
        if known != "now":
            body["known_at"] = moment(known, "known", zone)
        if timestamps:
            body["timestamps"] = True
        answer = self._transport.json("POST", path("online", "read"), body, repeatable=True)
        return Vectors(
            answer["features"], answer["entities"], answer["values"], answer["statuses"], answer.get("timestamps")
        )

    def training(
        self,
        rows: Table,
        *,
        entity: str = DEFAULT_ENTITY,
        time: str = DEFAULT_TIME,
        features: Names,
        known: Time = "now",
        max_age: Optional[str] = None,
        statuses: bool = False,
        event_times: bool = False,
        zone: Optional[str] = None,
    ) -> Table:
        """The rows with a column for each feature: its value as of the moment of the row.

        ``rows`` is a DataFrame of pandas or polars, a table of pyarrow, or a list of dictionaries, and the answer is of
        the same kind, with the caller's columns as they were. ``entity`` and ``time`` name columns; times without a
        zone need ``zone``.

        ``known="row"`` gives each row what was known at its own moment, so that late data and corrections do not leak
        into it. ``known=commit`` asks for what was known at a commit, with the same answer for ever. ``max_age`` (such
        as ``7d``) leaves out older values. ``statuses`` and ``event_times`` add columns such as ``temp__status`` and
        ``temp__event_time``.

        A missing value is NaN or null. In pandas whole numbers and booleans get the nullable dtypes ``Int64`` and
        ``boolean`` where values are missing, so that none is rounded. Without pyarrow times come to pandas as texts.

        >>> rows = [{"origin": "JFK", "as_of": "2013-07-04T16:30:00Z", "delayed": True}]
        >>> client.training(rows, entity="origin", time="as_of", features=["temp"])
        [{'origin': 'JFK', 'as_of': '2013-07-04T16:30:00Z', 'delayed': True, 'temp': 73.4}]
        """
        if zone is not None:
            zone_rules(zone)
        asked = _asked(features)
        source = rows_of(rows)
        selection = Selection(entity, time, (), zone)
        source.check(selection)
        names = _answered_names(asked, statuses, event_times)
        source.check_new(names)
        options: Dict[str, Optional[str]] = {
            "entity": entity,
            "time": time,
            "known": known if isinstance(known, str) and known in ("now", "row") else moment(known, "known", zone),
            "max_age": max_age,
            "statuses": "true" if statuses else None,
            "event_times": "true" if event_times else None,
            # The caller has the columns of the rows.
            "echo": "false",
        }
        query, body = _question(source, selection, asked, options)
        answered: Table = self._transport.send(
            "POST",
            path("training", "read"),
            lambda response: source.answered(of_type(response, source.media_type), names),
            body,
            query=query,
            accept=source.media_type,
            repeatable=True,
        )
        return answered

    def history(
        self,
        features: Names,
        entities: Union[Entity, Iterable[Entity]],
        *,
        start: Optional[Time] = None,
        end: Optional[Time] = None,
        known: Time = "now",
        zone: Optional[str] = None,
    ) -> History:
        """All values of some features of some entities between two times, both included.

        They are read feature by feature, in pages of 1000 values with a request for each page, all from one state of
        the store. ``known`` asks for what the store knew at a commit. A text without a zone is in UTC, unless ``zone``
        says otherwise.

        >>> client.history("temp", entities=["JFK"], start="2013-07-01", end="2013-08-01").to_dicts()
        [{'entity_id': 'JFK', 'timestamp': '2013-07-04T16:00:00Z', 'temp': 73.4}]
        """
        names, asked = _asked(features), entity_list(entities)
        commit = self._asked_commit() if known == "now" else moment(known, "known", zone)
        pages = ValuePages(
            self._transport,
            # Without one of both the server answers the newest values, and not the history.
            "0001-01-01T00:00:00Z" if start is None else moment(start, "start", zone),
            None if end is None else moment(end, "end", zone),
            commit,
        )
        return History.of(asked, {name: pages.values(name, asked) for name in names}, commit)

    def last_commit(self) -> str:
        """The newest commit that an answer of this client has named, else that of the server, as RFC 3339.

        Sent as ``known``, it asks the same again for ever. A store without commits is an error.

        >>> commit = client.put("temp", {"JFK": 80.0}, time="2013-07-05T00:00:00Z")
        >>> client.last_commit() == commit
        True
        """
        newest = self._transport.commits.newest or self._asked_commit()
        if newest is None:
            raise FStoreError("there is no commit yet: write a value first", code=NO_COMMIT)
        return newest

    def _asked_commit(self) -> Optional[str]:
        commit: Optional[str] = self._transport.json("GET", path("commits", "last"))["commit_time"]
        self._transport.commits.saw(commit)
        return commit


def _asked(features: Names) -> List[str]:
    names = name_list(features)
    if len(set(names)) != len(names) or not names:
        raise invalid("features", "name at least one feature, and each only once")
    return names


def _answered_names(features: List[str], statuses: bool, event_times: bool) -> List[str]:
    """The columns of an answer."""
    ends = ["", *(["__status"] if statuses else []), *(["__event_time"] if event_times else [])]
    return [feature + end for feature in features for end in ends]


def _question(
    source: Rows, selection: Selection, features: List[str], options: Dict[str, Optional[str]]
) -> "tuple[Query, Body]":
    """The query and the body of a training set. Many long names stand in the body: a query has a limit."""
    query = {**options, "features": listed_text(features)}
    if len(query_text(query)) <= MAX_QUERY and source.has_head():
        return query, Body(source.media_type, lambda: (piece for piece, _ in source.pieces(selection)))
    members: Dict[str, Any] = {name: text for name, text in options.items() if text is not None}
    members.update({name: members[name] == "true" for name in ("statuses", "event_times", "echo") if name in members})
    cells = dict(zip(selection.names, json_lists(source, selection, 0, source.count())))
    text = dumps({"rows": cells, "features": features, **members})
    return {}, Body("application/json", lambda: iter((text.encode(),)))
