Deals that are somebody else's
Managers have deals that are no visits, and sometimes copy a number from one deal into another. No visit is cancelled for a deal that is not its own.

The salon opens on Monday at 11:00.
The configuration says: bitrix24.poll_seconds = 3600.
The configuration says: bitrix24.reverse_hold_seconds = 1.
The daemon is started.
Maria books a manicure with Anna tomorrow at 12:00 in the app.
Ivan books a haircut with Boris tomorrow at 15:00 in the app.
Within 10 seconds the journal shows Maria's visit as booked, and in the CRM.
Within 10 seconds the journal shows Ivan's visit as booked, and in the CRM.

A manager writes the number of Maria's visit into a deal about hair dye, and moves that deal to a failure stage.
A manager writes another number into Ivan's deal, and moves it to a failure stage.
Within 10 seconds exactly one thing needs a person, which says "does not carry the number of booking".
For 8 seconds no cancel is sent to Dikidi.
For 2 seconds nothing more happens.
Maria's visit stands at Dikidi.
Ivan's visit stands at Dikidi.
