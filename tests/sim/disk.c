/* disk: between SQLite and the files of the desk. A process that dies leaves what it wrote; a power
 * cut may take back whatever was not synced, in any mixture. */
#include "sim.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum which { DB, WAL, FILES };

/* One change since the file's last sync, and what stood there before. */
struct undo {
	enum which file;
	int64_t at, size_before;
	int n;
	char *before;
};

static struct {
	sqlite3_vfs shim, *real;
	const sqlite3_io_methods *by[FILES];
	sqlite3_io_methods methods[FILES];
	char path[FILES][96];
	struct undo *undo;
	size_t n_undo, cap_undo;
	bool dead, full;
} disk;

static void remember(enum which file, sqlite3_file *f, int64_t at, int n)
{
	struct undo *u;

	if (disk.n_undo == disk.cap_undo) {
		disk.cap_undo = disk.cap_undo ? 2 * disk.cap_undo : 64;
		disk.undo = mem_grow(disk.undo, disk.cap_undo, sizeof(*disk.undo));
	}
	u = &disk.undo[disk.n_undo++];
	*u = (struct undo){.file = file, .at = at, .n = n, .before = mem_alloc((size_t)n + 1)};
	disk.by[file]->xFileSize(f, (sqlite3_int64 *)&u->size_before);
	if (n)
		disk.by[file]->xRead(f, u->before, n, at); /* past the end: zeros */
}

static void forget(enum which file)
{
	size_t kept = 0;

	for (size_t i = 0; i < disk.n_undo; i++)
		if (file == FILES || disk.undo[i].file == file)
			free(disk.undo[i].before);
		else
			disk.undo[kept++] = disk.undo[i];
	disk.n_undo = kept;
}

static int write_to(enum which file, sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	if (disk.dead)
		return SQLITE_OK;
	if (disk.full)
		return SQLITE_FULL;
	remember(file, f, at, n);
	return disk.by[file]->xWrite(f, p, n, at);
}

static int cut_to(enum which file, sqlite3_file *f, sqlite3_int64 size)
{
	sqlite3_int64 was = 0;

	if (disk.dead)
		return SQLITE_OK;
	disk.by[file]->xFileSize(f, &was);
	if (was > size)
		remember(file, f, size, (int)(was - size));
	return disk.by[file]->xTruncate(f, size);
}

static int synced(enum which file)
{
	if (!disk.dead)
		forget(file);
	return SQLITE_OK;
}

static int db_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	return write_to(DB, f, p, n, at);
}

static int wal_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	return write_to(WAL, f, p, n, at);
}

static int db_cut(sqlite3_file *f, sqlite3_int64 size)
{
	return cut_to(DB, f, size);
}

static int wal_cut(sqlite3_file *f, sqlite3_int64 size)
{
	return cut_to(WAL, f, size);
}

static int db_sync(sqlite3_file *f, int flags)
{
	(void)f, (void)flags;
	return synced(DB);
}

static int wal_sync(sqlite3_file *f, int flags)
{
	(void)f, (void)flags;
	return synced(WAL);
}

static int no_fetch(sqlite3_file *f, sqlite3_int64 at, int n, void **out)
{
	(void)f, (void)at, (void)n;
	*out = NULL;
	return SQLITE_OK;
}

static void wrap(sqlite3_file *f, enum which file)
{
	disk.by[file] = f->pMethods;
	disk.methods[file] = *f->pMethods;
	disk.methods[file].xWrite = file == DB ? db_write : wal_write;
	disk.methods[file].xTruncate = file == DB ? db_cut : wal_cut;
	disk.methods[file].xSync = file == DB ? db_sync : wal_sync;
	disk.methods[file].xFetch = no_fetch;
	f->pMethods = &disk.methods[file];
}

static int on_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *out)
{
	int rc = disk.real->xOpen(disk.real, name, f, flags, out);

	(void)vfs;
	if (rc == SQLITE_OK && (flags & SQLITE_OPEN_MAIN_DB) && strcmp(name, disk.path[DB]) == 0)
		wrap(f, DB);
	else if (rc == SQLITE_OK && (flags & SQLITE_OPEN_WAL) && strcmp(name, disk.path[WAL]) == 0)
		wrap(f, WAL);
	return rc;
}

static int on_delete(sqlite3_vfs *vfs, const char *name, int sync_dir)
{
	(void)vfs;
	if (disk.dead)
		return SQLITE_OK;
	if (strcmp(name, disk.path[WAL]) == 0)
		forget(WAL);
	return disk.real->xDelete(disk.real, name, sync_dir);
}

void disk_install(const char *dir)
{
	if (!disk.real) {
		disk.real = sqlite3_vfs_find("unix");
		disk.shim = *disk.real;
		disk.shim.zName = "falling";
		disk.shim.xOpen = on_open;
		disk.shim.xDelete = on_delete;
		sqlite3_vfs_register(&disk.shim, 1);
	}
	forget(FILES);
	disk.dead = disk.full = false;
	snprintf(disk.path[DB], sizeof(disk.path[DB]), "%s/%s", dir, STORE_FILE);
	snprintf(disk.path[WAL], sizeof(disk.path[WAL]), "%s/%s-wal", dir, STORE_FILE);
}

void disk_die(void)
{
	disk.dead = true;
}

static void take_back(struct sim *s, const struct undo *u)
{
	int fd = open(disk.path[u->file], O_RDWR | O_CLOEXEC);

	if (fd < 0)
		sim_fail(s, "%s is gone", disk.path[u->file]);
	if ((u->n && pwrite(fd, u->before, (size_t)u->n, u->at) != u->n) ||
	    (u->at + u->n > u->size_before && ftruncate(fd, u->size_before) != 0))
		sim_fail(s, "cannot take back what was not synced");
	close(fd);
}

void disk_revive(struct sim *s, bool cut)
{
	bool all = cut && chance(s, 500);

	for (size_t i = disk.n_undo; cut && i-- > 0;)
		if (all || chance(s, 500))
			take_back(s, &disk.undo[i]);
	forget(FILES);
	disk.dead = disk.full = false;
}

void disk_full(bool full)
{
	disk.full = full;
}
