#include "base/trace.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/clock.h"

/* The first folding is as fine as this. */
#define MIN_WINDOW_NS UINT64_C(2000)

const char *nbang_phase_name(nbang_phase phase)
{
    static const char *const names[NBANG_NUM_PHASES] = {
        [NBANG_PHASE_IDLE] = "idle",         [NBANG_PHASE_PRIMES] = "primes",
        [NBANG_PHASE_PRODUCTS] = "products", [NBANG_PHASE_VERIFICATION] = "verification",
        [NBANG_PHASE_TEXT] = "text",         [NBANG_PHASE_PIPES] = "pipes",
        [NBANG_PHASE_REUSE] = "reuse",       [NBANG_PHASE_TEAM] = "team",
        [NBANG_PHASE_READ] = "read",         [NBANG_PHASE_WRITE] = "write",
    };
    assert(phase < NBANG_NUM_PHASES);
    return names[phase];
}

nb_status nb_trace_create(nb_trace **trace, size_t capacity, uint32_t worker, uint32_t place)
{
    assert(capacity >= NB_TRACE_MIN_CAPACITY);
    nb_trace *self = malloc(sizeof(*self));
    nbang_span *spans = malloc(capacity * sizeof(*spans));
    if (self == NULL || spans == NULL) {
        free(self);
        free(spans);
        return NBANG_NO_MEMORY;
    }
    *self = (nb_trace){
        .spans = spans,
        .capacity = capacity,
        .window_ns = MIN_WINDOW_NS,
        .open = {.worker = worker, .place = place, .n = NBANG_SPAN_NO_JOB},
    };
    *trace = self;
    return NBANG_OK;
}

void nb_trace_destroy(nb_trace *trace)
{
    if (trace != NULL) {
        free(trace->spans);
        free(trace);
    }
}

/* ---- folding ---- */

/* Spans that lie within one window: the first of each phase, as long as all of them together. */
typedef struct window {
    uint64_t start_ns;
    nbang_span spans[NBANG_NUM_PHASES];
    size_t num_spans;
} window;

static uint64_t length_of(const nbang_span *span)
{
    return span->end_ns - span->start_ns;
}

static void put_in(window *w, const nbang_span *span)
{
    size_t i = 0;
    while (i < w->num_spans && w->spans[i].phase != span->phase) {
        i++;
    }
    if (i == w->num_spans) {
        w->spans[w->num_spans++] = *span;
        return;
    }
    nbang_span *sum = &w->spans[i];
    sum->end_ns += length_of(span);
    sum->n = sum->n == span->n ? sum->n : NBANG_SPAN_NO_JOB;
}

/* Writes them down one after the other, from the beginning of the window on; returns their number.
 * The window is empty then. */
static size_t empty_into(nbang_span *spans, window *w)
{
    const size_t count = w->num_spans;
    uint64_t start_ns = w->start_ns;
    for (size_t i = 0; i < count; i++) {
        nbang_span *span = &w->spans[i];
        const uint64_t end_ns = start_ns + length_of(span);
        span->start_ns = start_ns;
        span->end_ns = end_ns;
        spans[i] = *span;
        start_ns = end_ns;
    }
    w->num_spans = 0;
    return count;
}

static void fold(nb_trace *trace)
{
    window w = {.num_spans = 0};
    size_t num_folded = 0;
    for (size_t i = 0; i < trace->num_spans; i++) {
        const nbang_span span = trace->spans[i];
        if (w.num_spans > 0 && span.end_ns - w.start_ns > trace->window_ns) {
            num_folded += empty_into(trace->spans + num_folded, &w);
        }
        if (w.num_spans == 0) {
            w.start_ns = span.start_ns;
        }
        put_in(&w, &span);
    }
    trace->num_spans = num_folded + empty_into(trace->spans + num_folded, &w);
}

/* The window that there was may do: most of what is new has not been folded yet. */
static void make_room(nb_trace *trace)
{
    fold(trace);
    while (trace->num_spans > trace->capacity / 2) {
        trace->window_ns *= 2;
        fold(trace);
    }
}

/* ---- recording ---- */

/* Whether `last` goes on in `span`. */
static bool goes_on(const nbang_span *last, const nbang_span *span)
{
    assert(last->end_ns <= span->start_ns);
    return last->end_ns == span->start_ns && last->phase == span->phase && last->n == span->n;
}

void nb_trace_add(nb_trace *trace, const nbang_span *span)
{
    assert(span->phase > NBANG_PHASE_IDLE && span->phase < NBANG_NUM_PHASES);
    assert(span->start_ns <= span->end_ns);
    const size_t count = trace->num_spans;
    if (count > 0 && goes_on(&trace->spans[count - 1], span)) {
        trace->spans[count - 1].end_ns = span->end_ns;
        return;
    }
    if (span->start_ns == span->end_ns) {
        return;
    }
    if (trace->num_spans == trace->capacity) {
        make_room(trace);
    }
    trace->spans[trace->num_spans++] = *span;
}

/* Ends the present span, and begins one of `phase` for n!. */
static void begin(nb_trace *trace, nbang_phase phase, uint64_t n)
{
    const uint64_t now_ns = nb_clock_wall_ns();
    if (trace->open.phase != NBANG_PHASE_IDLE) {
        trace->open.end_ns = now_ns;
        nb_trace_add(trace, &trace->open);
    }
    trace->open.phase = phase;
    trace->open.start_ns = now_ns;
    trace->open.n = n;
}

nbang_phase nb_trace_change(nb_trace *trace, nbang_phase phase)
{
    const nbang_phase before = trace->open.phase;
    if (phase != before) {
        begin(trace, phase, trace->open.n);
    }
    return before;
}

void nb_trace_job(nb_trace *trace, uint64_t n)
{
    if (trace != NULL && n != trace->open.n) {
        begin(trace, trace->open.phase, n);
    }
}

size_t nb_trace_take(nb_trace *trace, const nbang_span **spans)
{
    begin(trace, trace->open.phase, trace->open.n);
    const size_t count = trace->num_spans;
    *spans = trace->spans;
    trace->num_spans = 0;
    trace->window_ns = MIN_WINDOW_NS;
    return count;
}
