// Chance, the order of things, the virtual clock, and what is written down of a history.
#include "sim.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <zapis/time.h>

struct sim the;

// ---- chance: xoshiro256**, seeded by splitmix64

static uint64_t rotate(uint64_t x, int by) {
    return (x << by) | (x >> (64 - by));
}

uint64_t sim_random(void) {
    uint64_t *s = the.random;
    const uint64_t result = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

static void seed_random(uint64_t seed) {
    for (int i = 0; i < 4; i++) {
        seed += UINT64_C(0x9e3779b97f4a7c15);
        uint64_t z = seed;
        z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
        the.random[i] = z ^ (z >> 31);
    }
}

int64_t sim_between(int64_t low, int64_t high) {
    return low + (int64_t)(sim_random() % (uint64_t)(high - low + 1));
}

bool sim_chance(int64_t of, int64_t in) {
    return of > 0 && sim_between(0, in - 1) < of;
}

// ---- what happens, in order of time; at the same moment in the order in which it was asked for

struct happening {
    int64_t at;
    uint64_t order;
    struct sim_process *process; // NULL: the world's
    unsigned life;
    sim_fn fn;
    void *data;
};
static struct happening *heap;
static size_t heap_count, heap_room;
static uint64_t last_order;

static bool before(const struct happening *a, const struct happening *b) {
    return a->at != b->at ? a->at < b->at : a->order < b->order;
}

static void push(struct happening one) {
    if (heap_count == heap_room) {
        heap_room = heap_room > 0 ? 2 * heap_room : 256;
        heap = realloc(heap, heap_room * sizeof *heap);
        if (heap == NULL) {
            abort();
        }
    }
    size_t at = heap_count++;
    while (at > 0 && before(&one, &heap[(at - 1) / 2])) {
        heap[at] = heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    heap[at] = one;
}

static struct happening pop(void) {
    const struct happening top = heap[0], last = heap[--heap_count];
    size_t at = 0;
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= heap_count) {
            break;
        }
        child += child + 1 < heap_count && before(&heap[child + 1], &heap[child]);
        if (!before(&heap[child], &last)) {
            break;
        }
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = last;
    return top;
}

void sim_at(int64_t at, struct sim_process *process, sim_fn fn, void *data) {
    push((struct happening){.at = at > the.now ? at : the.now,
                            .order = ++last_order,
                            .process = process,
                            .life = process != NULL ? process->life : 0,
                            .fn = fn,
                            .data = data});
}

// Before a turn of a process something may befall it. True: the turn does not take place now.
static bool befalls(struct sim_process *process) {
    if (!the.active) {
        return false;
    }
    if (sim_chance(the.plan.crash_permyriad, 10000)) {
        if (the.plan.power && sim_chance(1, 4)) {
            sim_power_loss();
        } else {
            sim_process_kill(process, "killed");
        }
        return true;
    }
    if (sim_chance(the.plan.pause_permyriad, 10000)) {
        // Short, or longer than a lease of 150 s.
        const int64_t longest = sim_chance(1, 2) ? 30 : 400;
        process->paused_until = the.now + sim_between(1, longest) * SIM_S;
        the.pauses++;
        sim_note("p%d pauses until %" PRId64, process->index, process->paused_until / SIM_MS);
        // It may have been stopped between the last look at its lease and the network.
        if (sim_chance(1, 2)) {
            process->late_until = process->paused_until;
            process->paused_until = 0;
            return false;
        }
    }
    return false;
}

static void turn(const struct happening *one) {
    struct sim_process *process = one->process;
    if (!process->alive || process->life != one->life) {
        return;
    }
    if (process->paused_until > the.now) {
        struct happening later = *one; // its order stays: what came first is first then, too
        later.at = process->paused_until;
        push(later);
        return;
    }
    process->paused_until = 0;
    if (befalls(process)) {
        return;
    }
    if (process->paused_until > the.now) {
        struct happening later = *one;
        later.at = process->paused_until;
        push(later);
        return;
    }
    the.running = process;
    one->fn(one->data);
    if (process->alive && process->life == one->life) {
        sim_loop_turn(process->loop);
    }
    the.running = NULL;
    if (process->late_until != 0) {
        process->paused_until = process->late_until;
        process->late_until = 0;
    }
}

void sim_run(int64_t until) {
    while (heap_count > 0 && heap[0].at <= until && the.violation_count == 0) {
        const struct happening one = pop();
        the.now = one.at;
        the.steps++;
        if (one.process == NULL) {
            one.fn(one.data);
        } else {
            turn(&one);
        }
    }
    if (the.now < until && the.violation_count == 0) {
        the.now = until;
    }
}

// ---- what is written down

static void hash_text(const char *text) {
    for (; *text != '\0'; text++) {
        the.hash = (the.hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    }
}

void sim_note(const char *format, ...) {
    char line[1024];
    va_list list;
    const int used = snprintf(line, sizeof line, "%" PRId64 " ", the.now);
    va_start(list, format);
    vsnprintf(line + used, sizeof line - (size_t)used, format, list);
    va_end(list);
    hash_text(line);
    if (the.trace) {
        printf("%10.3f %s\n", (double)the.now / 1e6, line + used);
    }
}

void sim_violation(const char *format, ...) {
    va_list list;
    va_start(list, format);
    char *text = talloc_vasprintf(the.ctx, format, list);
    va_end(list);
    sim_note("VIOLATION %s", text);
    if (the.violation_count < SIM_VIOLATIONS) {
        the.violations[the.violation_count++] = text;
    }
}

void sim_world_reset(uint64_t seed) {
    const bool trace = the.trace;
    struct zp_config *config = the.config;
    the = (struct sim){.seed = seed, .trace = trace, .config = config};
    the.hash = UINT64_C(0xcbf29ce484222325);
    the.ctx = talloc_new(NULL);
    seed_random(seed);
    heap_count = 0;
    last_order = 0;
    for (int i = 0; i < SIM_PROCESSES; i++) {
        the.processes[i].index = i;
    }
}

void sim_world_free(void) {
    TALLOC_FREE(the.ctx);
}

// ---- clocks: core/base/clock.c over the virtual one

#define BOOT_MS 100000 // how long the machine has been up when a start of it is over

int64_t sim_wall(void) {
    return SIM_EPOCH + the.now / SIM_S;
}

int64_t zp_clock_now_ms(const struct zp_clock *clock) {
    return SIM_EPOCH * 1000 + the.now / SIM_MS + clock->offset_ms;
}

int64_t zp_clock_now(const struct zp_clock *clock) {
    return zp_clock_now_ms(clock) / 1000;
}

int64_t zp_clock_boot_ms(void) {
    return BOOT_MS + (the.now - the.boot_at) / SIM_MS;
}

bool zp_clock_boot_id(char out[ZP_BOOT_ID_SIZE]) {
    snprintf(out, ZP_BOOT_ID_SIZE, "boot-%u", the.boots);
    return true;
}

// What else of the machine could tell one run from another (the linker's --wrap).
int __wrap_clock_gettime(clockid_t id, struct timespec *out);
int __wrap_clock_gettime(clockid_t id, struct timespec *out) {
    (void)id;
    out->tv_sec = SIM_EPOCH + the.now / SIM_S;
    out->tv_nsec = (long)(the.now % SIM_S * 1000);
    return 0;
}

int __wrap_nanosleep(const struct timespec *wanted, struct timespec *left);
int __wrap_nanosleep(const struct timespec *wanted, struct timespec *left) {
    (void)wanted;
    (void)left;
    return 0;
}

ssize_t __wrap_getrandom(void *out, size_t size, unsigned flags);
ssize_t __wrap_getrandom(void *out, size_t size, unsigned flags) {
    (void)flags;
    unsigned char *bytes = out;
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (unsigned char)(sim_random() >> 32);
    }
    return (ssize_t)size;
}
