"""The reviewed table as text: for each call of a flow the faults, those that end alike together."""
import collections
import os
import re

END = "in the end"
CHECKS = re.compile(r"^(fail|warn) [a-z0-9., -]*: ")
SIDES = ["journal", "queue", "Dikidi", "CRM"]
COUNTED = "==== Every sentence, and in how many cells it is read"


def sides(columns):
    return "; ".join(f"{side} {column}" for side, column in zip(SIDES, columns))


def lines_of(outcome):
    """An outcome as it is read: exit and code, the four sides then, the four in the end, what is said."""
    status, code, then, end, said = outcome
    lines = [f"    exit {status} {code}; {sides(then)}"]
    if end:
        lines.append(f"    {END}: {sides(end)}")
    return lines + [f"    “{sentence}”" for sentence in said]


def columns_of(text):
    return tuple(part.split(" ", 1)[1] for part in text.split("; "))


def outcome_of(lines):
    """The other way round."""
    head, _, rest = lines[0].strip().partition("; ")
    _, status, code = head.split(" ")
    end, said = (), ()
    for line in lines[1:]:
        text = line.strip()
        if text.startswith(END + ": "):
            end = columns_of(text[len(END) + 2:])
        else:
            said += (text[1:-1],)
    return status, code, columns_of(rest), end, said


class Table:
    """`cells`: (flow, call, fault) -> outcome; `made`: the lines that say of which run it is."""

    def __init__(self):
        self.made, self.cells = [], {}

    def read(self, path):
        if not os.path.exists(path):
            return self
        with open(path, encoding="utf-8") as file:
            blocks = file.read().rstrip("\n").split("\n\n")
        self.made = [line for line in blocks[0].split("\n") if line.startswith("Run ")]
        flow = call = None
        for block in blocks[1:]:
            lines = block.split("\n")
            if lines[0] == COUNTED:
                break
            if lines[0].startswith("==== "):
                flow, call = re.fullmatch(r"==== (\S+) › (\S+)", lines.pop(0)).groups()
            for fault in lines[0].split(" "):
                self.cells[flow, call, fault] = outcome_of(lines[1:])
        return self

    def write(self, path, title):
        blocks, at = [[title, *self.made]], None
        groups = {}
        for (flow, call, fault), outcome in self.cells.items():
            groups.setdefault((flow, call), {}).setdefault(outcome, []).append(fault)
        for place, outcomes in groups.items():
            for outcome, faults in outcomes.items():
                head = [] if place == at else [f"==== {place[0]} › {place[1]}"]
                blocks.append([*head, " ".join(faults), *lines_of(outcome)])
                at = place
        blocks.append(self.counted())
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n\n".join("\n".join(block) for block in blocks) + "\n")

    def counted(self):
        said = collections.Counter(one for outcome in self.cells.values()
                                   for one in {CHECKS.sub("", line) for line in outcome[-1]})
        counts = sorted(((count, one) for one, count in said.items()), key=lambda c: (-c[0], c[1]))
        return [COUNTED, *(f"{count:5} {one}" for count, one in counts)]
