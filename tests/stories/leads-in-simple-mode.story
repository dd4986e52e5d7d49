A salon that keeps leads, in a portal without leads
Bitrix24's simple mode turns every lead into a deal by itself: that deal is the booking's entry, and a manager's word about it counts.

The salon opens on Monday at 11:00.
The salon keeps leads instead of deals.
Bitrix24 is in simple mode: it turns every lead into a deal by itself.
The configuration says: bitrix24.poll_seconds = 3.
The configuration says: bitrix24.reverse_hold_seconds = 1.
The daemon is started.
Maria books a manicure with Anna tomorrow at 12:00 in the app.
Within 10 seconds the journal shows Maria's visit as booked, and in the CRM.
Bitrix24 has exactly one deal for Maria's visit, with the source description "app".
Bitrix24 has exactly one contact for Maria.
Maria's deal is open.
For 4 seconds nothing more happens.

A manager moves Maria's deal to a failure stage.
Within 10 seconds Maria's visit is cancelled at Dikidi, with the reason "cancelled in Bitrix24, stage".
Within 12 seconds the journal shows Maria's visit as cancelled, and in the CRM.
Exactly one cancel was sent to Dikidi.
For 4 seconds nothing more happens.
