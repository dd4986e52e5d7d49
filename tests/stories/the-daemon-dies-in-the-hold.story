The daemon dies while a cancel is held
A manager gives a deal up, and our daemon is killed before the cancel goes: the next program goes on with it, and only once, though two of them are there.

The salon opens on Monday at 11:00.
The configuration says: bitrix24.poll_seconds = 3.
The configuration says: bitrix24.reverse_hold_seconds = 4.
The daemon is started.
Maria books a manicure with Anna tomorrow at 12:00 in the app.
Within 10 seconds the journal shows Maria's visit as booked, and in the CRM.
A manager moves Maria's deal to a failure stage.
Within 4 seconds the history of Maria's visit says once "a manager ended it in the CRM".
The daemon is killed.
At the same moment:
- The daemon is started.
- A second worker is started.
Within 15 seconds Maria's visit is cancelled at Dikidi, with the reason "cancelled in Bitrix24, stage".
Within 20 seconds the journal shows Maria's visit as cancelled, and in the CRM.
For 5 seconds nothing more happens.
Exactly one cancel was sent to Dikidi.
Maria's deal has exactly one comment.
Nothing waits.
