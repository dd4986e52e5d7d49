#include "sync/run.h"

bool zp__run_crm_reverse(struct zp__run *run, const struct zp__input *input,
                         struct zp__effect *effect) {
    (void)input;
    return zp__run_finish(run, zp__run_task_change(run, effect));
}
