Five visits on purpose
Five at once are more than are cancelled without asking. The reception says yes, and all five are cancelled.

The salon opens on Monday at 11:00.
The configuration says: bitrix24.reverse_hold_seconds = 1.
The daemon is started.
5 clients book in the app for the coming days.
Within 15 seconds the journal has each of their visits, and Bitrix24 exactly one deal for each.

A manager moves all their deals to a failure stage at once.
Within 10 seconds exactly one thing needs a person, which says "5 visits to come were put into failure stages".
No cancel was sent to Dikidi.
The receptionist retries what needs a person.
Within 10 seconds each of their visits is cancelled at Dikidi.
Within 15 seconds nothing waits.
Exactly 5 cancels were sent to Dikidi.
For 3 seconds nothing more happens.
