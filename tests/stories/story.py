#!/usr/bin/env python3
"""Plays stories on the real program: story.py PROGRAM [--keep] STORY.story…
   story.py --sentences: what a story may say.
   story.py --read: every story beside this file can be read and stands in README.md.

A story is a title, a line that says why it matters, an empty line, and sentences; each is done or
checked in turn. "Within N seconds …" is polled for, counted from the last deed."""
import os
import re
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import checks  # noqa: E402
import deeds  # noqa: E402
from place import Failure, Place, check, until  # noqa: E402
from salon import Salon, example  # noqa: E402

WITHIN = re.compile(r"Within (\d+) seconds? (.+)")


def sentences_of(path):
    """[(line number, sentence, those that happen at the same moment)]"""
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    check(len(lines) > 3 and lines[0] and lines[1] and not lines[2],
          f"{path}: a title, a line that says why, and an empty line come first")
    found = []
    for number, line in enumerate(lines[3:], 4):
        if line.startswith("- "):
            check(found and found[-1][1].endswith(":"),
                  f"{path}:{number}: a list needs a line before it that ends with a colon")
            found[-1][2].append(line[2:].strip())
        elif line.strip():
            found.append((number, line.strip(), []))
    check(found, f"{path}: nothing happens in it")
    return lines[0], found


def meaning(sentence, tables):
    """The one function that a sentence means, and its words."""
    matches = [(fn, match) for table in tables for pattern, fn in table.items()
               if (match := pattern.fullmatch(sentence.rstrip(".")))]
    check(matches, f"nobody knows what this means: {sentence}")
    check(len(matches) == 1, f"this has {len(matches)} meanings: {sentence}")
    return matches[0][0], matches[0][1].groupdict()


def read(sentence, beside):
    """A sentence as something to call with the salon; unknown ones are errors before all else."""
    within = WITHIN.fullmatch(sentence)
    if within:
        fn, words = meaning(within[2][0].upper() + within[2][1:], [checks.TABLE])
        return "within", int(within[1]), lambda salon: fn(salon, **words)
    fn, words = meaning(sentence, [deeds.TABLE, checks.TABLE])
    if beside:
        parts = [read(part, []) for part in beside]
        check(all(kind == "deed" for kind, _, _ in parts), "only deeds happen at the same moment")
        words["parts"] = [do for _, _, do in parts]
    kind = "deed" if fn in deeds.TABLE.values() else "check"
    return kind, 0, lambda salon: fn(salon, **words)


def wait_for(salon, sentence, seconds, probe):
    def passes():
        probe(salon)
        return True
    until(f"{seconds} s", salon.deed_at + seconds, passes)
    took_s = time.monotonic() - salon.deed_at
    print(f"        {took_s:4.1f} s  {sentence}", flush=True)


def steps_of(path):
    title, found = sentences_of(path)
    steps = []
    for number, sentence, beside in found:
        try:
            steps.append((number, sentence, read(sentence, beside)))
        except Failure as failure:
            raise Failure(f"{path}:{number}: {failure}") from None
    return title, steps


def read_all():
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "README.md"), encoding="utf-8") as file:
        told = file.read()
    names = sorted(name for name in os.listdir(here) if name.endswith(".story"))
    for name in names:
        steps_of(os.path.join(here, name))
        check(f"| `{name[:-6]}` |" in told, f"README.md does not tell of {name}")
    for wrong in ("Maria flies away", "within 5 seconds Nothing waits", "Within 5 seconds a manager"
                  " wins Maria's deal"):
        try:
            read(wrong, [])
        except Failure:
            continue
        raise Failure(f"a sentence that nobody knows was understood: {wrong}")
    print(f"{len(names)} stories can be read")


def play(program, path, keep):
    title, steps = steps_of(path)
    print(f"{title}", flush=True)
    place = Place(program)
    number, sentence = 0, ""
    try:
        salon = Salon(place)
        for number, sentence, (kind, seconds, do) in steps:
            if kind == "within":
                wait_for(salon, sentence, seconds, do)
                continue
            do(salon)
            if kind == "deed":
                salon.deed_at = time.monotonic()
        number, sentence = len(steps), "the end"
        place.close()
    except Failure as failure:
        raise Failure(f"{path}:{number}: {sentence}\n      {failure}{salon.account()}") from None
    finally:
        place.abandon()
        if keep:
            print(f"kept in {place.dir}")
        else:
            place.remove()


def main():
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    if "--sentences" in sys.argv:
        for table in (deeds.TABLE, checks.TABLE):
            print("\n".join(sorted(map(example, table.values()))), end="\n\n")
        return
    if "--read" in sys.argv:
        try:
            read_all()
        except Failure as failure:
            sys.exit(f"FAIL  {failure}")
        return
    if len(words) < 2:
        sys.exit(__doc__)
    failed = 0
    for path in words[1:]:
        began = time.monotonic()
        try:
            play(words[0], path, "--keep" in sys.argv)
            print(f"ok    {os.path.basename(path)} ({time.monotonic() - began:.1f} s)", flush=True)
        except Failure as failure:
            failed += 1
            print(f"FAIL  {failure}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
