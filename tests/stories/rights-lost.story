Our webhook loses its rights
An administrator takes away the right to see deals. "Not found" is then no cancel, not even of a deal that is moved to a failure stage meanwhile.

The salon opens on Monday at 11:00.
The configuration says: bitrix24.poll_seconds = 3600.
The configuration says: bitrix24.reverse_hold_seconds = 1.
The daemon is started.
Maria books a manicure with Anna tomorrow at 12:00 in the app.
Within 10 seconds the journal shows Maria's visit as booked, and in the CRM.

The administrator takes the right to see deals.
Bitrix24 tells us once more that Maria's deal has changed.
Within 10 seconds exactly one thing needs a person, which says "nothing was cancelled at Dikidi".
For 4 seconds nothing more happens.
Maria's visit stands at Dikidi.
No cancel was sent to Dikidi.

The administrator gives back the right to see deals.
The receptionist retries what needs a person.
Within 10 seconds nothing waits.
The journal shows Maria's visit as booked, and in the CRM.
A manager moves Maria's deal to a failure stage.
Within 10 seconds Maria's visit is cancelled at Dikidi.
