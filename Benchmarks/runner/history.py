"""Histories that every contender keeps, and the questions about a moment in them."""

import datetime
import random
from array import array
from dataclasses import dataclass, field

START = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
STEP = 60


def moment(second):
    """A second after the start as text."""
    return (START + datetime.timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class Group:
    """Features with the same number of values for each of their entities, one every minute, all of full precision."""

    name: str
    feature_count: int
    entity_count: int
    versions: int
    values: array = field(default=None, repr=False)

    def __post_init__(self):
        self.features = [f"{self.name}_{number:02}" for number in range(self.feature_count)]
        self.entities = [f"driver_{number:06}" for number in range(self.entity_count)]

    @property
    def cells(self):
        return self.feature_count * self.entity_count * self.versions

    def value(self, feature, entity, version):
        return self.values[(entity * self.versions + version) * self.feature_count + feature]

    def version_at(self, second):
        return self.versions - 1 if second is None else second // STEP


@dataclass(frozen=True)
class Question:
    """Values of some features of some entities as of a second after the start; without one, the newest."""

    group: Group
    features: tuple
    entities: tuple
    second: int | None

    # The group is one of a few, and the same everywhere.
    def __hash__(self):
        return hash((self.group.name, self.features, self.entities, self.second))

    @property
    def feature_names(self):
        return [self.group.features[number] for number in self.features]

    @property
    def entity_names(self):
        return [self.group.entities[number] for number in self.entities]


def depths_and_rows(cells):
    """Groups of about `cells` values each."""
    depths = [Group(f"depth_{depth}", 1, cells // depth, depth) for depth in (1, 100, 10_000)]
    return *depths, Group("row", 50, cells // 1000, 20)


class Histories:
    """Groups of values, the same for the same seed."""

    def __init__(self, groups, seed):
        self.random = random.Random(seed)
        self.groups = {group.name: group for group in groups}
        for group in groups:
            group.values = array("d", (self.random.uniform(-1000, 1000) for _ in range(group.cells)))

    def answer(self, question):
        """What a contender has to answer: for each entity its values, each with the second of its event."""
        group, version = question.group, question.group.version_at(question.second)
        return [
            [(version * STEP, group.value(feature, entity, version)) for feature in question.features]
            for entity in question.entities
        ]

    def draw(self, name, count, entities=1, newest=False):
        """Questions for all features of the group, at moments anywhere in its history, all entities different."""
        group = self.groups[name]
        everything, all_entities = tuple(range(group.feature_count)), range(group.entity_count)
        second = lambda: None if newest else self.random.randrange(group.versions * STEP)
        sample = self.random.sample
        return [Question(group, everything, tuple(sample(all_entities, entities)), second()) for _ in range(count)]
