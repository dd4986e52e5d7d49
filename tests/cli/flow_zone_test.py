#!/usr/bin/env python3
"""Nights on which the clocks change, through the real program: flow_zone_test.py PROGRAM [ZONE|clocks…].

Every instant, offset and date is held against Python's zoneinfo, never against our own code. A
night shift is put into the practice salon's saved state; nights are the last ones on which the zone's
clocks went forward and back."""
import json
import os
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import flow_test as flow
from flow_test import check, equal

UTC = timezone.utc
ZONES = ["Europe/Moscow", "Asia/Vladivostok", "Asia/Almaty", "America/New_York", "Europe/London"]
LATE, EARLY = (21 * 60, 25 * 60 + 30), (0, 4 * 60)  # minutes after 00:00 on the salon's clock


# ---- what zoneinfo says


def offset(zone, instant):
    return instant.astimezone(zone).utcoffset()


def last_change(zone, forward):
    """The last instant before 2027 at which the clocks went forward, or back."""
    step, at = timedelta(hours=6), datetime(2027, 1, 1, tzinfo=UTC)
    while at.year > 1995:
        low, high = at - step, at
        if (offset(zone, high) > offset(zone, low)) if forward else (
                offset(zone, high) < offset(zone, low)):
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) / 2
                low, high = ((middle, high) if offset(zone, middle) == offset(zone, low)
                             else (low, middle))
            return high.replace(microsecond=0)
        at -= step
    raise flow.Failure(f"{zone} has no such night")


def readings(zone, naive):
    """The instants at which the zone's clock shows that time: none, one or two."""
    found = {naive.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(i for i in found if i.astimezone(zone).replace(tzinfo=None) == naive)


def text(zone, instant):
    return instant.astimezone(zone).isoformat()


def at_minute(zone, date, minutes):
    """The first instant that is not before that reading of the clock."""
    naive = datetime(date.year, date.month, date.day) + timedelta(minutes=minutes)
    found = readings(zone, naive)
    while not found:
        naive += timedelta(minutes=1)
        found = readings(zone, naive)
    return found[0]


def instant_of(zone, shown, what):
    """What the program printed, and that it printed it as the zone's clock shows it."""
    instant = datetime.fromisoformat(shown).astimezone(UTC)
    equal(what, shown, text(zone, instant))
    return instant


# ---- a salon that works at night


class Night:
    """The salon on the day before `naive`, a reading of the clock within the change."""

    def __init__(self, name, naive):
        self.name, self.zone, self.naive = name, ZoneInfo(name), naive
        self.date = naive.date()
        self.dates = [self.date + timedelta(days=d) for d in (-1, 0, 1)]
        before = datetime(naive.year, naive.month, naive.day, 11) - timedelta(days=2)
        flow.NOW = text(self.zone, readings(self.zone, before)[0])
        self.salon = flow.Salon("--zone", name)
        self.salon.stop()
        self.put_shifts()
        self.salon.start("--now", flow.NOW)
        self.salon.json("setup")
        self.booked = []  # (instant, minutes, document)

    def put_shifts(self):
        path = os.path.join(self.salon.state, "state.json")
        with open(path, encoding="utf-8") as file:
            state = json.load(file)
        salon = state["salon"]
        self.service, self.late, self.early = self.choose(salon)
        for master, (begin, end) in ((self.late, LATE), (self.early, EARLY)):
            master["shifts"] = [{"date": str(date), "from": begin, "to": end, "break_from": -1,
                                 "break_to": -1} for date in self.dates]
        ours = (self.late["id"], self.early["id"])
        salon["bookings"] = [b for b in salon["bookings"] if b["master_id"] not in ours]
        with open(path, "w", encoding="utf-8") as file:
            json.dump(state, file, ensure_ascii=False)

    @staticmethod
    def choose(salon):
        """A service that two masters do in less than an hour, and the two."""
        masters = {m["id"]: m for m in salon["masters"]}
        for service in salon["services"]:
            quick = [t for t in service["masters"]
                     if t["duration"] + service["break_after"] <= 60 and service["active"]]
            if len(quick) >= 2:
                return ({"id": service["id"], "minutes": {t["id"]: t["duration"] for t in quick}},
                        masters[quick[0]["id"]], masters[quick[1]["id"]])
        raise flow.Failure("no service is short enough")

    def master_at(self, naive):
        return self.early if naive.hour < 12 else self.late


# ---- what is checked of it


def assert_shifts(night):
    masters = night.salon.json("masters", "--date", str(night.dates[0]), "--days", "3")["masters"]
    for master, hours in ((night.late, ("21:00", "01:30")), (night.early, ("00:00", "04:00"))):
        found = next(m for m in masters if m["id"] == master["id"])["shifts"]
        equal("shifts", [(s["date"], s["from"], clock(s["to"])) for s in found],
              [(str(date), *hours) for date in night.dates])


def clock(shown):
    """25:30 and 01:30 are the same reading of a clock."""
    return f"{int(shown[:2]) % 24:02d}{shown[2:]}"


def raw_starts(night, date, master):
    """What the practice Dikidi sent for that day, in UTC as it must be."""
    asked = [r for r in night.salon.control("log", "--call", "schedule")["requests"]
             if f"date={date}" in r["query"] and f"master_id={master}" in r["query"]]
    slots = asked[-1]["out"]["data"]["slots"]
    check(all(s["starts_at"].endswith("Z") for s in slots), "Dikidi's times are not UTC", slots)
    return [datetime.fromisoformat(s["starts_at"].replace("Z", "+00:00")) for s in slots]


def assert_slots(night):
    for master, (begin, end) in ((night.late, LATE), (night.early, EARLY)):
        minutes = night.service["minutes"][master["id"]]
        for date in night.dates:
            document = night.salon.json("slots", "--service", night.service["id"], "--master",
                                        master["id"], "--date", str(date))
            equal("timezone", document["timezone"], night.name)
            equal("date", document["date"], str(date))
            starts = [instant_of(night.zone, s["starts_at"], "starts_at")
                      for s in document["slots"]]
            ends = [instant_of(night.zone, s["ends_at"], "ends_at") for s in document["slots"]]
            equal("lengths", {e - s for s, e in zip(starts, ends)}, {timedelta(minutes=minutes)})
            first = at_minute(night.zone, date, begin)
            last = at_minute(night.zone, date, end) - timedelta(minutes=minutes)
            wanted = []
            while first <= last:
                wanted.append(first)
                first += timedelta(minutes=master["step"])
            equal(f"free times of {date}", starts, wanted)
            equal(f"what was sent for {date}", raw_starts(night, date, master["id"]), wanted)


def book(night, naive, at, instant):
    master = night.master_at(naive)
    minutes = night.service["minutes"][master["id"]]
    number = len(night.booked)
    booking = night.salon.json("book", "--service", night.service["id"], "--master", master["id"],
                               "--at", at, "--phone", f"+7916557{number:04d}", "--name",
                               f"Night {number}")
    equal(f"starts_at of {at}", booking["starts_at"], text(night.zone, instant))
    equal(f"ends_at of {at}", booking["ends_at"],
          text(night.zone, instant + timedelta(minutes=minutes)))
    there = night.salon.control("booking", booking["booking_id"])
    equal("at Dikidi", datetime.fromisoformat(there["starts_at"]).astimezone(UTC), instant)
    night.booked.append((instant, minutes, booking))


def assert_booked_at(night, naive):
    """A time that the clock shows once is booked, another one is refused with both readings."""
    wall = naive.strftime("%Y-%m-%d %H:%M")
    found = readings(night.zone, naive)
    if len(found) == 1:
        book(night, naive, wall, found[0])
        return
    master = night.master_at(naive)
    refused = night.salon.run("book", "--service", night.service["id"], "--master", master["id"],
                              "--at", wall, "--phone", "+79165579999", "--name", "Nobody",
                              status=2)
    # In a gap: the reading with the offset before it and the one with the offset after it.
    both = found or sorted({naive.replace(tzinfo=night.zone, fold=fold).astimezone(UTC)
                            for fold in (0, 1)})
    equal("readings", len(both), 2)
    for instant in both:
        check(text(night.zone, instant) in refused.err,
              f"the refusal of {wall} lacks {text(night.zone, instant)}", refused.err)
    for instant in found:
        book(night, naive, text(night.zone, instant), instant)


def assert_days(night):
    """Each day lists what is in it by zoneinfo's midnights, and each booking begins on its own day."""
    for date in [*night.dates, night.dates[-1] + timedelta(days=1)]:
        begin = at_minute(night.zone, date, 0)
        end = at_minute(night.zone, date + timedelta(days=1), 0)
        document = night.salon.json("day", str(date))
        equal("date and zone", (document["date"], document["timezone"]), (str(date), night.name))
        listed = [b["booking_id"] for b in document["bookings"]]
        wanted = [b["booking_id"] for at, minutes, b in sorted(night.booked, key=lambda x: x[0])
                  if at < end and at + timedelta(minutes=minutes) > begin]
        equal(f"bookings of {date}", listed, wanted)
        starting = [b for at, _, b in night.booked if begin <= at < end]
        equal(f"dates of {date}", {b["starts_at"][:10] for b in starting} or {str(date)},
              {str(date)})


def assert_told(night):
    """show, its history, and the CRM: the visit's instant, and the day it is on at the salon."""
    night.salon.run("sync", "--once")
    for instant, _, booking in night.booked:
        shown = night.salon.json("show", booking["booking_id"])
        equal("shown", (shown["starts_at"], shown["ends_at"]),
              (booking["starts_at"], booking["ends_at"]))
        for line in shown["history"]:
            instant_of(night.zone, line["at"], "a line of the history")
        deals = flow.entries_of(night.salon, "deal", booking["booking_id"])
        equal("deals", len(deals), 1)
        visit = datetime.fromisoformat(flow.field(deals[0], "UF_CRM_VISIT_AT"))
        equal("the CRM's visit", visit.astimezone(UTC), instant)
        day = str(instant.astimezone(night.zone).date())
        equal("the CRM's day", (deals[0]["BEGINDATE"][:10], deals[0]["CLOSEDATE"][:10]), (day, day))


def changes_its_clocks(name, forward):
    zone = ZoneInfo(name)
    change = last_change(zone, forward)
    before, after = (offset(zone, change - timedelta(seconds=1)), offset(zone, change))
    # The middle of what the clock leaps over, or shows twice.
    naive = (change + before).replace(tzinfo=None) + (after - before) / 2
    equal("readings within the change", len(readings(zone, naive)), 0 if forward else 2)
    night = Night(name, naive)
    try:
        assert_shifts(night)
        assert_slots(night)
        midnight = datetime(night.date.year, night.date.month, night.date.day)
        times = {midnight + timedelta(minutes=m) for m in (-30, 30, 23 * 60 + 30, 24 * 60 + 30)}
        for at in sorted(times | {naive}):
            assert_booked_at(night, at)
        check(len(night.booked) >= 4, "too little was booked", night.booked)
        assert_days(night)
        assert_told(night)
        night.salon.stop()
    finally:
        night.salon.close()


def lives_through_a_zone(name):
    changes_its_clocks(name, forward=True)
    changes_its_clocks(name, forward=False)


# ---- another zone, another clock


def state_of(checks, name):
    found = [c for c in checks if c["name"] == name]
    equal(f"checks named {name}", len(found), 1)
    return found[0]["state"], found[0]["detail"]


def says_whose_clock_is_wrong():
    with flow.Salon() as salon:
        salon.json("setup")
        for name in ("dikidi.schedule", "clock", "clock.bitrix24"):
            equal(name, state_of(salon.json("check")["checks"], name)[0], "ok")
        service, slots = flow.first_free(salon)
        with open(salon.config, encoding="utf-8") as file:
            good = file.read()

        # Dikidi names Moscow, we say Almaty: told, and ours is what counts.
        salon.configure(salon__timezone='"Asia/Almaty"')
        state, detail = state_of(salon.json("check")["checks"], "dikidi.schedule")
        check(state == "warn" and "Europe/Moscow" in detail and "Asia/Almaty" in detail,
              "another zone of Dikidi's", state, detail)
        ours = salon.json("slots", "--service", service["id"], "--date", "tomorrow")
        equal("timezone", ours["timezone"], "Asia/Almaty")
        almaty = ZoneInfo("Asia/Almaty")
        starts = [instant_of(almaty, s["starts_at"], "starts_at") for s in ours["slots"]]
        there = [datetime.fromisoformat(s["starts_at"]).astimezone(UTC) for s in slots]
        check(starts and set(starts) <= set(there), "other instants in our own zone", starts, there)

        # The servers live at the configuration's own time: ten minutes more are ours alone. Dikidi's
        # Date is the machine's time, and is held against that.
        offset_ms = int(flow.re.search(r"offset_ms = (-?\d+)L", good)[1])
        for seconds in (600, -600):
            write(salon, good)
            salon.configure(practice__offset_ms=f"{offset_ms + seconds * 1000}L")
            checks = salon.json("check")["checks"]
            equal("Dikidi's clock", state_of(checks, "clock")[0], "ok")
            state, detail = state_of(checks, "clock.bitrix24")
            check(state == "warn" and is_about(detail, seconds), "Bitrix24's clock", state, detail)
        write(salon, good)
        salon.configure(practice__on="false", practice__offset_ms="-600000L")
        state, detail = state_of(salon.json("check", status=None)["checks"], "clock")
        check(state == "warn" and is_about(detail, -600), "Dikidi's clock", state, detail)


def write(salon, content):
    with open(salon.config, "w", encoding="utf-8") as file:
        file.write(content)


def is_about(detail, seconds):
    return any(abs(int(number) - seconds) <= flow.DEADLINE_S
               for number in flow.re.findall(r"-?\d+", detail.replace("Bitrix24", "")))


SCENARIOS = {zone: lambda zone=zone: lives_through_a_zone(zone) for zone in ZONES}
SCENARIOS["clocks"] = says_whose_clock_is_wrong


if __name__ == "__main__":
    flow.play(SCENARIOS, __doc__)
