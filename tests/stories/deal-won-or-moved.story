Deals that are won, moved on or moved to another funnel
Managers move deals all day. Only a failure stage is a wish to cancel.

The salon opens on Monday at 11:00.
The configuration says: bitrix24.poll_seconds = 3.
The configuration says: bitrix24.reverse_hold_seconds = 1.
The daemon is started.
Maria books a manicure with Anna tomorrow at 12:00 in the app.
Ivan books a haircut with Boris tomorrow at 15:00 in the app.
Olga books a haircut with Boris tomorrow at 17:00 in the app.
Within 15 seconds the journal shows Maria's visit as booked, and in the CRM.
Within 15 seconds the journal shows Ivan's visit as booked, and in the CRM.
Within 15 seconds the journal shows Olga's visit as booked, and in the CRM.

A manager wins Maria's deal.
A manager moves Ivan's deal to funnel 1.
A manager moves Olga's deal to the stage PREPARATION.
Within 10 seconds the history of Maria's visit says once "won in the CRM".
Within 10 seconds the history of Ivan's visit says once "its stage in the CRM changed".
For 5 seconds nothing more happens.
Maria's visit stands at Dikidi.
Ivan's visit stands at Dikidi.
Olga's visit stands at Dikidi.
No cancel was sent to Dikidi.
Nothing needs a person.

A manager moves Ivan's deal to a failure stage.
Within 10 seconds Ivan's visit is cancelled at Dikidi, with the reason "cancelled in Bitrix24, stage".
Exactly one cancel was sent to Dikidi.
