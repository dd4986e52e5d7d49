Cancelled at the desk
The reception cancels: Dikidi's time is free, the deal is lost with the reason, and neither side's echo cancels twice.

The salon opens on Monday at 11:00.
The configuration says: bitrix24.poll_seconds = 3600.
The daemon is started.
The receptionist books a haircut with Boris tomorrow at 15:00 for Ivan.
Within 10 seconds the journal shows Ivan's visit as booked, and in the CRM.

The receptionist cancels Ivan's visit, saying "the master is ill".
Within 10 seconds the journal shows Ivan's visit as cancelled, and in the CRM.
Ivan's visit is cancelled at Dikidi, with the reason "the master is ill".
Ivan's deal is in a failure stage.
Ivan's deal has exactly one comment, which says "the master is ill".
For 3 seconds nothing more happens.
Exactly one cancel was sent to Dikidi.
Bitrix24 has exactly one deal for Ivan's visit.
Nothing waits.
