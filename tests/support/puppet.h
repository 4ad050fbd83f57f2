/* A pool of puppets: workers that do what each command's type says, under a master that writes
 * down all that it hears of them. */
#ifndef NB_TEST_PUPPET_H
#define NB_TEST_PUPPET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "pool/pool.h"

/* What a command makes a puppet do; then it waits for the next one. `task`, `attempt` and the
 * payload are the frame's. */
enum {
    PUPPET_ECHO,    /* answer with the same frame */
    PUPPET_PASS,    /* the same, but pass the payload through the ring */
    PUPPET_COUNT,   /* answer with `attempt` frames, numbered as tasks from `task` on */
    PUPPET_PID,     /* answer with its process id as the task */
    PUPPET_INDEX,   /* answer with its index as the task */
    PUPPET_SPEAK,   /* write the payload into the result pipe as it is */
    PUPPET_NAP,     /* sleep for `task` milliseconds */
    PUPPET_EXIT,    /* end with the exit status `task` */
    PUPPET_RAISE,   /* send itself the signal `task` */
    PUPPET_FAIL,    /* fail with the status `task` */
    PUPPET_HANG_UP, /* close the result pipe, and sleep for ever */
    PUPPET_SLEEP,   /* sleep for ever */
    PUPPET_SPIN     /* be busy for ever */
};

/* Something that the master was told. */
typedef struct puppet_event {
    bool is_loss;
    unsigned worker;
    nb_frame frame; /* without payload; if it is no loss */
    nb_loss loss;   /* if it is one */
} puppet_event;

enum { PUPPET_MAX_EVENTS = 20000 };

typedef struct puppet_show puppet_show;
struct puppet_show {
    nb_pool *pool;
    unsigned num_workers;
    size_t num_events;
    size_t num_frames;
    size_t num_losses;
    bool is_garbled; /* a payload was not what puppet_fill makes of its task and length */
    /* What else a test wants to do when a frame or a loss is delivered; NULL: nothing. */
    nb_status (*on_frame)(puppet_show *show, unsigned worker, const nb_frame *frame);
    void (*on_lost)(puppet_show *show, unsigned worker, const nb_loss *loss);
    puppet_event events[PUPPET_MAX_EVENTS];
};

/* The show of the test's only pool, with all of its workers started, or none. Ignores SIGPIPE. */
puppet_show *puppet_open(unsigned num_workers);
puppet_show *puppet_open_empty(unsigned num_workers);

/* Destroys the pool; fails if anything is left of its processes. */
void puppet_close(puppet_show *show);

/* The bytes that a payload of `len` bytes for `task` is made of. */
void puppet_fill(unsigned char *payload, uint64_t task, size_t len);

/* Sends a command: without a payload, with `len` bytes of puppet_fill to be echoed or passed back,
 * with given bytes. */
void puppet_tell(puppet_show *show, unsigned worker, uint8_t type, uint64_t task);
void puppet_tell_filled(puppet_show *show, unsigned worker, uint64_t task, size_t len);
void puppet_tell_to_pass(puppet_show *show, unsigned worker, uint64_t task, size_t len);
void puppet_tell_frame(puppet_show *show, unsigned worker, const nb_frame *frame);

/* Wait until the master has heard of so many frames or losses in all; the test fails if that does
 * not happen within 30 s. */
void puppet_await_frames(puppet_show *show, size_t num_frames);
void puppet_await_losses(puppet_show *show, size_t num_losses);

/* Asks a worker for its process id. */
pid_t puppet_pid(puppet_show *show, unsigned worker);

/* Waits until a child has ended or is stopped, without taking notice away from the pool. */
void puppet_await_end(pid_t pid);
void puppet_await_stop(pid_t pid);

/* The last loss that the master was told of. */
const nb_loss *puppet_last_loss(const puppet_show *show);

#endif
