#include "pool/pool.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "pool/process.h"
#include "pool/queue.h"

/* The receive buffer of a worker holds one frame of the largest size. */
#define INBOX_BYTES NB_WIRE_MAX_FRAME

/* With time limits running, the master looks at its workers at least this often. If it comes back
 * from a wait later than LATE_NS after it should have, or to the next wait later than LOOK_NS, it
 * was itself kept from looking (stopped by job control, blocked by a slow disk): that time does not
 * count for the workers either. */
#define LOOK_NS (250 * NB_NS_PER_MS)
#define LATE_NS (50 * NB_NS_PER_MS)

typedef struct pool_place {
    nb_process process; /* pid 0: no worker here */
    nb_queue outbox;
    unsigned char *inbox;
    size_t inbox_len;
    bool paused;
    uint64_t limit_ns; /* 0: none */
    uint64_t
        heard_ns; /* when its silence began; counts if limit_ns is not 0 and it is not paused */
} pool_place;

struct nb_pool {
    unsigned num_workers;
    unsigned num_alive;
    nb_worker_program program;
    nb_pool_events events;
    pool_place *places;
    struct pollfd *polled;   /* the extra descriptors, then at most two a worker */
    unsigned *polled_worker; /* whose the descriptor in `polled` is */
    uint64_t looked_ns;      /* when poll() last returned */
};

const char *nb_pool_describe_loss(char out[NB_LOSS_TEXT_SIZE], const nb_loss *loss)
{
    switch (loss->cause) {
    case NB_LOSS_SIGNAL:
        snprintf(out, NB_LOSS_TEXT_SIZE, "was killed by signal %d (%s)", loss->detail,
                 strsignal(loss->detail));
        break;
    case NB_LOSS_EXIT:
        if (loss->detail == NB_WORKER_EXIT_ABORTED) {
            snprintf(out, NB_LOSS_TEXT_SIZE, "aborted");
        } else {
            snprintf(out, NB_LOSS_TEXT_SIZE, "ended with status %d", loss->detail);
        }
        break;
    case NB_LOSS_NO_MEMORY:
        snprintf(out, NB_LOSS_TEXT_SIZE, "ran out of memory");
        break;
    case NB_LOSS_TIMEOUT:
        snprintf(out, NB_LOSS_TEXT_SIZE, "exceeded the time limit");
        break;
    case NB_LOSS_PROTOCOL:
        snprintf(out, NB_LOSS_TEXT_SIZE, "sent a message that makes no sense");
        break;
    }
    return out;
}

/* ---- life and death ---- */

/* Two descriptors a worker, and what else this process has. */
#define OTHER_DESCRIPTORS 64

/* Lets this process have as many descriptors as it is going to need, if it may: there are systems
 * whose limit is 1024 unless a process asks for more. */
static void raise_descriptor_limit(unsigned num_workers)
{
    const rlim_t needed = 2 * (rlim_t)num_workers + OTHER_DESCRIPTORS;
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < needed &&
        limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = needed < limit.rlim_max ? needed : limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

nb_status nb_pool_create(nb_pool **pool, unsigned num_workers, const nb_worker_program *program,
                         const nb_pool_events *events)
{
    nb_pool *self = calloc(1, sizeof(*self));
    if (self == NULL) {
        return NBANG_NO_MEMORY;
    }
    self->num_workers = num_workers;
    self->looked_ns = nb_clock_wall_ns();
    self->program = *program;
    self->events = *events;
    self->places = calloc(num_workers, sizeof(*self->places));
    size_t max_polled = NB_POOL_MAX_EXTRA + 2 * (size_t)num_workers;
    self->polled = calloc(max_polled, sizeof(*self->polled));
    self->polled_worker = calloc(max_polled, sizeof(*self->polled_worker));
    if (self->places == NULL || self->polled == NULL || self->polled_worker == NULL) {
        nb_pool_destroy(self);
        return NBANG_NO_MEMORY;
    }
    raise_descriptor_limit(num_workers);
    *pool = self;
    return NBANG_OK;
}

static nb_ending end_place(nb_pool *pool, pool_place *place, int *detail)
{
    nb_ending ending = nb_process_end(&place->process, detail);
    nb_queue_clear(&place->outbox);
    free(place->inbox);
    *place = (pool_place){0};
    pool->num_alive--;
    return ending;
}

void nb_pool_destroy(nb_pool *pool)
{
    if (pool == NULL) {
        return;
    }
    /* All are told before any is waited for, so that they die side by side. */
    for (unsigned w = 0; pool->places != NULL && w < pool->num_workers; w++) {
        if (pool->places[w].process.pid != 0) {
            kill(pool->places[w].process.pid, SIGKILL);
        }
    }
    for (unsigned w = 0; pool->places != NULL && w < pool->num_workers; w++) {
        if (pool->places[w].process.pid != 0) {
            int detail;
            (void)end_place(pool, &pool->places[w], &detail);
        }
    }
    free(pool->places);
    free(pool->polled);
    free(pool->polled_worker);
    free(pool);
}

nb_status nb_pool_start(nb_pool *pool, unsigned worker)
{
    pool_place *place = &pool->places[worker];
    assert(worker < pool->num_workers && place->process.pid == 0);
    unsigned char *inbox = malloc(INBOX_BYTES);
    if (inbox == NULL) {
        errno = ENOMEM;
        return NBANG_SYSTEM;
    }
    pool_place fresh = {.inbox = inbox};
    nb_queue_init(&fresh.outbox);
    nb_status status = nb_process_start(&fresh.process, worker, &pool->program);
    if (status != NBANG_OK) {
        free(inbox);
        return status;
    }
    *place = fresh;
    pool->num_alive++;
    return NBANG_OK;
}

/* Ends `worker` and reports it, as `cause` if we decided its end, else as it ended itself. */
static void lose(nb_pool *pool, unsigned worker, const nb_loss_cause *cause)
{
    nb_loss loss = {.cause = NB_LOSS_EXIT, .pid = pool->places[worker].process.pid};
    nb_ending ending = end_place(pool, &pool->places[worker], &loss.detail);
    if (cause != NULL) {
        loss.cause = *cause;
    } else if (ending == NB_ENDING_SIGNAL) {
        loss.cause = NB_LOSS_SIGNAL;
    } else if (loss.detail == NB_WORKER_EXIT_NO_MEMORY) {
        loss.cause = NB_LOSS_NO_MEMORY;
    }
    pool->events.lost(pool->events.ctx, worker, &loss);
}

bool nb_pool_is_alive(const nb_pool *pool, unsigned worker)
{
    return pool->places[worker].process.pid != 0;
}

unsigned nb_pool_num_alive(const nb_pool *pool)
{
    return pool->num_alive;
}

/* ---- frames ---- */

static void write_outbox(pool_place *place)
{
    if (nb_queue_write(&place->outbox, place->process.command_fd) == NBANG_SYSTEM) {
        nb_queue_clear(&place->outbox); /* the reader is dead: end of file follows */
    }
}

nb_status nb_pool_send(nb_pool *pool, unsigned worker, const nb_frame *frame)
{
    pool_place *place = &pool->places[worker];
    assert(place->process.pid != 0);
    nb_status status = nb_queue_push(&place->outbox, frame);
    if (status == NBANG_OK) {
        /* Most commands fit into the pipe at once, and the worker can start on them now. An error
         * means that the worker is gone: its end of file will tell. */
        write_outbox(place);
    }
    return status;
}

size_t nb_pool_queued_bytes(const nb_pool *pool, unsigned worker)
{
    return pool->places[worker].outbox.len_bytes;
}

/* Gives a frame to the user, with its payload. */
static nb_status hand_out(nb_pool *pool, unsigned worker, nb_frame *frame)
{
    nb_ring *ring = pool->places[worker].process.ring;
    if (frame->passed) {
        if (ring == NULL || frame->len > NB_RING_BUFFER_BYTES) {
            return NBANG_CORRUPT;
        }
        frame->payload = nb_ring_front(ring);
    }
    nb_status status = pool->events.frame(pool->events.ctx, worker, frame);
    if (frame->passed) {
        nb_ring_give_back(ring);
    }
    return status;
}

/* Hands out the complete frames in the inbox until it has none or the worker is paused. `lost`:
 * whether the worker had to be ended. */
static nb_status deliver(nb_pool *pool, unsigned worker, bool *lost)
{
    pool_place *place = &pool->places[worker];
    size_t done = 0;
    nb_status status = NBANG_OK;
    *lost = false;
    while (status == NBANG_OK && !place->paused) {
        nb_frame frame;
        size_t taken;
        status = nb_wire_next(&frame, &taken, place->inbox + done, place->inbox_len - done);
        if (status == NBANG_AGAIN) {
            status = NBANG_OK;
            break;
        }
        if (status == NBANG_OK) {
            done += taken;
            status = hand_out(pool, worker, &frame);
        }
    }
    if (status == NBANG_CORRUPT) {
        *lost = true;
        lose(pool, worker, &(nb_loss_cause){NB_LOSS_PROTOCOL});
        return NBANG_OK;
    }
    memmove(place->inbox, place->inbox + done, place->inbox_len - done);
    place->inbox_len -= done;
    return status;
}

/* Reads what the worker has sent, as far as the inbox has room, and delivers it. */
static nb_status receive(nb_pool *pool, unsigned worker)
{
    pool_place *place = &pool->places[worker];
    bool ended = false;
    bool drained = false; /* a pipe gives all that it holds: a short read has emptied it */
    while (place->inbox_len < INBOX_BYTES && !drained) {
        size_t room = INBOX_BYTES - place->inbox_len;
        ssize_t got = read(place->process.result_fd, place->inbox + place->inbox_len, room);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            ended = got == 0 || errno != EAGAIN;
            break;
        }
        place->inbox_len += (size_t)got;
        place->heard_ns = nb_clock_wall_ns();
        drained = (size_t)got < room;
    }
    bool lost;
    nb_status status = deliver(pool, worker, &lost);
    if (status == NBANG_OK && ended && !lost) {
        if (place->paused) {
            return NBANG_OK; /* the end of file is seen again when there is room for the rest */
        }
        lose(pool, worker, NULL);
    }
    return status;
}

/* ---- time limits ---- */

void nb_pool_limit(nb_pool *pool, unsigned worker, uint64_t limit_ns)
{
    pool->places[worker].limit_ns = limit_ns;
    pool->places[worker].heard_ns = nb_clock_wall_ns();
}

bool nb_pool_is_unheard(const nb_pool *pool, unsigned worker)
{
    const pool_place *place = &pool->places[worker];
    struct pollfd result = {.fd = place->process.result_fd, .events = POLLIN};
    return place->paused &&
           (place->inbox_len > 0 || (poll(&result, 1, 0) > 0 && (result.revents & POLLIN) != 0));
}

bool nb_pool_is_paused(const nb_pool *pool, unsigned worker)
{
    return pool->places[worker].paused;
}

void nb_pool_pause(nb_pool *pool, unsigned worker, bool paused)
{
    pool_place *place = &pool->places[worker];
    if (place->paused && !paused) {
        place->heard_ns = nb_clock_wall_ns();
    }
    place->paused = paused;
}

/* What is left of the worker's time; UINT64_MAX if it has no limit now. */
static uint64_t time_left_ns(const pool_place *place, uint64_t now_ns)
{
    if (place->process.pid == 0 || place->limit_ns == 0 || place->paused) {
        return UINT64_MAX;
    }
    uint64_t silent_ns = now_ns > place->heard_ns ? now_ns - place->heard_ns : 0;
    return silent_ns < place->limit_ns ? place->limit_ns - silent_ns : 0;
}

/* Takes the last `lost_ns`, in which the master did not look, out of all workers' silence. */
static void forgive(nb_pool *pool, uint64_t now_ns, uint64_t lost_ns)
{
    for (unsigned w = 0; w < pool->num_workers; w++) {
        uint64_t *heard_ns = &pool->places[w].heard_ns;
        *heard_ns = now_ns - *heard_ns > lost_ns ? *heard_ns + lost_ns : now_ns;
    }
}

/* The wait that the caller may have, shortened so that no limit is overrun. */
static uint64_t shorten_wait(const nb_pool *pool, uint64_t now_ns, uint64_t wait_ns)
{
    for (unsigned w = 0; w < pool->num_workers; w++) {
        uint64_t left_ns = time_left_ns(&pool->places[w], now_ns);
        if (left_ns != UINT64_MAX) {
            left_ns = left_ns < LOOK_NS ? left_ns : LOOK_NS;
            wait_ns = wait_ns < left_ns ? wait_ns : left_ns;
        }
    }
    return wait_ns;
}

/* Workers are judged as they were when poll() returned: what they have sent since, while the
 * callbacks ran, has not been looked at. */
static void end_overdue(nb_pool *pool)
{
    for (unsigned w = 0; w < pool->num_workers; w++) {
        if (time_left_ns(&pool->places[w], pool->looked_ns) == 0) {
            lose(pool, w, &(nb_loss_cause){NB_LOSS_TIMEOUT});
        }
    }
}

/* ---- waiting ---- */

/* Fills pool->polled with what there is to watch, and nothing else: poll() refuses more entries
 * than the process may have descriptors, unused ones included. Returns their number. */
static size_t fill_polled(nb_pool *pool, const struct pollfd *extra, size_t num_extra)
{
    size_t num = 0;
    for (; num < num_extra; num++) {
        pool->polled[num] = extra[num];
        pool->polled[num].revents = 0;
    }
    for (unsigned w = 0; w < pool->num_workers; w++) {
        const pool_place *place = &pool->places[w];
        bool alive = place->process.pid != 0;
        if (alive && place->outbox.first != NULL) {
            pool->polled[num] = (struct pollfd){.fd = place->process.command_fd, .events = POLLOUT};
            pool->polled_worker[num++] = w;
        }
        /* A paused worker is left out altogether: poll() reports a hang-up even when it is asked
         * for nothing, and would never sleep again. */
        if (alive && !place->paused) {
            pool->polled[num] = (struct pollfd){.fd = place->process.result_fd, .events = POLLIN};
            pool->polled_worker[num++] = w;
        }
    }
    return num;
}

/* Writes and reads where that is possible now. Callbacks may start workers, but only in places
 * that were empty, and of those nothing was watched. */
static nb_status serve_ready(nb_pool *pool, size_t num_extra, size_t num_polled)
{
    nb_status status = NBANG_OK;
    for (size_t i = num_extra; status == NBANG_OK && i < num_polled; i++) {
        unsigned worker = pool->polled_worker[i];
        if (pool->polled[i].revents == 0) {
            continue;
        }
        if (pool->polled[i].events == POLLOUT) {
            write_outbox(&pool->places[worker]);
        } else if (!pool->places[worker].paused) {
            status = receive(pool, worker);
        }
    }
    return status;
}

/* poll(), with the timeout that the limits allow, and an account of the time. NBANG_OK also when a
 * signal ended it: then nothing is ready. */
static nb_status look(nb_pool *pool, size_t num_polled, uint64_t timeout_ns)
{
    uint64_t start_ns = nb_clock_wall_ns();
    if (start_ns - pool->looked_ns > LOOK_NS) {
        forgive(pool, start_ns, start_ns - pool->looked_ns);
    }
    uint64_t wait_ns = shorten_wait(pool, start_ns, timeout_ns);
    struct timespec wait = {.tv_sec = (time_t)(wait_ns / NB_NS_PER_S),
                            .tv_nsec = (long)(wait_ns % NB_NS_PER_S)};
    int ready = ppoll(pool->polled, num_polled, wait_ns == UINT64_MAX ? NULL : &wait, NULL);
    if (ready < 0 && errno != EINTR) {
        return NBANG_SYSTEM;
    }
    pool->looked_ns = nb_clock_wall_ns();
    uint64_t waited_ns = pool->looked_ns - start_ns;
    if (wait_ns != UINT64_MAX && waited_ns > wait_ns + LATE_NS) {
        forgive(pool, pool->looked_ns, waited_ns - wait_ns);
    }
    return NBANG_OK;
}

/* Delivers what was left in the inboxes when their workers were paused. `any`: whether there was
 * something. */
static nb_status deliver_leftovers(nb_pool *pool, bool *any)
{
    *any = false;
    for (unsigned w = 0; w < pool->num_workers; w++) {
        pool_place *place = &pool->places[w];
        if (place->process.pid != 0 && !place->paused && place->inbox_len > 0) {
            size_t before = place->inbox_len;
            bool lost;
            nb_status status = deliver(pool, w, &lost);
            if (status != NBANG_OK) {
                return status;
            }
            *any = *any || lost || place->inbox_len != before;
        }
    }
    return NBANG_OK;
}

nb_status nb_pool_wait(nb_pool *pool, struct pollfd *extra, size_t num_extra, uint64_t timeout_ns)
{
    assert(num_extra <= NB_POOL_MAX_EXTRA);
    bool any;
    nb_status status = deliver_leftovers(pool, &any);
    if (status != NBANG_OK) {
        return status;
    }
    /* The user wants to act on what it has just been given before it sleeps. */
    timeout_ns = any ? 0 : timeout_ns;
    size_t num_polled = fill_polled(pool, extra, num_extra);
    status = look(pool, num_polled, timeout_ns);
    if (status != NBANG_OK) {
        return status;
    }
    for (size_t i = 0; i < num_extra; i++) {
        extra[i].revents = pool->polled[i].revents;
    }
    status = serve_ready(pool, num_extra, num_polled);
    if (status == NBANG_OK) { /* otherwise not all have been heard */
        end_overdue(pool);
    }
    return status;
}
