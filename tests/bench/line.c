// How long the one line takes to be understood with each key, as the palette does it: for a small
// salon, for the practice salon's size, and for the largest that the design speaks of.
//   bench_line [ROUNDS]
// The same keys in turns for each size; the last column is how many times the smallest salon's.
#include "line.h"
#include "memory.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct size { size_t services, masters; } sizes[] = {{17, 7}, {40, 8}, {200, 40}};
#define SIZES (sizeof(sizes) / sizeof(sizes[0]))

static const char *const lines[] = {
    "стрижка аня 15:30 9161234567 Мария",
    "завтра в 12:30 к оле окрашивание 12, маникюр 8 без телефона # аллергия на лак",
    "cnhb;rf fyz 15:30 9161234567 Vfhbz", // the same as the first, in the other layout
    "strizhka olga fri 1530 +7 916 123-45-67 name Anna Kuznetsova",
};
#define LINES (sizeof(lines) / sizeof(lines[0]))

static const char *const kinds[] = {"Стрижка", "Окрашивание", "Маникюр",     "Педикюр",
                                    "Массаж",  "Укладка",     "Чистка лица", "Наращивание ресниц"};
static const char *const given[] = {"Анна",  "Ольга", "Ирина", "Дарья", "Вера",
                                    "Жанна", "Пётр",  "Иван",  "Софья", "Мария"};

struct salon {
    struct zp_catalogue *catalogue;
    struct line_names *names;
    double *taken_us;
    size_t count;
};

static struct salon salon_new(TALLOC_CTX *ctx, const struct size *size, size_t room) {
    struct zp_catalogue *catalogue = memory_new(ctx, struct zp_catalogue);

    catalogue->service_count = size->services;
    catalogue->services = memory_array(catalogue, struct zp_service, size->services);
    for (size_t i = 0; i < size->services; i++)
        catalogue->services[i] = (struct zp_service){
            .id = memory_printf(catalogue, "%zu", 5159500 + i),
            .name = memory_printf(catalogue, "%s %zu (вид %zu)", kinds[i % 8], i, i / 8)};
    catalogue->master_count = size->masters;
    catalogue->masters = memory_array(catalogue, struct zp_master, size->masters);
    for (size_t i = 0; i < size->masters; i++) {
        struct zp_master *master = &catalogue->masters[i];

        master->id = memory_printf(catalogue, "%zu", 1357200 + i);
        master->name =
            memory_printf(catalogue, "%s %.2s.", given[i % 10], &"АБВГДЕЖЗИК"[i % 10 * 2]);
        master->service_ids = memory_array(catalogue, char *, size->services);
        for (size_t k = i % 5; k < size->services; k += 5)
            master->service_ids[master->service_count++] = catalogue->services[k].id;
    }
    return (struct salon){.catalogue = catalogue,
                          .names = line_names_new(ctx, catalogue),
                          .taken_us = memory_array(ctx, double, room)};
}

static double now_us(void) {
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now); // others on the machine do not count
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

// What stands in the field after each key of the line.
static void type(struct salon *salon, const struct zp_zone *zone, const char *line) {
    const struct line_context context = {.names = salon->names,
                                         .zone = zone,
                                         .country = "RU",
                                         .now = INT64_C(1795433520),
                                         .walk_in_allowed = true};
    char text[LINE_BYTES] = "";

    for (size_t size = 0; line[size] != '\0'; size++) {
        text[size] = line[size];
        if (((unsigned char)line[size + 1] & 0xC0) == 0x80)
            continue; // not at a character's end
        const double began = now_us();
        struct line_draft *draft = line_parse(NULL, text, &context);
        salon->taken_us[salon->count++] = now_us() - began;
        talloc_free(draft);
    }
}

static int by_size(const void *left, const void *right) {
    const double a = *(const double *)left, b = *(const double *)right;

    return a < b ? -1 : a > b;
}

int main(int argc, char **argv) {
    const size_t rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : 20;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct zp_error err = {0};
    struct zp_zone *zone = zp_zone_open(ctx, "Europe/Moscow", &err);
    struct salon salons[SIZES];
    size_t keys = 0;
    double first = 0;

    for (size_t i = 0; i < LINES; i++)
        keys += strlen(lines[i]);
    for (size_t s = 0; s < SIZES; s++)
        salons[s] = salon_new(ctx, &sizes[s], keys * (rounds + 1));
    for (size_t round = 0; zone && round < rounds; round++)
        for (size_t i = 0; i < LINES; i++)
            for (size_t s = 0; s < SIZES; s++)
                type(&salons[s], zone, lines[i]);
    printf("%8s %8s %9s %9s %9s %9s %7s\n", "services", "masters", "keys", "p50 us", "p95 us",
           "worst us", "ratio");
    for (size_t s = 0; s < SIZES; s++) {
        const size_t count = salons[s].count;

        qsort(salons[s].taken_us, count, sizeof(double), by_size);
        const double half = count ? salons[s].taken_us[count / 2] : 0;
        first = s == 0 ? half : first;
        printf("%8zu %8zu %9zu %9.1f %9.1f %9.1f %7.2f\n", sizes[s].services, sizes[s].masters,
               count, half, count ? salons[s].taken_us[count * 95 / 100] : 0,
               count ? salons[s].taken_us[count - 1] : 0, first > 0 ? half / first : 0);
    }
    talloc_free(ctx);
    return 0;
}
