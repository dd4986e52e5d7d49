Deals of visits that are over
A manager tidies the CRM up and closes the deals of this morning: what is over is never cancelled.

The salon opens on Monday at 11:00.
The configuration says: bitrix24.reverse_hold_seconds = 1.
The salon has taken over 2 visits of today's morning that are over.
The daemon is started.
A manager moves their deals, and 30 of visits that are over, to a failure stage at once.
For 8 seconds no cancel is sent to Dikidi.
For 2 seconds nothing more happens.
Nothing needs a person.
Nothing waits.
