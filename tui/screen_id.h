// The screens by name. screens.c holds the table; a screen that is not built has no entry there,
// and keys that would open it are not shown.
#ifndef TUI_SCREEN_ID_H
#define TUI_SCREEN_ID_H

enum screen_id {
    SCREEN_DAY,
    SCREEN_BOOKING, // args: date, master_id, starts_at, client, client_name, service_id,
                    // service_ids, text (a comment), waiting_id, listing (all optional)
    SCREEN_AGAIN,   // args: booking: the same once more
    SCREEN_MOVE,    // args: booking: to another time; one that is cancelled is booked again;
                    // starts_at, master_id: an undo, back to them
    SCREEN_MARK,    // args: booking
    SCREEN_CARD,    // args: booking
    SCREEN_CANCEL,  // args: booking
    SCREEN_CLIENTS, // args: text (optional): typed so far
    SCREEN_CLIENT,  // args: client
    SCREEN_QUEUE,
    SCREEN_WAITING,
    SCREEN_WISH,    // args: waiting_id: that wish is changed; else service_ids, master_id, date,
                    // client, client_name of a new one
    SCREEN_TRUTH,   // args: date
    SCREEN_NUMBERS, // args: date (optional)
    SCREEN_WEEK,    // args: master_id, date
    SCREEN_PRICES,
    SCREEN_WIDGET,
    SCREEN_CHECK,
    SCREEN_PALETTE, // args: of, actions
    SCREEN_HELP,    // args: of, actions
};
#define SCREENS (SCREEN_HELP + 1)

#endif
