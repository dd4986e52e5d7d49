A webhook is a hint
A webhook that says "cancelled" of a visit that stands, and events about deals that are open, cancel nothing: we look before we act.

The salon opens on Monday at 11:00.
The configuration says: bitrix24.poll_seconds = 3600.
The configuration says: bitrix24.reverse_hold_seconds = 0.
The daemon is started.
Maria books a manicure with Anna tomorrow at 12:00 in the app.
Within 10 seconds the journal shows Maria's visit as booked, and in the CRM.
Our receiver has accepted exactly 1 webhook of Dikidi.

Dikidi tells us once more that Maria's visit is cancelled.
Within 10 seconds our receiver has accepted exactly 2 webhooks of Dikidi.
A stranger tells us, with a wrong signature, that Maria's visit is cancelled.
Within 10 seconds our receiver has refused exactly 1 webhook of Dikidi.
Bitrix24 tells us twice more that Maria's deal has changed.
The robot of the failure stages calls us about Maria's deal, which stands in none.
For 5 seconds no cancel is sent to Dikidi.
For 2 seconds nothing more happens.
The journal shows Maria's visit as booked, and in the CRM.
Maria's visit stands at Dikidi.
Maria's deal is open.
Nothing needs a person.
