Our webhook loses its rights while a cancel is held
A manager gives a deal up, and before the cancel goes the administrator takes our rights away: what we cannot see any more is not cancelled.

The salon opens on Monday at 11:00.
The configuration says: bitrix24.poll_seconds = 3600.
The configuration says: bitrix24.reverse_hold_seconds = 4.
The daemon is started.
Maria books a manicure with Anna tomorrow at 12:00 in the app.
Within 10 seconds the journal shows Maria's visit as booked, and in the CRM.

A manager moves Maria's deal to a failure stage.
Within 3 seconds the history of Maria's visit says "a manager ended it in the CRM".
The administrator takes the right to see deals.
Bitrix24 tells us once more that Maria's deal has changed.
Within 10 seconds exactly one thing needs a person, which says "othing was cancelled at Dikidi".
For 6 seconds no cancel is sent to Dikidi.
Exactly one thing needs a person, which says "othing was cancelled at Dikidi".
Maria's visit stands at Dikidi.

The administrator gives back the right to see deals.
The receptionist retries what needs a person.
Within 10 seconds Maria's visit is cancelled at Dikidi, with the reason "cancelled in Bitrix24, stage".
Within 12 seconds the journal shows Maria's visit as cancelled, and in the CRM.
Exactly one cancel was sent to Dikidi.
Nothing waits.
