The webhook comes before the answer
Dikidi tells us of our own booking while we still wait for its answer, or when the answer is lost: it is one visit, with one deal.

The salon opens on Monday at 11:00.
The daemon is started.
Dikidi books at once, and answers the next booking only after 2000 ms.
The receptionist books a haircut with Boris tomorrow at 15:00 for Ivan.
Within 10 seconds the journal shows Ivan's visit as booked, and in the CRM.
Dikidi has exactly one visit of Ivan.
Bitrix24 has exactly one deal for Ivan's visit, with the source description "desk".

Dikidi books, and its answer to the next booking is lost.
The receptionist books a haircut with Boris tomorrow at 17:00 for Olga, and is told that no answer came.
Within 10 seconds the journal shows Olga's visit as booked, and in the CRM.
Dikidi has exactly one visit of Olga.
Bitrix24 has exactly one deal for Olga's visit, with the source description "desk".
For 4 seconds nothing more happens.
Bitrix24 has exactly one contact for Olga.
Nothing waits.
