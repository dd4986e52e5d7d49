Moved at the desk
The reception moves a visit: the new time is booked, then the old one is cancelled, and the same deal goes along without ever being lost.

The salon opens on Monday at 11:00.
The configuration says: bitrix24.poll_seconds = 3600.
The daemon is started.
The receptionist books a haircut with Boris tomorrow at 15:00 for Ivan.
Within 10 seconds the journal shows Ivan's visit as booked, and in the CRM.

The receptionist moves Ivan's visit to tomorrow at 17:00.
Within 10 seconds the journal shows Ivan's visit as booked, and in the CRM.
Bitrix24 has exactly one deal for Ivan's visit.
Ivan's deal is open.
Ivan's deal shows tomorrow at 17:00.
For 6 seconds nothing more happens.
Exactly one cancel was sent to Dikidi.
Bitrix24 has exactly one contact for Ivan.
Nothing waits.
