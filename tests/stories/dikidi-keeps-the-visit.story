Dikidi keeps a visit that a manager gave up
A manager gives a deal up and Dikidi does not cancel the visit: a person is told, and the manager reads under the deal why the client still comes.

The salon opens on Monday at 11:00.
The configuration says: bitrix24.poll_seconds = 3600.
The configuration says: bitrix24.reverse_hold_seconds = 1.
The daemon is started.
Maria books a manicure with Anna tomorrow at 12:00 in the app.
Within 10 seconds the journal shows Maria's visit as booked, and in the CRM.

Dikidi refuses the next cancel.
A manager moves Maria's deal to a failure stage.
Within 10 seconds Maria's deal has exactly one comment, which says "Dikidi did not cancel the visit, it stands".
Exactly one thing needs a person.
For 3 seconds nothing more happens.
Maria's visit stands at Dikidi.
Maria's deal is in a failure stage.

The receptionist retries what needs a person.
Within 10 seconds Maria's visit is cancelled at Dikidi, with the reason "cancelled in Bitrix24, stage".
Within 10 seconds Maria's deal has a comment which says "was cancelled in Dikidi".
Within 10 seconds nothing waits.
