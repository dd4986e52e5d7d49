// A disk in memory, as a SQLite VFS. What was written is seen by all at once; what was not synced
// may be gone, or half there, after a loss of power. A process can be made to die at any write.
#include "sim.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#define FILES   4
#define SECTOR  512
#define REGIONS 16

struct range {
    int64_t at, size;
};

// `data` is what processes see, `disk` what a loss of power leaves for certain.
struct file {
    char name[64];
    bool there;
    unsigned char *data, *disk;
    int64_t size, room, disk_size;
    struct range *dirty;
    size_t dirty_count, dirty_room;
    int shared; // connections with a SHARED lock or more
    int level;  // the highest of RESERVED, PENDING, EXCLUSIVE that is held
    void *regions[REGIONS];
    size_t region_size;
    int maps, shm_shared[SQLITE_SHM_NLOCK];
    bool shm_exclusive[SQLITE_SHM_NLOCK];
};

struct handle {
    sqlite3_file base;
    struct file *file;
    int level;
    bool mapped;
    unsigned shm_shared, shm_exclusive;
};

static struct file files[FILES];
static unsigned char *image; // of the first file, as each history begins
static int64_t image_size;
static struct sim_process *present;
static int crash_after = -1;
static bool wrote;

void sim_vfs_process(struct sim_process *process) {
    present = process;
    crash_after = -1;
    wrote = false;
}

bool sim_vfs_wrote(void) {
    return wrote;
}

void sim_vfs_crash_after(int writes) {
    crash_after = writes;
}

// ---- files

static struct file *find(const char *name, bool make) {
    struct file *empty = NULL;
    for (int i = 0; i < FILES; i++) {
        if (files[i].there && strcmp(files[i].name, name) == 0) {
            return &files[i];
        }
        empty = !files[i].there && files[i].maps == 0 && empty == NULL ? &files[i] : empty;
    }
    if (!make || empty == NULL) {
        return NULL;
    }
    empty->there = true;
    empty->size = empty->disk_size = 0;
    empty->dirty_count = 0;
    empty->shared = empty->level = 0;
    snprintf(empty->name, sizeof empty->name, "%s", name);
    return empty;
}

static void *grown(void *memory, size_t size) {
    void *new = realloc(memory, size);
    if (new == NULL) {
        abort();
    }
    return new;
}

static void make_room(struct file *file, int64_t size) {
    if (size <= file->room) {
        return;
    }
    const int64_t room = size > 2 * file->room ? size : 2 * file->room;
    file->data = grown(file->data, (size_t)room);
    file->disk = grown(file->disk, (size_t)room);
    memset(file->data + file->room, 0, (size_t)(room - file->room));
    memset(file->disk + file->room, 0, (size_t)(room - file->room));
    file->room = room;
}

static void add_dirty(struct file *file, int64_t at, int64_t size) {
    if (file->dirty_count == file->dirty_room) {
        file->dirty_room = file->dirty_room > 0 ? 2 * file->dirty_room : 64;
        file->dirty = grown(file->dirty, file->dirty_room * sizeof *file->dirty);
    }
    file->dirty[file->dirty_count++] = (struct range){at, size};
}

static void put(struct file *file, const void *bytes, int64_t size, int64_t at) {
    make_room(file, at + size);
    if (at > file->size) {
        memset(file->data + file->size, 0, (size_t)(at - file->size));
    }
    memcpy(file->data + at, bytes, (size_t)size);
    file->size = at + size > file->size ? at + size : file->size;
    if (the.plan.power) { // else nobody asks what the disk has
        add_dirty(file, at, size);
    }
}

static void keep(struct file *file, int64_t at, int64_t size) {
    if (at >= file->size) {
        return; // cut off since
    }
    size = at + size > file->size ? file->size - at : size;
    if (at > file->disk_size) {
        memset(file->disk + file->disk_size, 0, (size_t)(at - file->disk_size));
    }
    memcpy(file->disk + at, file->data + at, (size_t)size);
    file->disk_size = at + size > file->disk_size ? at + size : file->disk_size;
}

static void sync_file(struct file *file) {
    for (size_t i = 0; i < file->dirty_count; i++) {
        keep(file, file->dirty[i].at, file->dirty[i].size);
    }
    file->disk_size = file->size;
    file->dirty_count = 0;
}

// Memory that was shared is gone with the machine. Connections that are kept for later processes
// still point to it.
static void forget_index(struct file *file) {
    for (int i = 0; i < REGIONS && file->regions[i] != NULL; i++) {
        memset(file->regions[i], 0, file->region_size);
    }
}

// Each write since the last sync: there, gone, or there in part, whatever came after it. All
// connections are closed by now.
void sim_vfs_power_loss(void) {
    for (int i = 0; i < FILES; i++) {
        struct file *file = &files[i];
        if (!file->there) {
            continue;
        }
        const int64_t mood = sim_between(0, 2); // mostly gone, mostly there, all sorts
        for (size_t k = 0; k < file->dirty_count; k++) {
            const struct range *range = &file->dirty[k];
            const int64_t luck = sim_between(0, 9);
            if (mood == 0 ? luck > 0 : mood == 1 ? luck == 0 : luck < 5) {
                continue;
            }
            int64_t size = range->size;
            if (sim_chance(1, 4)) {
                size = sim_between(0, size / SECTOR) * SECTOR;
            }
            keep(file, range->at, size);
        }
        file->dirty_count = 0;
        if (file->size < file->disk_size && sim_chance(1, 2)) {
            file->disk_size = file->size; // the cut had reached the disk
        }
        memcpy(file->data, file->disk, (size_t)file->disk_size);
        file->size = file->disk_size;
        forget_index(file);
    }
}

void sim_vfs_remember(void) {
    image_size = files[0].size;
    image = grown(image, (size_t)image_size);
    memcpy(image, files[0].data, (size_t)image_size);
}

void sim_vfs_reset(void) {
    for (int i = 0; i < FILES; i++) {
        forget_index(&files[i]);
        files[i].size = files[i].disk_size = 0;
        files[i].dirty_count = 0;
    }
    struct file *file = &files[0];
    make_room(file, image_size);
    memcpy(file->data, image, (size_t)image_size);
    memcpy(file->disk, image, (size_t)image_size);
    file->size = file->disk_size = image_size;
    file->dirty_count = 0;
    sqlite3_randomness(0, NULL); // seeded anew, by the history
}

// ---- of a handle

static bool is_dead(void) {
    return present != NULL && present->dead_disk;
}

// True: the process dies at this write, of which `left` of `size` bytes arrive.
static bool dies(int64_t size, int64_t *left) {
    if (crash_after < 0 || --crash_after >= 0) {
        return false;
    }
    *left = size > 0 && sim_chance(1, 2) ? sim_between(0, size / SECTOR) * SECTOR : 0;
    present->dead_disk = present->torn = true;
    return true;
}

static int vfs_read(sqlite3_file *f, void *out, int size, sqlite3_int64 at) {
    struct handle *handle = (struct handle *)f;
    const struct file *file = handle->file;
    if (is_dead()) {
        return SQLITE_IOERR_READ;
    }
    const int64_t there = at < file->size ? file->size - at : 0;
    const int64_t take = there < size ? there : size;
    if (take > 0) {
        memcpy(out, file->data + at, (size_t)take);
    }
    if (take == size) {
        return SQLITE_OK;
    }
    memset((char *)out + take, 0, (size_t)(size - take));
    return SQLITE_IOERR_SHORT_READ;
}

static int vfs_write(sqlite3_file *f, const void *bytes, int size, sqlite3_int64 at) {
    struct handle *handle = (struct handle *)f;
    int64_t left = 0;
    if (is_dead()) {
        return SQLITE_IOERR_WRITE;
    }
    if (dies(size, &left)) {
        if (left > 0) {
            put(handle->file, bytes, left, at);
        }
        return SQLITE_IOERR_WRITE;
    }
    put(handle->file, bytes, size, at);
    wrote = true;
    return SQLITE_OK;
}

static int vfs_truncate(sqlite3_file *f, sqlite3_int64 size) {
    struct handle *handle = (struct handle *)f;
    int64_t left = 0;
    if (is_dead() || dies(0, &left)) {
        return SQLITE_IOERR_TRUNCATE;
    }
    handle->file->size = size < handle->file->size ? size : handle->file->size;
    return SQLITE_OK;
}

static int vfs_sync(sqlite3_file *f, int flags) {
    int64_t left = 0;
    (void)flags;
    if (is_dead() || dies(0, &left)) {
        return SQLITE_IOERR_FSYNC;
    }
    sync_file(((struct handle *)f)->file);
    return SQLITE_OK;
}

static int vfs_size(sqlite3_file *f, sqlite3_int64 *size) {
    *size = ((struct handle *)f)->file->size;
    return SQLITE_OK;
}

static int vfs_lock(sqlite3_file *f, int level) {
    struct handle *handle = (struct handle *)f;
    struct file *file = handle->file;
    if (is_dead()) {
        return SQLITE_IOERR_LOCK;
    }
    if (level <= handle->level) {
        return SQLITE_OK;
    }
    if (level == SQLITE_LOCK_SHARED) {
        if (file->level >= SQLITE_LOCK_PENDING) {
            return SQLITE_BUSY;
        }
        file->shared++;
    } else if (file->level > handle->level && file->level > SQLITE_LOCK_SHARED) {
        return SQLITE_BUSY; // another one has it
    } else if (level == SQLITE_LOCK_EXCLUSIVE && file->shared > 1) {
        return SQLITE_BUSY;
    } else {
        file->level = level;
    }
    handle->level = level;
    return SQLITE_OK;
}

static int vfs_unlock(sqlite3_file *f, int level) {
    struct handle *handle = (struct handle *)f;
    struct file *file = handle->file;
    if (level >= handle->level) {
        return SQLITE_OK;
    }
    if (handle->level > SQLITE_LOCK_SHARED) {
        file->level = SQLITE_LOCK_NONE;
    }
    if (level == SQLITE_LOCK_NONE && handle->level >= SQLITE_LOCK_SHARED) {
        file->shared--;
    }
    handle->level = level;
    return SQLITE_OK;
}

static int vfs_reserved(sqlite3_file *f, int *out) {
    *out = ((struct handle *)f)->file->level >= SQLITE_LOCK_RESERVED;
    return SQLITE_OK;
}

static int vfs_control(sqlite3_file *f, int op, void *arg) {
    (void)f;
    (void)op;
    (void)arg;
    return SQLITE_NOTFOUND;
}

static int vfs_sector(sqlite3_file *f) {
    (void)f;
    return SECTOR;
}

static int vfs_traits(sqlite3_file *f) {
    (void)f;
    return 0;
}

// ---- the index of the write-ahead log: memory that processes share, and its locks

static int shm_map(sqlite3_file *f, int region, int size, int extend, void volatile **out) {
    struct handle *handle = (struct handle *)f;
    struct file *file = handle->file;
    if (is_dead() || region >= REGIONS) {
        return SQLITE_IOERR_SHMMAP;
    }
    if (!handle->mapped) {
        file->maps++;
        handle->mapped = true;
    }
    if (file->regions[region] == NULL && extend) {
        file->regions[region] = calloc(1, (size_t)size);
        file->region_size = (size_t)size;
    }
    *out = file->regions[region];
    return SQLITE_OK;
}

static int shm_unlock(struct handle *handle, int first, int count) {
    struct file *file = handle->file;
    for (int i = first; i < first + count; i++) {
        const unsigned bit = 1u << i;
        file->shm_shared[i] -= (handle->shm_shared & bit) != 0;
        file->shm_exclusive[i] = file->shm_exclusive[i] && (handle->shm_exclusive & bit) == 0;
        handle->shm_shared &= ~bit;
        handle->shm_exclusive &= ~bit;
    }
    return SQLITE_OK;
}

static int shm_lock(sqlite3_file *f, int first, int count, int flags) {
    struct handle *handle = (struct handle *)f;
    struct file *file = handle->file;
    if ((flags & SQLITE_SHM_UNLOCK) != 0) {
        return shm_unlock(handle, first, count);
    }
    if (is_dead()) {
        return SQLITE_IOERR_SHMLOCK;
    }
    const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
    for (int i = first; i < first + count; i++) {
        const int others = file->shm_shared[i] - ((handle->shm_shared >> i) & 1u ? 1 : 0);
        if (file->shm_exclusive[i] || (exclusive && others > 0)) {
            return SQLITE_BUSY;
        }
    }
    for (int i = first; i < first + count; i++) {
        const unsigned bit = 1u << i;
        if (exclusive) {
            file->shm_exclusive[i] = true;
            handle->shm_exclusive |= bit;
        } else if ((handle->shm_shared & bit) == 0) {
            file->shm_shared[i]++;
            handle->shm_shared |= bit;
        }
    }
    return SQLITE_OK;
}

static void shm_barrier(sqlite3_file *f) {
    (void)f;
}

static int shm_unmap(sqlite3_file *f, int delete) {
    struct handle *handle = (struct handle *)f;
    (void)delete;
    if (handle->mapped) {
        shm_unlock(handle, 0, SQLITE_SHM_NLOCK);
        handle->mapped = false;
        handle->file->maps--;
    }
    return SQLITE_OK;
}

static int vfs_close(sqlite3_file *f) {
    struct handle *handle = (struct handle *)f;
    shm_unmap(f, 0);
    vfs_unlock(f, SQLITE_LOCK_NONE);
    handle->file = NULL;
    return SQLITE_OK;
}

// ---- the VFS

static const sqlite3_io_methods methods = {.iVersion = 2,
                                           .xClose = vfs_close,
                                           .xRead = vfs_read,
                                           .xWrite = vfs_write,
                                           .xTruncate = vfs_truncate,
                                           .xSync = vfs_sync,
                                           .xFileSize = vfs_size,
                                           .xLock = vfs_lock,
                                           .xUnlock = vfs_unlock,
                                           .xCheckReservedLock = vfs_reserved,
                                           .xFileControl = vfs_control,
                                           .xSectorSize = vfs_sector,
                                           .xDeviceCharacteristics = vfs_traits,
                                           .xShmMap = shm_map,
                                           .xShmLock = shm_lock,
                                           .xShmBarrier = shm_barrier,
                                           .xShmUnmap = shm_unmap};

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *out) {
    struct handle *handle = (struct handle *)f;
    (void)vfs;
    memset(handle, 0, sizeof *handle);
    if (name == NULL || (present != NULL && present->dead_disk)) {
        return SQLITE_CANTOPEN;
    }
    handle->file = find(name, (flags & SQLITE_OPEN_CREATE) != 0 || (flags & SQLITE_OPEN_MAIN_DB));
    if (handle->file == NULL) {
        return SQLITE_CANTOPEN;
    }
    handle->base.pMethods = &methods;
    if (out != NULL) {
        *out = flags;
    }
    return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync) {
    (void)vfs;
    (void)sync;
    struct file *file = find(name, false);
    if (present != NULL && present->dead_disk) {
        return SQLITE_IOERR_DELETE;
    }
    if (file == NULL) {
        return SQLITE_IOERR_DELETE_NOENT;
    }
    file->there = false;
    return SQLITE_OK;
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *out) {
    (void)vfs;
    (void)flags;
    *out = find(name, false) != NULL;
    return SQLITE_OK;
}

static int vfs_path(sqlite3_vfs *vfs, const char *name, int size, char *out) {
    (void)vfs;
    snprintf(out, (size_t)size, "%s", name);
    return SQLITE_OK;
}

static int vfs_randomness(sqlite3_vfs *vfs, int size, char *out) {
    (void)vfs;
    for (int i = 0; i < size; i++) {
        out[i] = (char)(the.seed >> (i % 8 * 8));
    }
    return size;
}

static int vfs_sleep(sqlite3_vfs *vfs, int us) {
    (void)vfs;
    return us;
}

static int vfs_time(sqlite3_vfs *vfs, sqlite3_int64 *out) {
    (void)vfs;
    *out = INT64_C(210866760000000) + sim_wall() * 1000;
    return SQLITE_OK;
}

void sim_vfs_install(void) {
    static sqlite3_vfs vfs = {.iVersion = 2,
                              .szOsFile = sizeof(struct handle),
                              .mxPathname = 256,
                              .zName = "sim",
                              .xOpen = vfs_open,
                              .xDelete = vfs_delete,
                              .xAccess = vfs_access,
                              .xFullPathname = vfs_path,
                              .xRandomness = vfs_randomness,
                              .xSleep = vfs_sleep,
                              .xCurrentTimeInt64 = vfs_time};
    // One thread, no statistics, memory at hand: speed, and nothing else.
    sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 512, 1024);
    if (sqlite3_vfs_register(&vfs, 1) != SQLITE_OK) {
        abort();
    }
}
