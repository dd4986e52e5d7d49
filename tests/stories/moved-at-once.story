Moved at once
A client takes another time in the app in the second in which the reception moves her visit as well: she ends with one visit and one deal.

The salon opens on Monday at 11:00.
The configuration says: bitrix24.poll_seconds = 3600.
The daemon is started.
The receptionist books a haircut with Boris tomorrow at 15:00 for Olga.
Within 10 seconds the journal shows Olga's visit as booked, and in the CRM.
At the same moment:
- Olga moves her visit in the app to tomorrow at 17:00.
- The receptionist tries to move Olga's visit to tomorrow at 18:20.
For 4 seconds nothing more happens.
Exactly one visit of Olga stands at Dikidi, and the deal shows its time.
The journal shows Olga's visit as booked, and in the CRM.
Bitrix24 has exactly one contact for Olga.
Olga's deal is open.
Nothing needs a person.
