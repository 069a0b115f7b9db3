"""How long writers waited for their acknowledgments, from a ledger: while a backup was made, and while none was."""


class Waits:
    """Only batches count: a load or an erasure takes its time anyway."""

    def __init__(self, ledger):
        self.backups = 0
        beside, alone = [], []
        # Per backup, the longest wait of a batch that was under way beside it.
        longest_beside, durations = [], []
        open_batches, open_backups = {}, {}
        with open(ledger, errors="replace") as file:
            for line in file:
                words = line.split()
                if len(words) < 4:
                    continue
                name = (words[1], words[2])
                if words[0] == "begin" and words[3] == "batch":
                    open_batches[name] = set(open_backups)
                elif words[0] == "begin" and words[3] == "backup":
                    open_backups[name] = 0
                    for beside_which in open_batches.values():
                        beside_which.add(name)
                elif words[0] == "end" and name in open_batches:
                    waited = int(words[4])
                    backups = open_batches.pop(name)
                    (beside if backups else alone).append(waited)
                    for backup in backups & open_backups.keys():
                        open_backups[backup] = max(open_backups[backup], waited)
                elif words[0] == "end" and name in open_backups:
                    self.backups += 1
                    longest_beside.append(open_backups.pop(name))
                    durations.append(int(words[4]))
        # Stalled: a wait of a second that no batch has without a backup.
        limit = max(1_000_000_000, 10 * max(alone, default=0))
        self.stalled = sum(longest > limit for longest in longest_beside)
        self.text = (
            f"acknowledged while a backup was made: {len(beside)} batches, {shown(beside)}; "
            f"while none was: {len(alone)} batches, {shown(alone)}; "
            f"a backup took {milliseconds(quantile(durations, 0.5))} in the median"
        )


def shown(waits):
    return f"median {milliseconds(quantile(waits, 0.5))}, p99 {milliseconds(quantile(waits, 0.99))}, " \
        f"longest {milliseconds(max(waits, default=0))}"


def quantile(values, part):
    return sorted(values)[int(part * (len(values) - 1))] if values else 0


def milliseconds(nanoseconds):
    return f"{nanoseconds / 1e6:.1f} ms"
