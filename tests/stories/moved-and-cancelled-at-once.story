Moved and cancelled at once
A client takes another time while a manager gives her deal up: the deal's end is a wish to cancel the visit, wherever it stands now.

The salon opens on Monday at 11:00.
The configuration says: bitrix24.reverse_hold_seconds = 1.
The daemon is started.
Maria books a manicure with Anna tomorrow at 12:00 in the app.
Within 10 seconds the journal shows Maria's visit as booked, and in the CRM.

At the same moment:
- Maria moves her visit in the app to tomorrow at 14:40.
- A manager moves Maria's deal to a failure stage.
Within 10 seconds Maria's visit is cancelled at Dikidi, with the reason "cancelled in Bitrix24, stage".
Within 12 seconds the journal shows Maria's visit as cancelled, and in the CRM.
For 4 seconds nothing more happens.
Exactly one cancel was sent to Dikidi.
Maria's deal is in a failure stage.
Bitrix24 has exactly one deal for Maria's visit.
Nothing needs a person.
