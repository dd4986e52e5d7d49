A day of retries
Our computer is off when a client books; Dikidi tries again and again, and also sends twice what we had taken. It is told once.

The salon opens on Monday at 11:00.
Maria books a manicure with Anna tomorrow at 12:00 in the app.
Dikidi tries again what it could not deliver, 4 times.
The daemon is started.
Dikidi tries again what it could not deliver.
Within 10 seconds the journal shows Maria's visit as booked, and in the CRM.
Our receiver has accepted exactly 1 webhook of Dikidi.

The next webhook of Dikidi comes twice.
Maria writes "gel, please" under her visit in the app.
Within 10 seconds the history of Maria's visit says once "changed at Dikidi".
Within 10 seconds our receiver has accepted exactly 3 webhooks of Dikidi.
For 6 seconds nothing more happens.
The history of Maria's visit says once "changed at Dikidi".
Bitrix24 has exactly one deal for Maria's visit.
Maria's deal has exactly one comment, which says "gel, please".
Nothing waits.
