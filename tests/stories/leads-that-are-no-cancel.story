Leads that are no cancel
In a salon that keeps leads: a lead that is deleted, one that is moved on, and one that became a customer cancel nothing.

The salon opens on Monday at 11:00.
The salon keeps leads instead of deals.
The configuration says: bitrix24.poll_seconds = 3.
The configuration says: bitrix24.reverse_hold_seconds = 1.
The daemon is started.
Maria books a manicure with Anna tomorrow at 12:00 in the app.
Ivan books a haircut with Boris tomorrow at 15:00 in the app.
Olga books a haircut with Boris tomorrow at 17:00 in the app.
Within 15 seconds the journal shows Maria's visit as booked, and in the CRM.
Within 15 seconds the journal shows Ivan's visit as booked, and in the CRM.
Within 15 seconds the journal shows Olga's visit as booked, and in the CRM.

A manager moves Maria's lead to the stage CONVERTED.
A manager moves Ivan's lead to the stage IN_PROCESS.
A manager deletes Olga's lead.
Within 10 seconds the history of Maria's visit says once "won in the CRM".
Within 10 seconds exactly one thing needs a person, which says "nothing was cancelled at Dikidi".
For 5 seconds nothing more happens.
Maria's visit stands at Dikidi.
Ivan's visit stands at Dikidi.
Olga's visit stands at Dikidi.
No cancel was sent to Dikidi.
