"""The client for programs with an event loop."""

import asyncio
import functools
import ssl
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Type, TypeVar, Union

from .cells import Entity
from .client import Client
from .definitions import Definition
from .history import History
from .reading import Names, Table
from .results import WriteResult
from .times import Time
from .vectors import Vectors
from .writing import DEFAULT_ENTITY, DEFAULT_TIME

Result = TypeVar("Result")


class AsyncClient:
    """The methods of ``Client`` as coroutines, with the same arguments and results.

    The standard library has no HTTP for event loops: requests are made by at most ``max_concurrency`` threads, and
    further calls wait for one. A call that is canceled ends at once for the caller; its request goes on to its end.

    >>> async def ask():
    ...     async with fstore.AsyncClient(url, api_key=key) as client:
    ...         return await client.online("temp", entities=["JFK"])
    >>> asyncio.run(ask()).to_dict()
    {'JFK': {'temp': 73.4}}
    """

    def __init__(
        self,
        url: Optional[str] = None,
        api_key: Optional[str] = None,
        *,
        timeout_seconds: float = 60.0,
        max_retries: int = 3,
        max_wait_seconds: float = 30.0,
        ssl_context: Optional[ssl.SSLContext] = None,
        max_concurrency: int = 8,
    ) -> None:
        self._client = Client(
            url,
            api_key,
            timeout_seconds=timeout_seconds,
            max_retries=max_retries,
            max_wait_seconds=max_wait_seconds,
            ssl_context=ssl_context,
        )
        self._threads = ThreadPoolExecutor(max_concurrency, thread_name_prefix="fstore")

    async def create_feature(
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
        return await self._call(
            self._client.create_feature,
            name,
            value_type,
            ttl=ttl,
            description=description,
            owner=owner,
            tags=tags,
            source=source,
            retention=retention,
        )

    async def features(self, *, tag: Optional[str] = None, owner: Optional[str] = None) -> List[Definition]:
        return await self._call(self._client.features, tag=tag, owner=owner)

    async def feature(self, name: str) -> Definition:
        return await self._call(self._client.feature, name)

    async def update_feature(self, name: str, **changes: Any) -> Definition:
        return await self._call(self._client.update_feature, name, **changes)

    async def delete_feature(self, name: str) -> None:
        await self._call(self._client.delete_feature, name)

    async def write(
        self,
        data: Any,
        *,
        entity: str = DEFAULT_ENTITY,
        time: Optional[str] = None,
        features: Optional[Names] = None,
        create: bool = False,
        nulls: str = "skip",
        zone: Optional[str] = None,
        progress: Optional[bool] = None,
        raise_on_reject: bool = False,
        idempotency_key: Optional[str] = None,
    ) -> WriteResult:
        return await self._call(
            self._client.write,
            data,
            entity=entity,
            time=time,
            features=features,
            create=create,
            nulls=nulls,
            zone=zone,
            progress=progress,
            raise_on_reject=raise_on_reject,
            idempotency_key=idempotency_key,
        )

    async def put(
        self, feature: str, values: Mapping[Any, Any], *, time: Optional[Time] = None, zone: Optional[str] = None
    ) -> str:
        return await self._call(self._client.put, feature, values, time=time, zone=zone)

    async def delete_values(
        self,
        feature: str,
        entities: Union[Entity, Iterable[Entity]],
        *,
        time: Optional[Time] = None,
        zone: Optional[str] = None,
    ) -> Dict[str, Any]:
        return await self._call(self._client.delete_values, feature, entities, time=time, zone=zone)

    async def erase_entity(self, entity: Entity) -> Dict[str, Any]:
        return await self._call(self._client.erase_entity, entity)

    async def online(
        self,
        features: Names,
        entities: Union[Entity, Iterable[Entity]],
        *,
        as_of: Optional[Time] = None,
        known: Time = "now",
        timestamps: bool = False,
        zone: Optional[str] = None,
    ) -> Vectors:
        return await self._call(
            self._client.online,
            features,
            entities,
            as_of=as_of,
            known=known,
            timestamps=timestamps,
            zone=zone,
        )

    async def training(
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
        return await self._call(
            self._client.training,
            rows,
            entity=entity,
            time=time,
            features=features,
            known=known,
            max_age=max_age,
            statuses=statuses,
            event_times=event_times,
            zone=zone,
        )

    async def history(
        self,
        features: Names,
        entities: Union[Entity, Iterable[Entity]],
        *,
        start: Optional[Time] = None,
        end: Optional[Time] = None,
        known: Time = "now",
        zone: Optional[str] = None,
    ) -> History:
        return await self._call(self._client.history, features, entities, start=start, end=end, known=known, zone=zone)

    async def last_commit(self) -> str:
        return await self._call(self._client.last_commit)

    async def close(self) -> None:
        """Closes the connections, when the calls that go on have ended."""
        await asyncio.get_running_loop().run_in_executor(None, self._threads.shutdown)
        self._client.close()

    async def __aenter__(self) -> "AsyncClient":
        return self

    async def __aexit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        await self.close()

    async def _call(self, method: Callable[..., Result], *arguments: Any, **options: Any) -> Result:
        call = functools.partial(method, *arguments, **options)
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)
