"""Several contenders in turn, forwards and backwards in each round, and the ratios of any two of them."""

from runner.comparison import Rounds


class Pair(Rounds):
    """Two of the contenders, with the runs that they have already had."""

    def __init__(self, names, left, right):
        self.names = names
        self.left, self.right = left, right
        self.has_line = False


class Turns:
    def __init__(self, sides, count):
        """`sides` are calls that make one run each, by the name of the contender."""
        self.runs = {name: [] for name in sides}
        for _ in range(count):
            for name in (*sides, *reversed(sides)):
                self.runs[name].append(sides[name]())

    def pair(self, left, right):
        return Pair((left, right), self.runs[left], self.runs[right])
