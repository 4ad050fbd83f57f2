/* Traces read back. Times in the tests are in microseconds, the sums are made by hand. */
#include <criterion/criterion.h>
#include <math.h>

#include "cli/trace_file.h"
#include "measure/trace_read.h"
#include "scratch.h"

TestSuite(trace_read, .timeout = 60);

#define HEAD "{\"otherData\":{\"version\":\"1\",\"wall_ns\":100000,\"workers\":2,\"slots\":4},"
#define THREAD(pid, tid, name)                                                                     \
    "{\"name\":\"thread_name\",\"ph\":\"M\",\"pid\":" pid ",\"tid\":" tid                          \
    ",\"args\":{\"name\":\"" name "\"}}"
#define SPAN(name, ts, dur, pid, tid, args)                                                        \
    "{\"name\":\"" name "\",\"ph\":\"X\",\"ts\":" ts ",\"dur\":" dur ",\"pid\":" pid               \
    ",\"tid\":" tid ",\"args\":{" args "}}"

static nb_trace_data trace;
static char error[256];

static nb_status read_text(const char *text)
{
    return nb_trace_read_string(&trace, text, strlen(text), error, sizeof(error));
}

static void expect_good(const char *text)
{
    error[0] = '\0';
    cr_assert_eq(read_text(text), NBANG_OK, "%s", error);
}

static void expect_invalid(const char *text, const char *reason)
{
    memset(error, 'x', sizeof(error));
    cr_expect_eq(read_text(text), NBANG_INVALID, "%s", text);
    cr_expect_str_eq(error, reason);
}

static void expect_total(nbang_phase phase, double seconds, double share)
{
    cr_expect_lt(fabs(trace.totals[phase].seconds - seconds), 1e-12, "%s: %g s",
                 nbang_phase_name(phase), trace.totals[phase].seconds);
    cr_expect_lt(fabs(trace.totals[phase].share - share), 1e-9, "%s: %g", nbang_phase_name(phase),
                 trace.totals[phase].share);
}

/* ---- good ones ---- */

Test(trace_read, tracks_are_those_of_the_threads_by_place)
{
    expect_good(HEAD "\"traceEvents\":[" THREAD("3", "1", "one") "," THREAD("2", "2", "two") "," THREAD(
        "1", "1",
        "master") "," THREAD("2", "1",
                             "three") "," SPAN("read", "0.001", "10", "1", "1",
                                               "") "," SPAN("products", "5.5", "7.25", "3", "1",
                                                            "\"n\":600000") "," SPAN("text",
                                                                                     "12.75", "1",
                                                                                     "3", "1",
                                                                                     "\"n\":0") "]"
                                                                                                "}");
    cr_expect_eq(trace.wall_ns, 100000);
    cr_assert_eq(trace.num_tracks, 4);
    static const uint32_t workers[] = {NBANG_SPAN_MASTER, 0, 1, 0};
    static const uint32_t places[] = {0, 0, 0, 1};
    static const char *const names[] = {"master", "three", "one", "two"};
    static const size_t counts[] = {1, 0, 2, 0};
    for (size_t i = 0; i < 4; i++) {
        cr_expect_eq(trace.tracks[i].worker, workers[i]);
        cr_expect_eq(trace.tracks[i].place, places[i]);
        cr_expect_str_eq(trace.tracks[i].name, names[i]);
        cr_expect_eq(trace.tracks[i].num_spans, counts[i]);
    }
    const nbang_span *spans = trace.tracks[2].spans;
    cr_expect(spans[0].worker == 1 && spans[0].place == 0 && spans[0].n == 600000);
    cr_expect_eq(spans[0].phase, NBANG_PHASE_PRODUCTS);
    cr_expect(spans[0].start_ns == 5500 && spans[0].end_ns == 12750);
    cr_expect(spans[1].start_ns == 12750 && spans[1].end_ns == 13750 && spans[1].n == 0);
    cr_expect_eq(trace.tracks[0].spans[0].n, NBANG_SPAN_NO_JOB);
    nb_trace_data_clear(&trace);
    nb_trace_data_clear(&trace);
}

Test(trace_read, totals_are_of_all_places_with_what_is_left)
{
    /* Two places for 100: 30 + 20 of primes, 10 of pipes; the master's do not count. */
    expect_good(
        HEAD "\"traceEvents\":[" THREAD("1", "1", "master") "," THREAD("2", "1", "a") "," THREAD(
            "3", "2", "b") "," SPAN("write", "0", "90", "1", "1",
                                    "") "," SPAN("primes", "10", "30", "2", "1",
                                                 "") "," SPAN("pipes", "40", "10", "2", "1",
                                                              "") "," SPAN("primes", "0", "20", "3",
                                                                           "2", "") "]}");
    cr_expect_eq(trace.num_places, 2);
    expect_total(NBANG_PHASE_PRIMES, 50e-6, 0.25);
    expect_total(NBANG_PHASE_PIPES, 10e-6, 0.05);
    expect_total(NBANG_PHASE_WRITE, 0, 0);
    expect_total(NBANG_PHASE_IDLE, 140e-6, 0.7);
    nb_trace_data_clear(&trace);
}

Test(trace_read, members_of_a_team_count_for_what_their_leader_did)
{
    /* The member is there from 10 to 60; the leader has primes to 30, products to 50. */
    expect_good(HEAD "\"traceEvents\":[" THREAD("2", "1", "a") "," THREAD("2", "2", "b") "," SPAN(
        "primes", "0", "30", "2", "1", "") "," SPAN("products", "30", "20", "2", "1",
                                                    "") "," SPAN("team", "10", "50", "2", "2",
                                                                 "") "]}");
    expect_total(NBANG_PHASE_PRIMES, 50e-6, 0.25);
    expect_total(NBANG_PHASE_PRODUCTS, 40e-6, 0.2);
    expect_total(NBANG_PHASE_TEAM, 10e-6, 0.05);
    expect_total(NBANG_PHASE_IDLE, 100e-6, 0.5);
    nb_trace_data_clear(&trace);
}

Test(trace_read, place_that_two_share_is_idle_when_neither_works)
{
    /* 0 to 50, and 30 to 80: the place is busy for 80, the other one never. */
    expect_good(HEAD "\"traceEvents\":[" THREAD("2", "1", "a") "," THREAD("4", "1", "b") "," SPAN(
        "text", "0", "50", "2", "1", "") "," SPAN("reuse", "30", "50", "4", "1", "") "]}");
    cr_expect_eq(trace.num_places, 2);
    expect_total(NBANG_PHASE_TEXT, 50e-6, 50.0 / 220);
    expect_total(NBANG_PHASE_REUSE, 50e-6, 50.0 / 220);
    expect_total(NBANG_PHASE_IDLE, 120e-6, 120.0 / 220);
    nb_trace_data_clear(&trace);
}

Test(trace_read, run_of_nothing_has_no_shares)
{
    expect_good("{\"otherData\":{\"wall_ns\":0,\"workers\":0,\"slots\":1},\"traceEvents\":[]}");
    cr_expect_eq(trace.num_tracks + trace.num_places, 0);
    expect_total(NBANG_PHASE_IDLE, 0, 0);
    nb_trace_data_clear(&trace);
}

Test(trace_read, events_of_others_are_passed_over)
{
    expect_good(HEAD "\"more\":1,\"traceEvents\":[7,{},{\"ph\":\"C\",\"name\":\"n\"},"
                     "{\"ph\":\"M\",\"name\":\"process_name\"},{\"ph\":\"X\",\"name\":\"idle\"},"
                     "{\"ph\":\"X\",\"name\":\"other\"}]}");
    cr_expect_eq(trace.num_tracks, 0);
    nb_trace_data_clear(&trace);
}

/* ---- what nbang writes ---- */

Test(trace_read, file_of_ours_is_read_as_it_was_written)
{
    static const nbang_span spans[] = {
        {0, 0, NBANG_PHASE_PRIMES, 1, 12345, 5},
        {0, 0, NBANG_PHASE_PRODUCTS, 12345, 7777777, 5},
        {0, 0, NBANG_PHASE_PIPES, 864123456789012, 864123456789013, NBANG_SPAN_NO_JOB},
    };
    const nbang_summary summary = {.wall_ns = 864123456789013, .workers = 1};
    const nbang_placement placement = {.workers = 1};
    const scratch dir = scratch_create();
    char path[128];
    nbang_machine *machine;
    nb_trace_file *file;
    nb_target *target;
    cr_assert_eq(nbang_machine_create(&machine, &placement, 0, NULL, 0), NBANG_OK);
    cr_assert_eq(nb_trace_file_create(&file), NBANG_OK);
    cr_assert_eq(nb_target_create(&target), NBANG_OK);
    cr_assert_eq(nb_target_open_file(target, scratch_path(&dir, path, "trace.json"), -1), NBANG_OK);
    for (size_t i = 0; i < 3; i++) {
        nb_trace_file_add(file, &spans[i]);
    }
    cr_assert_eq(nb_trace_file_write(file, target, machine, &summary), NBANG_OK);
    cr_assert_eq(nb_target_finish(target, -1), NBANG_OK);

    cr_assert_eq(nb_trace_read_file(&trace, path, error, sizeof(error)), NBANG_OK, "%s", error);
    cr_assert_eq(trace.num_tracks, 1);
    cr_expect_eq(strncmp(trace.tracks[0].name, "slot 0: ", 8), 0);
    cr_assert_eq(trace.tracks[0].num_spans, 3);
    for (size_t i = 0; i < 3; i++) {
        const nbang_span *span = &trace.tracks[0].spans[i];
        cr_expect_eq(span->phase, spans[i].phase);
        cr_expect_eq(span->start_ns, spans[i].start_ns);
        cr_expect_eq(span->end_ns, spans[i].end_ns);
        cr_expect_eq(span->n, spans[i].n);
    }
    nb_trace_data_clear(&trace);
    nb_target_destroy(target);
    nb_trace_file_destroy(file);
    nbang_machine_destroy(machine);
    scratch_remove(&dir);
}

/* ---- bad ones ---- */

Test(trace_read, what_is_no_trace_is_refused_with_the_reason)
{
    static const char none[] = "not a trace that nbang has written";
    expect_invalid("", "not JSON: line 1: '[' or '{' expected near end of file");
    expect_invalid("[]", none);
    expect_invalid("{\"traceEvents\":[]}", none);
    expect_invalid(HEAD "\"traceEvents\":{}}", none);
    expect_invalid("{\"otherData\":{\"wall_ns\":-1,\"workers\":1,\"slots\":1},\"traceEvents\":[]}",
                   none);
    expect_invalid("{\"otherData\":{\"wall_ns\":1,\"workers\":1.5,\"slots\":1},\"traceEvents\":[]}",
                   none);
}

Test(trace_read, event_that_cannot_be_is_named)
{
    static const char wrong[] = "traceEvents[1]: pid, tid, ts or dur is not as it should be";
    expect_invalid(HEAD "\"traceEvents\":[7," SPAN("text", "0", "1", "2", "1", "") "]}",
                   "traceEvents[1]: its thread has no name");
    expect_invalid(HEAD "\"traceEvents\":[" THREAD("2", "1", "a") "," THREAD("2", "1", "b") "]}",
                   "traceEvents[1]: this thread has a name already");
    expect_invalid(HEAD "\"traceEvents\":[" THREAD("2", "0", "a") "]}",
                   "traceEvents[0]: not the name of a thread");
    static const char *const spans[] = {
        SPAN("text", "-1", "1", "2", "1", ""),   SPAN("text", "\"0\"", "1", "2", "1", ""),
        SPAN("text", "0", "-0.5", "2", "1", ""), SPAN("text", "0", "1e300", "2", "1", ""),
        SPAN("text", "0", "1", "2.5", "1", ""),  SPAN("text", "0", "1", "2", "4294967296", ""),
    };
    for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++) {
        char text[512];
        snprintf(text, sizeof(text), "%s\"traceEvents\":[%s,%s]}", HEAD, THREAD("2", "1", "a"),
                 spans[i]);
        expect_invalid(text, wrong);
    }
    expect_invalid(HEAD "\"traceEvents\":[" THREAD("2", "1", "a") "," SPAN("text", "99", "1.001",
                                                                           "2", "1", "") "]}",
                   "traceEvents[1]: it ends after the run");
    expect_invalid(
        HEAD "\"traceEvents\":[" THREAD("2", "1", "a") "," SPAN(
            "text", "5", "5", "2", "1", "") "," SPAN("pipes", "9.999", "1", "2", "1", "") "]}",
        "traceEvents[2]: it begins before the end of the one before");
}

Test(trace_read, file_that_cannot_be_read_is_refused_with_the_reason)
{
    cr_expect_eq(nb_trace_read_file(&trace, "/none/trace.json", error, sizeof(error)),
                 NBANG_SYSTEM);
    cr_expect_str_eq(error, "No such file or directory");
    cr_expect_eq(nb_trace_read_file(&trace, "/tmp", error, sizeof(error)), NBANG_SYSTEM);
    cr_expect_str_eq(error, "Is a directory");
}
