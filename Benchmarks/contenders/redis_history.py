"""Redis with whole histories: a sorted set for each series, scored by event time, and the newest value as a string."""

import re

from contenders.redis_server import PIPELINED, RedisServer
from runner.history import STEP
from runner.prepared import Wire, resp

PAIRS_A_COMMAND = 1000


class RedisHistory(RedisServer):
    def load(self, data):
        with Wire(self.port, self.protocol) as wire:
            waiting = []
            for command in (command for group in data.groups.values() for command in commands(group)):
                waiting.append(command)
                if len(waiting) == PIPELINED:
                    wire.ask(b"".join(waiting), len(waiting))
                    waiting = []
            if waiting:
                wire.ask(b"".join(waiting), len(waiting))

    def request(self, question):
        keys = [f"{feature}:{entity}" for entity in question.entity_names for feature in question.feature_names]
        if question.second is None:
            return resp("MGET", *(f"newest:{key}" for key in keys)), 1
        bounds = (question.second, "-inf", "LIMIT", 0, 1)
        return b"".join(resp("ZREVRANGEBYSCORE", key, *bounds) for key in keys), len(keys)

    def read(self, question, contents):
        found = [pair(text) for text in re.findall(rb"\$\d+\r\n([^\r]*)\r\n", b"".join(contents))]
        width = len(question.features)
        return [found[start : start + width] for start in range(0, len(found), width)]


def pair(member):
    # Members of a set are all different, so the time is part of them.
    second, value = member.decode().split(":")
    return int(second), float(value)


def commands(group):
    for entity, name in enumerate(group.entities):
        for number, feature in enumerate(group.features):
            seconds = range(0, group.versions * STEP, STEP)
            members = [f"{second}:{group.value(number, entity, second // STEP)!r}" for second in seconds]
            words = [word for pair in zip(seconds, members) for word in pair]
            for start in range(0, len(words), 2 * PAIRS_A_COMMAND):
                yield resp("ZADD", f"{feature}:{name}", *words[start : start + 2 * PAIRS_A_COMMAND])
            yield resp("SET", f"newest:{feature}:{name}", members[-1])
