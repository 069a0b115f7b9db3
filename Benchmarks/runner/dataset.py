"""The values that every contender serves, and the questions about them."""

import random
from dataclasses import dataclass

EVENT_TIME = "2026-01-01T00:00:00Z"


@dataclass(frozen=True)
class Question:
    """The newest values of some features of some entities, by their numbers."""

    features: tuple
    entities: tuple


class DataSet:
    """`entities` × `features` random numbers of full precision, the same for the same seed."""

    def __init__(self, entities, features, seed):
        self.random = random.Random(seed)
        self.features = [f"feature_{number:02}" for number in range(features)]
        self.entities = [f"driver_{number:06}" for number in range(entities)]
        self.rows = [[self.random.uniform(-1000, 1000) for _ in self.features] for _ in self.entities]

    def answer(self, question):
        """What a contender has to answer: a list of values for each entity."""
        return [[self.rows[entity][feature] for feature in question.features] for entity in question.entities]

    def draw_values(self, count):
        """Questions for one feature of one entity."""
        pick = self.random.randrange
        return [Question((pick(len(self.features)),), (pick(len(self.entities)),)) for _ in range(count)]

    def draw_favorites(self, count, exponent):
        """Questions for one value each, the r-th of all values in a random order weighing 1 / r^exponent."""
        cells = [(feature, entity) for feature in range(len(self.features)) for entity in range(len(self.entities))]
        self.random.shuffle(cells)
        weights = [rank**-exponent for rank in range(1, len(cells) + 1)]
        return [Question((f,), (e,)) for f, e in self.random.choices(cells, weights, k=count)]

    def draw_tables(self, count, entities):
        """Questions for all features of `entities` entities, all different."""
        everything, all_entities = tuple(range(len(self.features))), range(len(self.entities))
        return [Question(everything, tuple(self.random.sample(all_entities, entities))) for _ in range(count)]
