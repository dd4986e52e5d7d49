Cancelled in the app
A client who cancels in the app needs no call: journal and CRM know it within ten seconds, and we send no cancel of our own.

The salon opens on Monday at 11:00.
The configuration says: bitrix24.poll_seconds = 3600.
The daemon is started.
Maria books a manicure with Anna tomorrow at 12:00 in the app.
Within 10 seconds the journal shows Maria's visit as booked, and in the CRM.

Maria cancels in the app, saying "I am ill".
Within 10 seconds the journal shows Maria's visit as cancelled, and in the CRM.
Maria's deal is in a failure stage.
Maria's deal has exactly one comment, which says "I am ill".
For 3 seconds nothing more happens.
No cancel was sent to Dikidi.
Bitrix24 has exactly one deal for Maria's visit.
Nothing waits.
