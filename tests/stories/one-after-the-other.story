Deals given up one after the other
A manager who works through a list by hand gives up a deal every two seconds. Three are believed; then a person is asked about all the others at once.

The salon opens on Monday at 11:00.
The configuration says: bitrix24.poll_seconds = 3600.
The configuration says: bitrix24.reverse_hold_seconds = 1.
The daemon is started.
6 clients book in the app for the coming days.
Within 15 seconds the journal has each of their visits, and Bitrix24 exactly one deal for each.

A manager moves their deals to a failure stage, one every 2 seconds.
Within 10 seconds exactly one thing needs a person, which says "3 visits to come were put into failure stages".
It lists each of their visits that stands at Dikidi, and no other.
Exactly 3 cancels were sent to Dikidi.
For 4 seconds nothing more happens.
Exactly 3 cancels were sent to Dikidi.

The receptionist retries what needs a person.
Within 10 seconds each of their visits is cancelled at Dikidi.
Within 15 seconds nothing waits.
Exactly 6 cancels were sent to Dikidi.
