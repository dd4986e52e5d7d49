Booked in the app
A client who books at night in the Dikidi app is on the reception's screen and in the CRM within ten seconds.

The salon opens on Monday at 11:00.
The daemon is started.
Maria books a manicure with Anna tomorrow at 12:00 in the app.
Within 10 seconds the journal shows Maria's visit as booked, and in the CRM.
Bitrix24 has exactly one deal for Maria's visit, with the source description "app".
Maria's deal shows tomorrow at 12:00.
Bitrix24 has exactly one contact for Maria.
The history of Maria's visit says once "learned from Dikidi".
For 6 seconds nothing more happens.
Nothing waits.
