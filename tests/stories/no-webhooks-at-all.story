No webhooks at all
The line is cut and Dikidi gives up: a booking that we know is read again by itself after a quarter of an hour, and a number that nobody told us is taken over by hand.

The salon opens on Monday at 11:00.
The daemon is started.
Maria books a manicure with Anna tomorrow at 12:00 in the app.
Ivan books a haircut with Boris tomorrow at 15:00 in the app.
Within 10 seconds the journal shows Maria's visit as booked, and in the CRM.
Within 10 seconds the journal shows Ivan's visit as booked, and in the CRM.

Dikidi sends no webhooks.
Maria cancels in the app, saying "I am ill".
Ivan moves his visit in the app to tomorrow at 17:00.
Olga books a haircut with Boris tomorrow at 18:20 in the app.
The daemon is stopped.
20 minutes go by, with all our programs stopped.
Dikidi sends no webhooks.
The daemon is started.
Within 20 seconds the journal shows Maria's visit as cancelled, and in the CRM.
Within 20 seconds the journal shows Ivan's visit tomorrow at 17:00.
Within 20 seconds Ivan's deal shows tomorrow at 17:00.
The journal does not know Olga's visit.
The receptionist takes Olga's visit over by its number.
Within 10 seconds the journal shows Olga's visit as booked, and in the CRM.
For 4 seconds nothing more happens.
No cancel was sent to Dikidi.
Bitrix24 has exactly one deal for Olga's visit.
