Both cancel at once
A client cancels in the app at the moment in which a manager gives up her deal and the reception cancels another: each visit ends once.

The salon opens on Monday at 11:00.
The configuration says: bitrix24.reverse_hold_seconds = 1.
The daemon is started.
Maria books a manicure with Anna tomorrow at 12:00 in the app.
Ivan books a haircut with Boris tomorrow at 15:00 in the app.
Within 10 seconds the journal shows Maria's visit as booked, and in the CRM.
Within 10 seconds the journal shows Ivan's visit as booked, and in the CRM.

At the same moment:
- Maria cancels in the app, saying "I am ill".
- A manager moves Maria's deal to the stage APOLOGY.
- A manager moves Ivan's deal to a failure stage.
- The receptionist tries to cancel Ivan's visit, saying "the master is ill".
Within 10 seconds the journal shows Maria's visit as cancelled, and in the CRM.
Within 10 seconds the journal shows Ivan's visit as cancelled, and in the CRM.
For 4 seconds nothing more happens.
Maria's visit is cancelled at Dikidi, with the reason "I am ill".
Ivan's visit is cancelled at Dikidi.
Exactly one cancel was sent to Dikidi.
Maria's deal is in a failure stage.
Ivan's deal is in a failure stage.
Maria's deal has exactly one comment.
Ivan's deal has exactly one comment.
Nothing needs a person.
