A manager changes her mind
A failure stage that is taken back in time cancels nothing. One that is taken back too late brings no visit back: a person and the deal are told.

The salon opens on Monday at 11:00.
The configuration says: bitrix24.poll_seconds = 3600.
The configuration says: bitrix24.reverse_hold_seconds = 4.
The daemon is started.
Maria books a manicure with Anna tomorrow at 12:00 in the app.
Within 10 seconds the journal shows Maria's visit as booked, and in the CRM.

A manager moves Maria's deal to a failure stage.
Within 4 seconds the history of Maria's visit says "a manager ended it in the CRM".
A manager moves Maria's deal back to the first stage.
For 6 seconds no cancel is sent to Dikidi.
For 1 seconds nothing more happens.
Maria's visit stands at Dikidi.
The journal shows Maria's visit as booked, and in the CRM.
Maria's deal is open.
Nothing needs a person.

A manager moves Maria's deal to a failure stage.
Within 9 seconds Maria's visit is cancelled at Dikidi.
Within 12 seconds the journal shows Maria's visit as cancelled, and in the CRM.
A manager moves Maria's deal back to the first stage.
Within 10 seconds exactly one thing needs a person, which says "was taken back out of its failure stage".
Maria's deal has a comment which says "Moving the entry back does not bring it back".
For 3 seconds nothing more happens.
Exactly one cancel was sent to Dikidi.
