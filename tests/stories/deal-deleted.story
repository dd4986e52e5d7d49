A deal is deleted
A manager who tidies up deletes a deal: the client still comes, and a person is told.

The salon opens on Monday at 11:00.
The configuration says: bitrix24.reverse_hold_seconds = 1.
The daemon is started.
Maria books a manicure with Anna tomorrow at 12:00 in the app.
Within 10 seconds the journal shows Maria's visit as booked, and in the CRM.

A manager deletes Maria's deal.
Within 10 seconds exactly one thing needs a person, which says "nothing was cancelled at Dikidi".
For 6 seconds nothing more happens.
Maria's visit stands at Dikidi.
The journal shows Maria's visit as booked.
No cancel was sent to Dikidi.

The receptionist drops what needs a person.
For 6 seconds nothing more happens.
Nothing waits.
Bitrix24 has no deal for Maria's visit.
