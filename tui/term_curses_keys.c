// The keys that descriptions of terminals lack.
#include "term_curses_keys.h"

#include <curses.h>

void term_curses_define_keys(void) {
    static const struct {
        const char *sequence;
        int code;
    } keys[] = {
        {"\033[A", KEY_UP},
        {"\033[B", KEY_DOWN},
        {"\033[C", KEY_RIGHT},
        {"\033[D", KEY_LEFT},
        {"\033[H", KEY_HOME},
        {"\033[F", KEY_END},
        {"\033[1~", KEY_HOME},
        {"\033[4~", KEY_END},
        {"\033[7~", KEY_HOME},
        {"\033[8~", KEY_END},
        {"\033[Z", KEY_BTAB},
        {"\033[2~", KEY_IC},
        {"\033[3~", KEY_DC},
        {"\033[5~", KEY_PPAGE},
        {"\033[6~", KEY_NPAGE},
        // F1 to F5 of the Linux console, of PuTTY and rxvt, of xterm and its like; the rest is
        // alike
        {"\033[[A", KEY_F(1)},
        {"\033[[B", KEY_F(2)},
        {"\033[[C", KEY_F(3)},
        {"\033[[D", KEY_F(4)},
        {"\033[[E", KEY_F(5)},
        {"\033[11~", KEY_F(1)},
        {"\033[12~", KEY_F(2)},
        {"\033[13~", KEY_F(3)},
        {"\033[14~", KEY_F(4)},
        {"\033OP", KEY_F(1)},
        {"\033OQ", KEY_F(2)},
        {"\033OR", KEY_F(3)},
        {"\033OS", KEY_F(4)},
        {"\033[15~", KEY_F(5)},
        {"\033[17~", KEY_F(6)},
        {"\033[18~", KEY_F(7)},
        {"\033[19~", KEY_F(8)},
        {"\033[20~", KEY_F(9)},
        {"\033[21~", KEY_F(10)},
        {"\033[23~", KEY_F(11)},
        {"\033[24~", KEY_F(12)},
    };

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (key_defined(keys[i].sequence) == 0)
            define_key(keys[i].sequence, keys[i].code);
}
