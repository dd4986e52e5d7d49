#include <zapis/numbers.h>

int zp_numbers_percent(const struct zp_numbers *numbers, const struct zp_numbers_load *load) {
    if (numbers->shift_days == 0 || load->shift_min == 0) {
        return -1;
    }
    return (int)(((int64_t)load->known_min * 100 + load->shift_min / 2) / load->shift_min);
}
