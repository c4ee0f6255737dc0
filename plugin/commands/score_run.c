/*
 * Threads over a ring of blocks. Each thread takes the next block of the file (one at a time, since
 * where rows end depends on what stood before), scores it, and hands it back; whoever finds that
 * the oldest block is done writes it. Invariant: blocks are written in the order in which they were
 * read, and none is read into before it was written: the ring is all the memory there is.
 */
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "score_file.h"

struct score_ring {
    const struct icp_app *app;
    const struct score_options *options;
    const struct score_plan *plan;
    struct score_reader *reader;
    struct score_block *blocks;
    size_t count;
    int output;

    pthread_mutex_t reading; /* who reads the next block; taken before `lock` */
    uint64_t next_read;
    bool ended;

    pthread_mutex_t lock; /* all below */
    pthread_cond_t changed;
    uint64_t next_write;
    bool writing; /* somebody writes the block next_write, without the lock */
    bool stopped;
    uint64_t line; /* where the block next_write begins */
    struct score_tally *tally;
    struct icp_err err;
};

/* ---- Writing -------------------------------------------------------------------------------- */

static enum icp_status write_all(const struct score_ring *ring, const char *bytes, size_t length,
                                 struct icp_err *err)
{
    while (length > 0) {
        ssize_t done = write(ring->output, bytes, length);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return icp_fail(err, ICP_STATE, "could not write %s: %s",
                            ring->options->output != NULL ? ring->options->output
                                                          : "standard output",
                            strerror(errno));
        bytes += done;
        length -= (size_t)done;
    }
    return ICP_OK;
}

/* What a block has so far; its turn has come. */
static enum icp_status write_block(const struct score_ring *ring, struct score_block *block,
                                   struct icp_err *err)
{
    enum icp_status status = write_all(ring, block->out, block->out_used, err);

    score_tell(ring->tally, ring->options, block);
    block->out_used = block->notes_used = 0;
    return status;
}

/* With the lock. */
static void stop(struct score_ring *ring, const struct icp_err *err)
{
    if (ring->err.status == ICP_OK && err->status != ICP_OK)
        ring->err = *err;
    ring->stopped = true;
    (void)pthread_cond_broadcast(&ring->changed);
}

/* With the lock, which it gives up while it writes. */
static void write_done(struct score_ring *ring)
{
    struct score_block *block = &ring->blocks[ring->next_write % ring->count];

    while (!ring->writing && !ring->stopped && block->state == SCORE_DONE &&
           block->number == ring->next_write) {
        struct icp_err err = {0};
        ring->writing = true;
        block->line = ring->line;
        (void)pthread_mutex_unlock(&ring->lock);
        (void)write_block(ring, block, &err);
        (void)pthread_mutex_lock(&ring->lock);
        ring->writing = false;
        ring->line += block->before + block->lines;
        score_tally_add(ring->tally, ring->plan, block);
        if (err.status != ICP_OK || block->stop)
            stop(ring, &err);
        block->state = SCORE_FREE;
        ring->next_write++;
        (void)pthread_cond_broadcast(&ring->changed);
        block = &ring->blocks[ring->next_write % ring->count];
    }
}

enum icp_status score_ring_flush(struct score_ring *ring, struct score_block *block,
                                 struct icp_err *err)
{
    (void)pthread_mutex_lock(&ring->lock);
    while (!ring->stopped && (ring->next_write != block->number || ring->writing))
        (void)pthread_cond_wait(&ring->changed, &ring->lock);
    block->line = ring->line;
    if (ring->stopped)
        block->out_used = block->notes_used = 0; /* nobody wants it any more */
    (void)pthread_mutex_unlock(&ring->lock);
    return write_block(ring, block, err); /* nobody else's turn comes before this block is done */
}

enum icp_status score_make_room(struct score_worker *worker)
{
    return score_ring_flush(worker->ring, worker->block, &worker->err);
}

/* ---- Reading -------------------------------------------------------------------------------- */

/* The next block of the ring, as soon as what it held is written; NULL when all is over. */
static struct score_block *wait_for_block(struct score_ring *ring)
{
    struct score_block *block = &ring->blocks[ring->next_read % ring->count];

    (void)pthread_mutex_lock(&ring->lock);
    while (block->state != SCORE_FREE && !ring->stopped)
        (void)pthread_cond_wait(&ring->changed, &ring->lock);
    if (ring->stopped)
        block = NULL;
    (void)pthread_mutex_unlock(&ring->lock);
    return block;
}

static struct score_block *read_block(struct score_ring *ring, struct icp_err *err)
{
    struct score_block *block = NULL;
    bool more = true;

    (void)pthread_mutex_lock(&ring->reading);
    if (!ring->ended)
        block = wait_for_block(ring);
    if (block != NULL && ring->next_read > 0 && /* the first was read by who made the ring */
        (score_reader_fill(ring->reader, ring->options->scan, block, &more, err) != ICP_OK ||
         !more))
        block = NULL;
    ring->ended = block == NULL;
    if (block != NULL) {
        block->number = ring->next_read++;
        block->state = SCORE_FILLED;
    }
    (void)pthread_mutex_unlock(&ring->reading);
    return block;
}

static bool told_to_stop(const struct score_ring *ring, struct icp_err *err)
{
    if (ring->app->stopping == NULL || !*ring->app->stopping)
        return false;
    icp_fail(err, ICP_STOP, "stopped by a signal; the output ends in the middle");
    return true;
}

/* Score blocks until there are no more. */
static void work(struct score_ring *ring, struct score_worker *worker)
{
    struct score_block *block;

    while (!told_to_stop(ring, &worker->err) && (block = read_block(ring, &worker->err)) != NULL) {
        enum icp_status status = score_rows(worker, block);
        (void)pthread_mutex_lock(&ring->lock);
        block->state = SCORE_DONE;
        if (status != ICP_OK)
            stop(ring, &worker->err);
        write_done(ring);
        (void)pthread_mutex_unlock(&ring->lock);
    }
    if (worker->err.status != ICP_OK) {
        (void)pthread_mutex_lock(&ring->lock);
        stop(ring, &worker->err);
        (void)pthread_mutex_unlock(&ring->lock);
    }
}

static void *run_thread(void *context)
{
    struct score_ring *ring = context;
    struct score_worker worker;

    if (!score_worker_open(&worker, ring->plan, ring->options, ring))
        icp_fail(&worker.err, ICP_BUG, "no memory for a thread");
    else
        work(ring, &worker);
    if (worker.err.status != ICP_OK) {
        (void)pthread_mutex_lock(&ring->lock);
        stop(ring, &worker.err);
        (void)pthread_mutex_unlock(&ring->lock);
    }
    score_worker_close(&worker);
    return NULL;
}

/* ---- Both ----------------------------------------------------------------------------------- */

static bool open_ring(struct score_ring *ring, struct score_block *first)
{
    size_t threads = ring->options->threads;

    ring->count = score_ring_blocks(threads);
    ring->blocks = icp_allocate(ring->count, sizeof(ring->blocks[0]));
    if (ring->blocks == NULL)
        return false;
    ring->blocks[0] = *first; /* taken over: closed with the ring */
    memset(first, 0, sizeof(*first));
    for (size_t i = 1; i < ring->count; i++)
        if (!score_block_open(&ring->blocks[i], ring->reader))
            return false;
    for (size_t i = 0; i < ring->count; i++) {
        ring->blocks[i].tally =
            icp_allocate(score_tally_count(ring->plan), sizeof(ring->blocks[i].tally[0]));
        if (ring->blocks[i].tally == NULL)
            return false;
    }
    return pthread_mutex_init(&ring->reading, NULL) == 0 &&
           pthread_mutex_init(&ring->lock, NULL) == 0 &&
           pthread_cond_init(&ring->changed, NULL) == 0;
}

static void close_ring(struct score_ring *ring)
{
    for (size_t i = 0; ring->blocks != NULL && i < ring->count; i++)
        score_block_close(&ring->blocks[i]);
    icp_release(ring->blocks);
}

/* The calling thread is one of them. A thread that the machine does not give is done without. */
static void run_threads(struct score_ring *ring)
{
    pthread_t threads[SCORE_THREADS_MOST];
    size_t count = 0;

    while (count + 1 < ring->options->threads &&
           pthread_create(&threads[count], NULL, run_thread, ring) == 0)
        count++;
    (void)run_thread(ring);
    for (size_t i = 0; i < count; i++)
        (void)pthread_join(threads[i], NULL);
}

enum icp_status score_run(const struct icp_app *app, const struct score_options *options,
                          const struct score_plan *plan, struct score_reader *reader,
                          struct score_block *block, int output, struct score_tally *tally,
                          struct icp_err *err)
{
    struct score_ring ring = {.app = app,
                              .options = options,
                              .plan = plan,
                              .reader = reader,
                              .output = output,
                              .tally = tally,
                              .line = 1};
    struct icp_buf header;

    if (!open_ring(&ring, block)) {
        close_ring(&ring);
        return icp_fail(err, ICP_BUG, "no memory for the blocks");
    }
    icp_buf_open(&header, (size_t)1024 * 1024);
    if (score_put_header(plan, options, &header) != ICP_OK)
        icp_fail(&ring.err, ICP_BUG, "the header does not fit in memory");
    else if (write_all(&ring, header.data, header.length, &ring.err) == ICP_OK)
        run_threads(&ring);
    icp_buf_finish(&header);
    close_ring(&ring);
    if (err->status == ICP_OK && ring.err.status != ICP_OK)
        *err = ring.err;
    return err->status;
}
