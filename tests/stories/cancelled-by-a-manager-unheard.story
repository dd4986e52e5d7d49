Cancelled by a manager, and nobody tells us
Bitrix24 promises no delivery of its events. Then the regular question finds the change: here it is asked every 3 seconds and the hold is 2 seconds.

The salon opens on Monday at 11:00.
The configuration says: bitrix24.poll_seconds = 3.
The configuration says: bitrix24.reverse_hold_seconds = 2.
Bitrix24 sends no events.
The daemon is started.
Maria books a manicure with Anna tomorrow at 12:00 in the app.
Within 10 seconds the journal shows Maria's visit as booked, and in the CRM.

A manager moves Maria's deal to a failure stage.
Within 10 seconds Maria's visit is cancelled at Dikidi, with the reason "cancelled in Bitrix24, stage".
Within 12 seconds the journal shows Maria's visit as cancelled, and in the CRM.
Exactly one cancel was sent to Dikidi.
For 5 seconds nothing more happens.
