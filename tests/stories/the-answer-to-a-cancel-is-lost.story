The answer to a cancel is lost
A manager gives a deal up, Dikidi cancels, and its answer never comes: we look before we ask again.

The salon opens on Monday at 11:00.
The configuration says: bitrix24.reverse_hold_seconds = 1.
The daemon is started.
Maria books a manicure with Anna tomorrow at 12:00 in the app.
Within 10 seconds the journal shows Maria's visit as booked, and in the CRM.

Dikidi cancels, and its answer to the next cancel is lost.
A manager moves Maria's deal to a failure stage.
Within 20 seconds the journal shows Maria's visit as cancelled, and in the CRM.
Maria's visit is cancelled at Dikidi, with the reason "cancelled in Bitrix24, stage".
For 4 seconds nothing more happens.
Exactly one cancel was sent to Dikidi.
Maria's deal has exactly one comment.
Nothing waits.
