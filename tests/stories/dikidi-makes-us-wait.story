Dikidi makes us wait
Dikidi asks us not to call for a minute while many clients change their visits in its app. What managers do in Bitrix24 meanwhile is seen all the same.

The salon opens on Monday at 11:00.
The configuration says: bitrix24.poll_seconds = 3600.
The daemon is started.
Maria books a manicure with Anna tomorrow at 12:00 in the app.
18 clients book in the app for the coming days.
Within 20 seconds the journal has each of their visits, and Bitrix24 exactly one deal for each.
The journal shows Maria's visit as booked, and in the CRM.
For 1 seconds nothing more happens.

Dikidi answers the next question with: ask again in 60 seconds.
Each of them writes "gel, please" under the visit in the app.
Within 10 seconds at least 10 things wait.
A manager wins Maria's deal.
Within 10 seconds the history of Maria's visit says "won in the CRM".
At least 10 things wait.
