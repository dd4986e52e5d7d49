Who waits gets the time
The time a client wants is taken, and she is put on the waiting list. When the other client cancels in the app, the reception sees whom to call, and books her once.

The salon opens on Monday at 11:00.
The daemon is started.
Ivan books a manicure with Anna tomorrow at 12:00 in the app.
Within 10 seconds the journal shows Ivan's visit as booked, and in the CRM.
The receptionist puts Maria on the waiting list for a manicure with Anna tomorrow.
The receptionist puts Olga on the waiting list for a manicure with Anna tomorrow.
Nobody is offered a time.

Ivan cancels in the app, saying "I am ill".
Within 10 seconds the journal shows Ivan's visit as cancelled, and in the CRM.
Maria is the first to be offered tomorrow at 12:00.
The receptionist books tomorrow at 12:00 for Maria from the waiting list.
Maria's visit stands at Dikidi.
Dikidi has exactly one visit of Maria.
Within 10 seconds the journal shows Maria's visit as booked, and in the CRM.
Bitrix24 has exactly one deal for Maria's visit.
Maria does not wait any more, and Olga waits.
Nobody is offered a time.
Nothing waits.
