A salon that keeps leads
The same in a salon whose bookings are leads: booked in the app, cancelled by a manager, taken back too late.

The salon opens on Monday at 11:00.
The salon keeps leads instead of deals.
The configuration says: bitrix24.poll_seconds = 3600.
The configuration says: bitrix24.reverse_hold_seconds = 1.
The daemon is started.
Maria books a manicure with Anna tomorrow at 12:00 in the app.
Within 10 seconds the journal shows Maria's visit as booked, and in the CRM.
Bitrix24 has exactly one lead for Maria's visit, with the source description "app".
Bitrix24 has no deal for Maria's visit.

A manager moves Maria's lead to a failure stage.
Within 10 seconds Maria's visit is cancelled at Dikidi, with the reason "cancelled in Bitrix24, stage".
Within 12 seconds the journal shows Maria's visit as cancelled, and in the CRM.
A manager moves Maria's lead back to the first stage.
Within 10 seconds exactly one thing needs a person, which says "was taken back out of its failure stage".
For 3 seconds nothing more happens.
Exactly one cancel was sent to Dikidi.
