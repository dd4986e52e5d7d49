Closed for the night
All our programs are off, and Bitrix24's events are lost. In the morning the first question finds what managers did, and Dikidi's own retries tell the rest.

The salon opens on Monday at 11:00.
The daemon is started.
Maria books a manicure with Anna tomorrow at 12:00 in the app.
Ivan books a haircut with Boris tomorrow at 15:00 in the app.
Within 10 seconds the journal shows Maria's visit as booked, and in the CRM.
Within 10 seconds the journal shows Ivan's visit as booked, and in the CRM.

The daemon is stopped.
A manager moves Maria's deal to a failure stage.
Ivan cancels in the app, saying "I am ill".
Olga books a haircut with Boris tomorrow at 17:00 in the app.
The daemon is started.
Dikidi tries again what it could not deliver.
Within 20 seconds Maria's visit is cancelled at Dikidi, with the reason "cancelled in Bitrix24, stage".
Within 20 seconds the journal shows Maria's visit as cancelled, and in the CRM.
Within 20 seconds the journal shows Ivan's visit as cancelled, and in the CRM.
Within 20 seconds the journal shows Olga's visit as booked, and in the CRM.
For 6 seconds nothing more happens.
Exactly one cancel was sent to Dikidi.
Nothing waits.
