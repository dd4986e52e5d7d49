One deal, whoever notices first
The daemon, a second worker, a console and the reception's own command all see a new booking at the same moment: there is one deal and one contact.

The salon opens on Monday at 11:00.
The configuration says: bitrix24.poll_seconds = 1.
The daemon is started.
A second worker is started.
The console is opened.
Every webhook of Dikidi comes twice.

Maria books a manicure with Anna tomorrow at 12:00 in the app.
At the same moment:
- The receptionist takes Maria's visit over by its number.
- The receptionist takes Maria's visit over by its number.
- Dikidi tells us once more that Maria's visit is created.
- Our programs look once, by hand.
Within 10 seconds the journal shows Maria's visit as booked, and in the CRM.

At the same moment:
- Olga books a haircut with Boris tomorrow at 17:00 in the app.
- The receptionist books a haircut with Boris tomorrow at 15:00 for Ivan.
- Our programs look once, by hand.
Within 10 seconds the journal shows Ivan's visit as booked, and in the CRM.
Within 10 seconds the journal shows Olga's visit as booked, and in the CRM.

For 4 seconds nothing more happens.
Bitrix24 has exactly one deal for Maria's visit.
Bitrix24 has exactly one deal for Olga's visit.
Bitrix24 has exactly one deal for Ivan's visit.
Bitrix24 has exactly one contact for Maria.
Bitrix24 has exactly one contact for Olga.
Bitrix24 has exactly one contact for Ivan.
Dikidi has exactly one visit of Ivan.
Nothing waits.
