"""What is done to the salon in each flow: how it is prepared, what is run while the fault is set."""
import re

PHONE, NAME = "+79165550177", "Проверкина"
SERVICE, DAY = "5159500", "2026-11-24"
MASTER = "1357200"


class Flow:
    """`prepare(salon)` returns the arguments of the run; `settings`: of the configuration.
    `reads`: nothing is changed, so that one salon serves many cells. `calls`: the only ones that meet
    faults, a pattern, where the others are those of another flow. `lists`: where a worker runs, and polls
    the CRM meanwhile, how many lists of entries are its task's; such a flow is told which methods the
    portal has, or both would ask."""

    def __init__(self, name, prepare, reads=False, calls=".*", lists=None, **settings):
        self.name, self.prepare, self.reads, self.settings = name, prepare, reads, settings
        self.calls, self.lists = re.compile(calls), lists


def free_times(salon, master=MASTER):
    slots = salon.must("slots", "--service", SERVICE, "--master", master, "--date", DAY)["slots"]
    return [slot["starts_at"] for slot in slots]


def book_args(salon, *more, master=MASTER):
    return ["book", "--service", SERVICE, *(["--master", master] if master else []),
            "--at", free_times(salon)[0], "--phone", PHONE, "--name", NAME, *more]


def booked(salon, *more):
    return salon.must(*book_args(salon, *more))


def logged(salon):
    booking = booked(salon, "--wait", "60")
    assert booking["crm"]["state"] == "logged", booking
    return booking["booking_id"]


def lost(salon, call, *args):
    salon.control("fault", call, "drop-after")
    result = salon.run(*args)
    assert result.status == 4, (result.document, result.err)


def of_queued_log(salon):
    booked(salon)
    return ["sync", "--once"]


def of_queued_cancel(salon):
    salon.must("cancel", logged(salon), "--reason", "заболела")
    return ["sync", "--once"]


def of_queued_move(*more):
    def prepare(salon):
        number, times = logged(salon), free_times(salon)
        salon.must("move", number, "--at", times[-1], *more)
        return ["sync", "--once"]
    return prepare


def of_queued_mark(salon):
    number = logged(salon)
    salon.must("mark", number, "came")
    return ["sync", "--once"]


def of_uncertain(salon):
    lost(salon, "create", *book_args(salon))
    salon.later(30)
    return ["sync", "--once"]


def of_uncertain_cancel(salon):
    lost(salon, "cancel", "cancel", logged(salon), "--reason", "заболела")
    salon.later(30)
    return ["sync", "--once"]


def of_uncertain_move(call, *more):
    """A move whose booking or whose cancel of the old time is not known to be done."""
    def prepare(salon):
        number, times = logged(salon), free_times(salon)
        lost(salon, call, "move", number, "--at", times[-1], *more)
        salon.later(30)
        return ["sync", "--once"]
    return prepare


def of_move(*more):
    return lambda salon: ["move", logged(salon), "--at", free_times(salon)[-1], *more]


def of_adopt(salon):
    answer = salon.control("app-book", "--service", SERVICE, "--master", MASTER, "--at",
                           free_times(salon)[0], "--phone", PHONE, "--name", NAME)
    return ["adopt", str(answer["id"])]


def of_adopted_log(salon):
    salon.must(*of_adopt(salon))
    return ["sync", "--once"]


def of_setup(salon):
    salon.control("source-delete", "DIKIDI")
    salon.control("field-delete", "UF_CRM_DIKIDI_ID")
    salon.control("field-delete", "UF_CRM_VISIT_AT")
    return ["setup"]


def reading(*args):
    def prepare(salon):
        salon.must("services")
        return list(args)
    return prepare


def checking(salon):
    logged(salon)
    return ["check"]


ITEM, LEGACY = {"bitrix24__methods": '"item"'}, {"bitrix24__methods": '"legacy"'}
LEAD_LEGACY = {"bitrix24__entity": '"lead"', **LEGACY}  # crm.item.* is called the same for deals
FLOWS = [
    Flow("services", reading("services", "--refresh"), reads=True),
    Flow("masters", reading("masters", "--refresh", "--date", DAY), reads=True),
    Flow("slots", reading("slots", "--service", SERVICE, "--date", DAY), reads=True),
    Flow("check", checking, reads=True),
    Flow("check-legacy", checking, reads=True, calls=r"crm\.(deal|contact)\.(list|get)", **LEGACY),
    Flow("check-lead", checking, reads=True, calls=r"crm\.lead\..*", bitrix24__entity='"lead"'),
    Flow("show-refresh", lambda salon: ["show", logged(salon), "--refresh"]),
    Flow("book", book_args),
    Flow("book-any", lambda salon: book_args(salon, master=None)),
    Flow("book-wait", lambda salon: book_args(salon, "--wait", "6"), lists=0, **ITEM),
    Flow("book-uncertain", of_uncertain, lists=1, **ITEM),
    Flow("poll", reading("sync", "--once"), lists=1),
    Flow("poll-legacy", reading("sync", "--once"), lists=1, **LEGACY),
    Flow("log", of_queued_log, lists=1),
    Flow("log-legacy", of_queued_log, lists=2, **LEGACY),
    Flow("log-lead-legacy", of_queued_log, lists=2, **LEAD_LEGACY),
    Flow("cancel", lambda salon: ["cancel", logged(salon), "--reason", "заболела"]),
    Flow("cancel-wait", lambda salon: ["cancel", logged(salon), "--reason", "заболела", "--wait", "6"],
         lists=0, **ITEM),
    Flow("cancel-uncertain", of_uncertain_cancel, lists=0, **ITEM),
    Flow("lose", of_queued_cancel, lists=0, **ITEM),
    Flow("lose-legacy", of_queued_cancel, lists=0, **LEGACY),
    Flow("lose-lead-legacy", of_queued_cancel, lists=0, **LEAD_LEGACY),
    Flow("move", of_move()),
    Flow("move-release", of_move("--release-first")),
    Flow("move-uncertain", of_uncertain_move("create"), lists=0, **ITEM),
    Flow("move-half", of_uncertain_move("cancel"), lists=0, **ITEM),
    Flow("release-uncertain", of_uncertain_move("create", "--release-first"), lists=0, **ITEM),
    Flow("repoint", of_queued_move(), lists=0, **ITEM),
    Flow("repoint-release", of_queued_move("--release-first"), lists=0, **ITEM),
    Flow("repoint-legacy", of_queued_move(), lists=0, **LEGACY),
    Flow("repoint-lead-legacy", of_queued_move(), lists=0, **LEAD_LEGACY),
    Flow("mark", of_queued_mark, lists=0, **ITEM),
    Flow("adopt", of_adopt),
    Flow("adopt-log", of_adopted_log, lists=1, **ITEM),
    # The fields of leads are made as those of deals are.
    Flow("setup", of_setup, calls=r"profile|crm\.(status|deal\.userfield)\..*"),
]
