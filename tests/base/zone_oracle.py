#!/usr/bin/env python3
"""What zone conversions must give, by Python's zoneinfo over the same tzdata.

Prints one case a line:
  wall ZONE INSTANT YEAR MONTH DAY HOUR MINUTE SECOND OFFSET WEEKDAY
  local ZONE YEAR MONTH DAY HOUR MINUTE SECOND COUNT FIRST SECOND_ONE AFTER
        (AFTER: the first instant that is not before this reading; FIRST where it exists)
  day ZONE YEAR MONTH DAY START END
"""
import random
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

ZONES = """Europe/Moscow Asia/Vladivostok Asia/Almaty America/New_York Europe/London Europe/Dublin Asia/Tashkent Pacific/Apia
America/Havana Asia/Beirut America/Sao_Paulo Australia/Lord_Howe Asia/Kathmandu Europe/Kyiv Asia/Tbilisi
Africa/Casablanca Asia/Tehran America/St_Johns Europe/Minsk Asia/Yerevan Pacific/Kiritimati UTC""".split()
FIRST, LAST = 1995, 2036  # GLib expands a zone's last rule up to 2037
EPOCH = datetime(1970, 1, 1)


def instant(year, month, day):
    return int((datetime(year, month, day) - EPOCH).total_seconds())


def wall(zone, at):
    return datetime.fromtimestamp(at, timezone.utc).astimezone(zone)


def offset(zone, at):
    return int(wall(zone, at).utcoffset().total_seconds())


def changes(zone):
    """Instants at which the offset changes."""
    step, at, end = 6 * 3600, instant(FIRST, 1, 1), instant(LAST, 12, 31)
    before = offset(zone, at)
    while at < end:
        after = offset(zone, at + step)
        if after != before:
            low, high = at, at + step
            while high - low > 1:
                middle = (low + high) // 2
                if offset(zone, middle) == before:
                    low = middle
                else:
                    high = middle
            yield high
        before, at = after, at + step


def local_instants(zone, naive):
    found = set()
    for fold in (0, 1):
        at = int((naive.replace(tzinfo=zone, fold=fold) - datetime(1970, 1, 1, tzinfo=timezone.utc)).total_seconds())
        if wall(zone, at).replace(tzinfo=None, fold=0) == naive:
            found.add(at)
    return sorted(found)


def not_before(zone, naive, turns):
    """First instant whose reading is `naive` or, where the clock leaps over it, later."""
    found = local_instants(zone, naive)
    if found:
        return found[0]
    for turn in turns:
        if wall(zone, turn - 1).replace(tzinfo=None) < naive < wall(zone, turn).replace(tzinfo=None):
            return turn
    raise ValueError(f"{zone} {naive}: neither shown nor leapt over")


def show_wall(name, zone, at):
    w = wall(zone, at)
    print("wall", name, at, w.year, w.month, w.day, w.hour, w.minute, w.second, offset(zone, at), w.isoweekday())


def show_local(name, zone, naive, turns):
    found = local_instants(zone, naive)
    first, second = (found + [0, 0])[:2]
    print("local", name, naive.year, naive.month, naive.day, naive.hour, naive.minute, naive.second, len(found),
          first, second, not_before(zone, naive, turns))


def show_day(name, zone, day, turns):
    start = not_before(zone, datetime(day.year, day.month, day.day), turns)
    following = day + timedelta(days=1)
    end = not_before(zone, datetime(following.year, following.month, following.day), turns)
    print("day", name, day.year, day.month, day.day, start, end)


def main():
    chance = random.Random(20261122)
    for name in ZONES:
        zone = ZoneInfo(name)
        turns = list(changes(zone))
        for turn in turns:
            for near in (-86400, -3601, -1, 0, 1, 1799, 3600, 86400):
                show_wall(name, zone, turn + near)
            base = wall(zone, turn).replace(tzinfo=None)
            for minutes in (-120, -90, -60, -31, -30, -1, 0, 1, 29, 30, 59, 60, 90):
                show_local(name, zone, base.replace(second=0) + timedelta(minutes=minutes), turns)
            for days in (-1, 0, 1):
                midnight = datetime(base.year, base.month, base.day) + timedelta(days=days)
                for minutes in (-30, 30):
                    show_local(name, zone, midnight + timedelta(minutes=minutes), turns)
                show_day(name, zone, midnight.date(), turns)
        for _ in range(150):
            at = chance.randrange(instant(FIRST, 2, 1), instant(LAST, 11, 30))
            show_wall(name, zone, at)
            naive = EPOCH + timedelta(seconds=at // 60 * 60)
            show_local(name, zone, naive, turns)
            show_day(name, zone, naive.date(), turns)


main()
