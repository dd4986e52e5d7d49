Moved twice
A client takes another time in the app, and the reception another one still, before Bitrix24 has written the first down: the deal ends with the last one.

The salon opens on Monday at 11:00.
The configuration says: bitrix24.poll_seconds = 3600.
The daemon is started.
The receptionist books a haircut with Boris tomorrow at 15:00 for Olga.
Within 10 seconds the journal shows Olga's visit as booked, and in the CRM.
Bitrix24 takes 1500 ms for the next change of a deal.
Olga moves her visit in the app to tomorrow at 17:00.
Within 5 seconds the journal shows Olga's visit tomorrow at 17:00.
The receptionist moves Olga's visit to tomorrow at 18:20.
For 4 seconds nothing more happens.
Exactly one visit of Olga stands at Dikidi, and the deal shows its time.
The journal shows Olga's visit as booked, and in the CRM.
Nothing needs a person.
Nothing waits.
