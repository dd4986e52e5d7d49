Forty visits by mistake
A manager marks 200 deals in a list and moves them to "Deal lost", 40 of them of clients who are still to come. Nobody is cancelled: one person is asked once, with a list.

The salon opens on Monday at 11:00.
The configuration says: bitrix24.poll_seconds = 3600.
The configuration says: bitrix24.reverse_hold_seconds = 2.
The salon has taken over 2 visits of today's morning that are over.
The daemon is started.
40 clients book in the app for the coming days.
Within 40 seconds the journal has each of their visits, and Bitrix24 exactly one deal for each.
For 2 seconds nothing more happens.

The next 200 events of Bitrix24 come all at once.
A manager moves their deals, and 160 of visits that are over, to a failure stage at once.
Within 30 seconds exactly one thing needs a person, which says "40 visits to come were put into failure stages".
It lists each of their visits, and no other.
For 4 seconds nothing more happens.
Each of their visits stands at Dikidi.
No cancel was sent to Dikidi.

The receptionist drops what needs a person.
For 4 seconds no cancel is sent to Dikidi.
For 1 seconds nothing more happens.
Nothing waits.
