"""Which features there are."""

from typing import Any, Dict, Iterable, Iterator, List, Mapping, Optional

from .cells import name_list
from .transport import Transport, path

PAGE = 1000

Definition = Dict[str, Any]


class Definitions:
    """The part of the client that makes, changes and deletes features."""

    _transport: Transport

    def create_feature(
        self,
        name: str,
        value_type: Optional[str] = None,
        *,
        ttl: Optional[str] = None,
        description: Optional[str] = None,
        owner: Optional[str] = None,
        tags: Iterable[str] = (),
        source: Optional[Mapping[str, Any]] = None,
        retention: Optional[Mapping[str, Any]] = None,
    ) -> Definition:
        """Makes a feature, and returns it.

        ``value_type`` is ``float64``, ``int64``, ``bool``, ``string``, ``bytes``, ``timestamp``, ``vector(N)`` or
        ``json``; without it the first value decides. ``ttl`` (such as ``7d`` or ``12h``) is how long a value counts.
        ``retention`` may have ``max_age``, ``max_versions`` and ``keep_latest``.

        >>> client.create_feature("pressure", value_type="float64", ttl="7d", tags=["weather"])["ttl"]
        '7d'
        """
        body = _given(
            {
                "name": name,
                "value_type": value_type,
                "ttl": ttl,
                "description": description,
                "owner": owner,
                "tags": name_list(tags, "tags") or None,
                "source": None if source is None else dict(source),
                "retention": None if retention is None else dict(retention),
            }
        )
        return self._transport.json("POST", path("features"), body)

    def features(self, *, tag: Optional[str] = None, owner: Optional[str] = None) -> List[Definition]:
        """All features, or those that have a tag or an owner.

        >>> sorted(feature["name"] for feature in client.features())
        ['temp', 'wind_speed']
        """
        return list(self._pages({"tag": tag, "owner": owner}))

    def feature(self, name: str) -> Definition:
        """One feature, by its name or id.

        >>> client.feature("temp")["value_type"]
        'float64'
        """
        return self._transport.json("GET", path("features", name))

    def update_feature(self, name: str, **changes: Any) -> Definition:
        """Changes members of a feature, and returns it. None removes a member. Name and type cannot change.

        >>> client.update_feature("temp", description="Degrees Fahrenheit", ttl=None)["description"]
        'Degrees Fahrenheit'
        """
        return self._transport.json("PATCH", path("features", name), changes)

    def delete_feature(self, name: str) -> None:
        """Deletes a feature with all of its values.

        >>> client.delete_feature("temp")
        """
        self._transport.json("DELETE", path("features", name))

    def _pages(self, query: Mapping[str, Optional[str]]) -> Iterator[Definition]:
        page = 1
        while True:
            answer = self._transport.json("GET", path("features"), query={**query, "page": page, "limit": PAGE})
            yield from answer["items"]
            if page * PAGE >= answer["total"]:
                return
            page += 1


def _given(members: Mapping[str, Any]) -> Definition:
    return {name: member for name, member in members.items() if member is not None}
