Booked at once
A client in the app and the reception take the same time in the same second: one of them has it, and the other is told.

The salon opens on Monday at 11:00.
The daemon is started.
At the same moment:
- Maria tries to book a haircut with Boris tomorrow at 15:00 in the app.
- The receptionist tries to book a haircut with Boris tomorrow at 15:00 for Ivan.
Within 10 seconds exactly one of Maria and Ivan has the time, with one deal, and the other has neither.
For 4 seconds nothing more happens.
Exactly one of Maria and Ivan has the time, with one deal, and the other has neither.
Nothing waits.
