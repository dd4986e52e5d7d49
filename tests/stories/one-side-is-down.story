One side is down
Bitrix24 is down when a client books, Dikidi when a manager cancels: what has to be done is done when they are back, once.

The salon opens on Monday at 11:00.
The configuration says: bitrix24.reverse_hold_seconds = 1.
The daemon is started.
Bitrix24 is down.
Maria books a manicure with Anna tomorrow at 12:00 in the app.
Within 10 seconds the journal shows Maria's visit as booked.
Bitrix24 is back.
Within 20 seconds the journal shows Maria's visit as booked, and in the CRM.
Bitrix24 has exactly one deal for Maria's visit, with the source description "app".
Bitrix24 has exactly one contact for Maria.

Dikidi is down.
A manager moves Maria's deal to a failure stage.
Within 10 seconds the history of Maria's visit says once "a manager ended it in the CRM".
For 3 seconds Maria's visit stands at Dikidi.
Dikidi is back.
Within 20 seconds Maria's visit is cancelled at Dikidi, with the reason "cancelled in Bitrix24, stage".
Within 20 seconds the journal shows Maria's visit as cancelled, and in the CRM.
For 4 seconds nothing more happens.
Maria's deal has exactly one comment.
Nothing waits.
