/* queue: mails in hand. */
#include "programs/mesad/desk.h"

#include <stdlib.h>
#include <unistd.h>

void queue_init(struct queue *q)
{
	q->head = NULL;
	q->tail = &q->head;
	q->n = 0;
}

void queue_put(struct queue *q, struct item *it)
{
	it->next = NULL;
	*q->tail = it;
	q->tail = &it->next;
	q->n++;
}

void queue_first(struct queue *q, struct item *it)
{
	it->next = q->head;
	if (q->head == NULL)
		q->tail = &it->next;
	q->head = it;
	q->n++;
}

void queue_before(struct queue *q, struct queue *front)
{
	if (front->n == 0)
		return;
	*front->tail = q->head;
	if (q->head == NULL)
		q->tail = front->tail;
	q->head = front->head;
	q->n += front->n;
	queue_init(front);
}

struct item *queue_take(struct queue *q)
{
	struct item *it = q->head;

	if (it == NULL)
		return NULL;
	q->head = it->next;
	if (q->head == NULL)
		q->tail = &q->head;
	q->n--;
	it->next = NULL;
	return it;
}

struct item *item_new(void)
{
	struct item *it = mem_alloc(sizeof(*it));

	it->box = -1;
	it->fd = -1;
	it->facts_fd = -1;
	return it;
}

void item_free(struct item *it)
{
	if (it->fd >= 0)
		close(it->fd);
	if (it->facts_fd >= 0)
		close(it->facts_fd);
	free(it);
}
