"""Holds the audit trail to what clients were told."""

import collections

# What only a change of these kinds leaves. Deletions of values may find nothing, and leave nothing then.
NOUNS = ("feature", "key", "organization", "pattern", "session", "source", "user")


def problem(found, before, clients):
    """What is wrong with a trail, or nothing: it has the entries from before the clients, and theirs.

    An entry of the catalog is stored in the transaction of its change: it is there exactly when the change is. Features
    lie elsewhere, and their entries are stored before the answer: those of requests without an answer are in doubt.
    """
    told, doubtful = collections.Counter(before), collections.Counter()
    for client in clients:
        told.update(client.trail)
        doubtful.update(client.doubtful)
    for (action, target), count in told.items():
        least = count - doubtful[(action, target)]
        if action.split(".")[0] in NOUNS and target and found[(action, target)] < least:
            return f"the trail has {action} of {target} {found[(action, target)]} times, and should {least} times"
    for action in {action for action, _ in (told + found).keys()}:
        if action.split(".")[0] in NOUNS:
            most, least, there = of(action, told), of(action, told) - of(action, doubtful), of(action, found)
            if not least <= there <= most:
                return f"the trail has {action} {there} times, and should {least} to {most} times"
    return None


def of(action, counts):
    return sum(count for (other, _), count in counts.items() if other == action)
