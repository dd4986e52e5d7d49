"""A journal of a big salon, written straight into the tables that the program made: 40 masters, 200
services, 200 bookings on each day around today, and as many before that as are asked for."""
import datetime
import json
import random
import sqlite3
import zoneinfo

COMPANY, ZONE = "550001", "Europe/Moscow"
MASTERS, SERVICES, ON_A_DAY, BEFORE_A_DAY, NEAR_DAYS = 40, 200, 200, 480, 30
CLIENTS = 60000
NAMES = ("Мария", "Ольга", "Ирина", "Анна", "Дарья", "Вера", "Жанна", "Пётр", "Иван", "Софья")
FAMILIES = ("Иванова", "Кузнецова", "Щукина", "Ёлкина", "Петрова", "Волкова", "Зайцева", "Орлова")
COLUMNS = ("company, request_id, revision, state, booking_id, starts_at, ends_at, master_id, master, services,"
           " price_minor, currency, client_name, client_phone, comment, origin, attendance, cancel_reason,"
           " crm_state, crm_entity, crm_id, remote_version, remote_updated_at, created_at, updated_at, created_by")


def master(i):
    return f"13572{i:02d}", f"{NAMES[i % len(NAMES)]} {chr(0x410 + i % 28)}."


def service(i):
    return f"51595{i:03d}", f"{('Маникюр', 'Стрижка', 'Массаж', 'Окрашивание')[i % 4]} {i}", 30 + i % 4 * 15


def catalogue(database, now):
    services = [{"id": service(i)[0], "name": service(i)[1], "category_id": str(i % 8), "category": f"Раздел {i % 8}",
                 "price_minor": 100000 + i * 1000, "price_from": False, "currency": "RUB",
                 "duration_min": service(i)[2], "break_after_min": 0, "active": True, "online": True, "sort": i,
                 "terms": []} for i in range(SERVICES)]
    masters = [{"id": master(i)[0], "name": master(i)[1], "post": "мастер", "active": True, "online": True,
                "service_ids": [service(s)[0] for s in range(i % 5, SERVICES, 5)]} for i in range(MASTERS)]
    for half, document in (("services", services), ("masters", masters)):
        database.execute("INSERT OR REPLACE INTO catalogue VALUES (?, ?, ?, ?)",
                         (COMPANY, half, json.dumps(document, ensure_ascii=False), now))


def shifts(database, today, now):
    for offset in range(-NEAR_DAYS, NEAR_DAYS + 1):
        date = (today + datetime.timedelta(days=offset)).isoformat()
        database.execute("INSERT OR REPLACE INTO shift_day VALUES (?, ?, ?)", (COMPANY, date, now))
        database.executemany("INSERT OR REPLACE INTO shift VALUES (?, ?, ?, ?, 540, 1260, 780, 840)",
                             [(COMPANY, date, i, master(i)[0]) for i in range(MASTERS)])


def rows_of_day(chance, number, start, count, now):
    """Bookings of a day that begins at `start`: each master's one after the other."""
    per_master = count // MASTERS
    for i in range(count):
        who = i % MASTERS
        minutes = 540 + (i // MASTERS) * (690 // per_master)
        begins = start + minutes * 60
        which = chance.randrange(SERVICES)
        client = chance.randrange(CLIENTS)
        past = begins < now
        state = "cancelled" if chance.random() < 0.06 else "booked"
        yield (COMPANY, f"019a0000-0000-7000-8000-{number + i:012d}", 3, state, str(700000000 + number + i), begins,
               begins + min(service(which)[2], 690 // per_master) * 60, *master(who),
               json.dumps([service(which)[0], service(which)[1], str(service(which)[2]), str(100000 + which * 1000)],
                          ensure_ascii=False),
               100000 + which * 1000, "RUB",
               f"{NAMES[client % len(NAMES)]} {FAMILIES[client % len(FAMILIES)]}", f"+7916{client:07d}", "",
               ("desk", "app", "desk", "app", "walk-in")[chance.randrange(5)],
               ("came", "came", "came", "no-show")[chance.randrange(4)] if past else "waiting",
               "передумала" if state == "cancelled" else "", "logged", "deal", str(number + i), 1, begins - 86400,
               begins - 86400, begins - 86400, "Анна")


def days(today, bookings):
    """(date, how many bookings), the nearest first, until there are enough."""
    for offset in range(-NEAR_DAYS, NEAR_DAYS + 1):
        yield today + datetime.timedelta(days=offset), min(ON_A_DAY, bookings)
        bookings -= min(ON_A_DAY, bookings)
    offset = NEAR_DAYS + 1
    while bookings > 0:
        yield today - datetime.timedelta(days=offset), min(BEFORE_A_DAY, bookings)
        bookings -= min(BEFORE_A_DAY, bookings)
        offset += 1


def clients(database):
    chance = random.Random(7)
    national = [f"916{i:07d}" for i in range(CLIENTS)]
    database.executemany(
        "INSERT INTO client (company, phone, name, words, national, tail, last_visit_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(COMPANY, f"+7{n}", f"{NAMES[i % len(NAMES)]} {FAMILIES[i % len(FAMILIES)]}",
          f"{NAMES[i % len(NAMES)]} {FAMILIES[i % len(FAMILIES)]}".lower().replace("ё", "е"), n, n[::-1],
          1700000000 + chance.randrange(60000000)) for i, n in enumerate(national)])
    database.execute("INSERT INTO client_words (client_words) VALUES ('rebuild')")


def read_lately(database, now):
    """As it is where the worker has been running: what lies ahead was read at Dikidi not long ago."""
    database.execute("UPDATE booking SET seen_at = ? WHERE starts_at > ?", (now, now))


def make_fresh(path, now):
    """A journal made before, as it is when its program has just run."""
    database = sqlite3.connect(path)
    read_lately(database, now)
    database.execute("UPDATE catalogue SET fetched_at = ?", (now,))
    database.execute("UPDATE shift_day SET fetched_at = ?", (now,))
    database.commit()
    database.close()


def fill(path, now, bookings):
    """The file must be a journal of this version already."""
    zone = zoneinfo.ZoneInfo(ZONE)
    today = datetime.datetime.fromtimestamp(now, zone).date()
    chance, number = random.Random(20261122), 0
    database = sqlite3.connect(path)
    database.execute("PRAGMA synchronous=OFF")
    places = ", ".join("?" * len(COLUMNS.split(",")))
    catalogue(database, now)
    shifts(database, today, now)
    for date, count in days(today, bookings):
        start = int(datetime.datetime.combine(date, datetime.time(), zone).timestamp())
        rows = list(rows_of_day(chance, number, start, count, now)) if count >= MASTERS else []
        database.executemany(f"INSERT INTO booking ({COLUMNS}) VALUES ({places})", rows)
        database.executemany("INSERT INTO booking_number VALUES (?, ?, ?)", [(r[0], r[4], r[1]) for r in rows])
        number += len(rows)
    clients(database)
    read_lately(database, now)
    database.commit()
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return number
