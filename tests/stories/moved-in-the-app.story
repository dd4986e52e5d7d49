Moved in the app
A client who takes another time in the app keeps her deal: it shows the new time and says what changed.

The salon opens on Monday at 11:00.
The daemon is started.
Maria books a manicure with Anna tomorrow at 12:00 in the app.
Within 10 seconds the journal shows Maria's visit as booked, and in the CRM.

Maria moves her visit in the app to tomorrow at 14:40.
Within 10 seconds the journal shows Maria's visit tomorrow at 14:40.
Within 10 seconds Maria's deal shows tomorrow at 14:40.
Within 10 seconds Maria's deal has exactly one comment, which says "2026-11-24 12:00 → 2026-11-24 14:40".
The history of Maria's visit says once "changed at Dikidi".
For 6 seconds nothing more happens.
Bitrix24 has exactly one deal for Maria's visit.
Maria's deal is open.
Nothing waits.
