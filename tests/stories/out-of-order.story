Late, twice and in the wrong order
Webhooks overtake each other. What we show in the end is what Dikidi has.

The salon opens on Monday at 11:00.
The daemon is started.
The next webhook of Dikidi comes after the one that follows it.
Maria books a manicure with Anna tomorrow at 12:00 in the app.
Maria moves her visit in the app to tomorrow at 14:40.
Within 10 seconds the journal shows Maria's visit as booked, and in the CRM.
Within 10 seconds Maria's deal shows tomorrow at 14:40.

The next webhook of Dikidi comes 1500 ms late.
Maria moves her visit in the app to tomorrow at 11:10.
Maria cancels in the app, saying "I am ill".
Within 10 seconds the journal shows Maria's visit as cancelled, and in the CRM.
For 4 seconds nothing more happens.
Maria's deal is in a failure stage.
Bitrix24 has exactly one deal for Maria's visit.
No cancel was sent to Dikidi.
Nothing waits.
