#!/usr/bin/env python3
"""What the program says to people, through the real program against the practice salon: dates as they
are typed, errors that name what is wrong, words of the language: flow_words_test.py PROGRAM [NAME…]."""

import flow_test  # noqa: E402  the salon and the checks are the same
from flow_test import Salon, check, equal, first_free  # noqa: E402


def complaint(salon, *args, status=2):
    """The error sentence without the program's name, and the same in the JSON document."""
    result = salon.run(*args, status=status)
    sentence = result.err[len("zapis: "):].rstrip("\n")
    check(sentence.endswith((".", "?", "!")), "no full stop", result)
    check(".." not in sentence, "two full stops", result)
    document = salon.json(*args, status=status)
    equal(f"{args}: message", document["error"]["message"], sentence)
    return sentence


def dates_as_typed():
    with Salon() as salon:
        for words, date in ((["27.11"], "2026-11-27"), (["fri"], "2026-11-27"), (["пт"], "2026-11-27"),
                            (["Завтра"], "2026-11-24"), (["вчера"], "2026-11-22"),
                            (["27/11"], "2026-11-27"), (["27 ноября"], "2026-11-27"),
                            (["27", "november"], "2026-11-27"), (["29"], "2026-11-29"),
                            (["monday"], "2026-11-23")):
            equal(str(words), salon.json("day", *words)["date"], date)
        service, _ = first_free(salon)
        slots = salon.json("slots", "--service", service["id"], "--date", "среда")
        equal("slots", slots["date"], "2026-11-25")
        equal("wrong", complaint(salon, "day", "xyz"),
              "“xyz” is not a date: write 27.11, fri, tomorrow or +3.")
        equal("empty day", salon.run("day", "29.11").out,
              "No bookings in the journal for Sun 29 November 2026.\n")


def errors_name_what_is_wrong():
    with Salon() as salon:
        service, slots = first_free(salon)
        book = ["book", "--service", service["id"], "--at", slots[0]["starts_at"]]
        who = ["--phone", "+79165550301", "--name", "Имя"]
        no_service = "There is no service “x”: “zapis services” lists their numbers."
        no_master = "There is no master “x”: “zapis masters” lists their numbers."
        at = ["--at", slots[0]["starts_at"]]
        for args, wanted in (
                (["slots", "--service", "x", "--date", "+1"], no_service),
                (["book", "--service", "x", *at, *who], no_service),
                (["slots", "--service", service["id"], "--master", "x", "--date", "+1"], no_master),
                ([*book, "--master", "x", *who], no_master),
                (["day", "+9", "--master", "x"], no_master),
                ([*book, "--walk-in", "--phone", "+79165550301"],
                 "Give either --phone and --name, or --walk-in, not both."),
                ([*book, "--phone", "+79165550301"], "Add --name NAME."),
                ([*book, "--name", "Имя"],
                 "Add --phone PHONE, or --walk-in for a visitor who leaves none."),
                (["cancel"], "Which booking? Write “zapis cancel NUMBER --reason WHY”."),
                (["cancel", "1"], "“zapis cancel” needs --reason TEXT."),
                (["queue", "--retry", "abc"],
                 "“abc” is not a task number: “zapis queue” lists them."),
                (["queue", "--drop", "-"], "“-” is not a task number: “zapis queue” lists them.")):
            equal(" ".join(args), complaint(salon, *args), wanted)
        for args in (["show", "abc"], ["adopt", "abc"], ["cancel", "abc", "--reason", "x"],
                     ["mark", "abc", "came"], ["queue", "--retry", "999"]):
            complaint(salon, *args, status=3)
        masters = salon.json("masters")["masters"]
        services = salon.json("services")["services"]
        pair = next(((m, s) for m in masters for s in services
                     if m["service_ids"] and s["id"] not in m["service_ids"]), None)
        check(pair is not None, "every practice master does everything")
        said = complaint(salon, "slots", "--service", pair[1]["id"], "--master", pair[0]["id"],
                         "--date", "+1")
        check(pair[0]["name"] in said and "does not do this service" in said, "which", said)


def walk_ins_may_have_a_name():
    with Salon() as salon:
        service, slots = first_free(salon)
        booking = salon.json("book", "--service", service["id"], "--at", slots[0]["starts_at"],
                             "--walk-in", "--name", "Тётя Мила")
        equal("name", booking["client"]["name"], "Тётя Мила")


def history_in_words():
    with Salon(language="ru") as salon:
        service, slots = first_free(salon)
        booking = salon.json("book", "--service", service["id"], "--at", slots[0]["starts_at"],
                             "--phone", "+79165550302", "--name", "Имя", "--comment", "у окна")
        number = booking["booking_id"]
        shown = salon.json("show", number)
        equal("before", (shown["reason"], shown["comment"]), (None, "у окна"))
        check("занести в Битрикс24" in salon.run("queue").out, "the task in words",
              salon.run("queue"))
        equal("kind", salon.json("queue")["tasks"][0]["kind"], "crm-log")
        salon.json("cancel", number, "--reason", "передумала")
        shown = salon.json("show", number)
        equal("after", (shown["reason"], shown["comment"]), ("передумала", "у окна"))
        text = salon.run("show", number)
        check("отправлена в Dikidi" in text.out and "intent" not in text.out, "history", text)
        check("cancelled" in [line["what"] for line in shown["history"]], "stable words", shown)
        said = complaint(salon, "cancel")
        check("НОМЕР" in said and "Какую запись?" in said, "in Russian", said)
        help_text = salon.run("cancel", "--help").out
        check("НОМЕР ЗАПИСИ" in help_text and "BOOKING" not in help_text, "metavariables", help_text)


SCENARIOS = {
    "dates": dates_as_typed,
    "errors": errors_name_what_is_wrong,
    "walk-in-name": walk_ins_may_have_a_name,
    "history": history_in_words,
}


if __name__ == "__main__":
    flow_test.play(SCENARIOS, __doc__)
