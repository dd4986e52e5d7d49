The daemon dies
The daemon is killed while Bitrix24 is making a deal: another program goes on with it, looks first, and there is one deal.

The salon opens on Monday at 11:00.
The daemon is started.
Bitrix24 makes the next contact and its deal, and answers about the deal after 9000 ms.
Maria books a manicure with Anna tomorrow at 12:00 in the app.
Within 8 seconds Bitrix24 has exactly one deal for Maria's visit.
The daemon is killed.
The journal shows Maria's visit as booked.
A second worker is started.
Within 10 seconds the journal shows Maria's visit as booked, and in the CRM.
For 4 seconds nothing more happens.
Bitrix24 has exactly one deal for Maria's visit, with the source description "app".
Bitrix24 has exactly one contact for Maria.
Nothing waits.
