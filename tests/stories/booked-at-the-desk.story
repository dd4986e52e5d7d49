Booked at the desk
A booking made at the reception is in Dikidi and in the CRM once; that Dikidi and Bitrix24 tell us of our own writes changes nothing.

The salon opens on Monday at 11:00.
The daemon is started.
The receptionist books a haircut with Boris tomorrow at 15:00 for Ivan.
Within 10 seconds the journal shows Ivan's visit as booked, and in the CRM.
Dikidi has exactly one visit of Ivan.
Exactly one booking was sent to Dikidi.
Bitrix24 has exactly one deal for Ivan's visit, with the source description "desk".
Bitrix24 has exactly one contact for Ivan.
Our receiver has accepted exactly 1 webhook of Dikidi.
For 6 seconds nothing more happens.
Nothing waits.
