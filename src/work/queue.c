#include "work/worker.h"

#include "work/queue.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct queued {
	struct queued *next;
	uint32_t id;
	uint16_t type;
	int fd; /* our own duplicate, or -1 */
	size_t n;
	char body[];
};

static void pop(struct worker *w)
{
	struct queued *q = w->first;

	w->first = q->next;
	if (!w->first)
		w->last = NULL;
	w->n_queued--;
	if (q->fd >= 0)
		close(q->fd);
	free(q);
}

void queue_drop(struct worker *w)
{
	while (w->first)
		pop(w);
}

static bool push(struct worker *w, uint16_t type, uint32_t id, struct slice body, int fd,
		 struct err *e)
{
	struct queued *q;
	int copy = -1;

	if (w->n_queued == WORKER_QUEUE_MAX)
		return err_set(e, "%s has not read %d frames", w->name, WORKER_QUEUE_MAX);
	if (fd >= 0 && (copy = fcntl(fd, F_DUPFD_CLOEXEC, 0)) < 0)
		return err_sys(e, "duplicate a descriptor for %s", w->name);
	q = mem_alloc(sizeof *q + body.n);
	q->type = type;
	q->id = id;
	q->fd = copy;
	q->n = body.n;
	if (body.n)
		memcpy(q->body, body.p, body.n);
	if (w->last)
		w->last->next = q;
	else
		w->first = q;
	w->last = q;
	w->n_queued++;
	return true;
}

static bool failed(const struct worker *w, enum frame_rc rc, struct err *e)
{
	if (rc == FRAME_BAD)
		return err_set(e, "frame for %s is too large", w->name);
	return err_set(e, "%s is gone", w->name);
}

bool worker_send(struct worker *w, uint16_t type, uint32_t id, struct slice body, int fd,
		 struct err *e)
{
	enum frame_rc rc = FRAME_AGAIN;

	if (w->sock < 0)
		return err_set(e, "%s is not running", w->name);
	if (body.n > FRAME_BODY_MAX)
		return failed(w, FRAME_BAD, e);
	if (!w->first)
		rc = frame_send(w->sock, type, id, body, fd);
	if (rc == FRAME_AGAIN)
		return push(w, type, id, body, fd, e);
	return rc == FRAME_OK || failed(w, rc, e);
}

bool worker_flush(struct worker *w, struct err *e)
{
	while (w->first) {
		const struct queued *q = w->first;
		enum frame_rc rc =
			frame_send(w->sock, q->type, q->id, (struct slice){q->body, q->n}, q->fd);

		if (rc == FRAME_AGAIN)
			return true;
		if (rc != FRAME_OK)
			return failed(w, rc, e);
		pop(w);
	}
	return true;
}

bool worker_wants_write(const struct worker *w)
{
	return w->first != NULL;
}
