Cancelled by a manager, told by a robot
Some salons let a robot on the failure stages call us instead of the outgoing webhook: it is as good.

The salon opens on Monday at 11:00.
The configuration says: bitrix24.poll_seconds = 3600.
Bitrix24 sends no events.
In Bitrix24 a robot calls us on every failure stage.
The daemon is started.
Ivan books a haircut with Boris tomorrow at 15:00 in the app.
Within 10 seconds the journal shows Ivan's visit as booked, and in the CRM.

A manager moves Ivan's deal to a failure stage.
Within 10 seconds Ivan's visit is cancelled at Dikidi, with the reason "cancelled in Bitrix24, stage".
Within 12 seconds the journal shows Ivan's visit as cancelled, and in the CRM.
Exactly one cancel was sent to Dikidi.
For 3 seconds nothing more happens.
