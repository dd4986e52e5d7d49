The list grows while it is read
A receptionist reads whom managers gave up, and more come before she says what shall be. Her word counts for what she has read, and for nothing else.

The salon opens on Monday at 11:00.
The configuration says: bitrix24.poll_seconds = 3600.
The configuration says: bitrix24.reverse_hold_seconds = 1.
The daemon is started.
Maria books a manicure with Anna tomorrow at 12:00 in the app.
Ivan books a haircut with Boris tomorrow at 15:00 in the app.
4 clients book in the app for the coming days.
Within 15 seconds the journal has each of their visits, and Bitrix24 exactly one deal for each.

A manager moves their deals to a failure stage at once.
Within 10 seconds exactly one thing needs a person, which says "4 visits to come were put into failure stages".
The receptionist reads what needs a person.
A manager moves Maria's deal to a failure stage.
Within 10 seconds exactly one thing needs a person, which says "5 visits to come were put into failure stages".
The receptionist retries what she read, and is told to look again.
The receptionist drops what she read, and is told to look again.
For 2 seconds nothing more happens.
No cancel was sent to Dikidi.
Exactly one thing needs a person, which says "5 visits to come were put into failure stages".

The receptionist drops what needs a person.
For 2 seconds nothing more happens.
Nothing waits.
No cancel was sent to Dikidi.
A manager moves Ivan's deal to a failure stage.
Within 10 seconds Ivan's visit is cancelled at Dikidi.
Exactly one cancel was sent to Dikidi.
Maria's visit stands at Dikidi.
