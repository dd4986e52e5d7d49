Cancelled by a manager
A manager who moves a deal to a failure stage frees the client's time within ten seconds, and nobody has to call the salon.

The salon opens on Monday at 11:00.
The configuration says: bitrix24.poll_seconds = 3600.
The daemon is started.
Maria books a manicure with Anna tomorrow at 12:00 in the app.
Within 10 seconds the journal shows Maria's visit as booked, and in the CRM.

A manager moves Maria's deal to the stage APOLOGY.
Within 10 seconds Maria's visit is cancelled at Dikidi, with the reason "cancelled in Bitrix24, stage".
Within 12 seconds the journal shows Maria's visit as cancelled, and in the CRM.
Exactly one cancel was sent to Dikidi.
Maria's deal is in a failure stage.
Maria's deal has exactly one comment, which says "because this entry was moved to the stage".
The history of Maria's visit says once "a manager ended it in the CRM".
For 3 seconds nothing more happens.
Nothing waits.
