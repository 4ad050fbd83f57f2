#include "measure/report.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "report_fixtures.h"

static nb_record record;
static nb_analysis analysis;
static char *html;
static char *svg;

/* Adds runs, the median of which is `ms` if there are at least three. */
static void add_runs(const char *workload, unsigned workers, nbang_bind bind, uint64_t ms,
                     uint64_t runs)
{
    cr_assert_eq(nb_record_add_point(&record, workload, workers, bind, NBANG_ORDER_CLOSE),
                 NBANG_OK);
    for (uint64_t i = 0; i < runs; i++) {
        const nb_sample sample = {.wall_ns = (ms + i % 3 - 1) * 1000000, .turn = i};
        cr_assert_eq(nb_point_add_sample(&record.points[record.num_points - 1], &sample), NBANG_OK);
    }
}

static void begin(void)
{
    cr_assert_eq(nb_record_init(&record), NBANG_OK);
}

static void add(const char *workload, unsigned workers, nbang_bind bind, uint64_t ms)
{
    add_runs(workload, workers, bind, ms, 7);
}

/* Makes the report of the record. */
static void make(void)
{
    cr_assert_eq(nb_analysis_create(&analysis, &record), NBANG_OK);
    const nb_bench_report report = {.record = &record, .analysis = &analysis};
    cr_assert_eq(nb_bench_report_html(&html, &report), NBANG_OK);
    cr_assert_eq(nb_bench_report_svg(&svg, &report), NBANG_OK);
}

static void end(void)
{
    free(html);
    free(svg);
    nb_analysis_clear(&analysis);
    nb_record_clear(&record);
}

TestSuite(report, .init = begin, .fini = end, .timeout = 60);

static bool says(const char *text, const char *piece)
{
    return strstr(text, piece) != NULL;
}

/* ---- what is said ---- */

Test(report, points_say_their_speed_up_and_efficiency)
{
    add("strong-1e6-v1", 1, NBANG_BIND_CORE, 400);
    add("strong-1e6-v1", 2, NBANG_BIND_CORE, 250);
    make();
    cr_expect(says(html, "<title>2 workers: speed-up 1.60 (95 % CI "));
    cr_expect(says(html, "<title>2 workers: efficiency 80.0 % (95 % CI "));
    cr_expect(says(html, "2 workers, run 3 of 7: 251.0 ms (+0.40 % from the median)"));
    cr_expect(says(html, "1.60×"));
    cr_expect(says(html, "one factorial, 1000000!"));
    cr_expect(says(svg, "<title>strong-1e6-v1, 2 workers: speed-up 1.60 (95 % CI "));
}

Test(report, it_says_why_no_model_is_fitted)
{
    add("strong-1e6-v1", 1, NBANG_BIND_CORE, 400);
    add("strong-1e6-v1", 2, NBANG_BIND_CORE, 250);
    make();
    cr_expect(says(html, analysis.series[0].usl.reason));
}

Test(report, without_one_worker_there_is_no_speed_up_but_all_samples)
{
    add("strong-1e6-v1", 2, NBANG_BIND_CORE, 250);
    make();
    cr_expect(!says(html, "id=\"speedup-0-title\""));
    cr_expect(says(html, "No speed-up"));
    cr_expect(says(html, "2 workers, run 3 of 7: 251.0 ms"));
    cr_expect(says(svg, "No speed-up is known"));
}

Test(report, a_single_run_has_times_and_no_more)
{
    add("strong-1e6-v1", 1, NBANG_BIND_CORE, 400);
    record.points[0].num_samples = 1;
    record.points[0].samples[0].cpu_ns = 390000000;
    make();
    cr_expect(says(html, "399.0 ms</td><td class=\"n\">399.0 ms</td><td class=\"n\">–</td>"
                         "<td class=\"n\">390.0 ms</td><td class=\"n missing\">–</td>"));
    cr_expect(says(html, "The median of 1 run."));
}

Test(report, every_series_has_its_charts_and_all_have_one_together)
{
    add("strong-1e6-v1", 1, NBANG_BIND_CORE, 400);
    add("strong-1e6-v1", 2, NBANG_BIND_CORE, 250);
    add("strong-1e6-v1", 1, NBANG_BIND_PU, 400);
    add("strong-1e6-v1", 2, NBANG_BIND_PU, 320);
    make();
    cr_expect(says(html, "Speed-up of strong-1e6-v1 by number of workers"));
    cr_expect(says(html, "Speed-up of strong-1e6-v1, bind pu by number of workers"));
    cr_expect(says(html, "id=\"samples-1-title\""));
    cr_expect(says(html, "<title>strong-1e6-v1, bind pu, 2 workers: speed-up 1.25 (95 % CI "));
}

Test(report, without_any_speed_up_there_is_no_chart_of_all_series)
{
    add("strong-1e6-v1", 1, NBANG_BIND_CORE, 400);
    add("strong-1e6-v1", 2, NBANG_BIND_CORE, 250);
    add("strong-1e6-v1", 1, NBANG_BIND_PU, 400);
    add("strong-1e6-v1", 2, NBANG_BIND_PU, 320);
    for (size_t i = 0; i < record.num_points; i++) {
        record.points[i].num_samples = 1;
    }
    make();
    cr_expect(!says(html, "All series"));
    cr_expect(says(html, "No speed-up: it needs"));
    cr_expect(says(svg, "runs with one worker"));
    cr_expect(!says(html, "the band its 95 % confidence interval"), "a single run has none");
    cr_expect(!says(html, "arrows at the edge"));
}

Test(report, the_headline_says_if_more_workers_are_slower)
{
    add_runs("strong-1e6-v1", 1, NBANG_BIND_CORE, 400, 6);
    add_runs("strong-1e6-v1", 2, NBANG_BIND_CORE, 800, 6);
    make();
    cr_expect(says(html, "as fast with 2 workers: slower than one worker"));
    cr_expect(!says(html, "Karp-Flatt serial fraction:"));
}

Test(report, the_headline_is_not_of_more_workers_than_places)
{
    add_runs("strong-1e6-v1", 1, NBANG_BIND_CORE, 400, 6);
    add_runs("strong-1e6-v1", 2, NBANG_BIND_CORE, 250, 6);
    add_runs("strong-1e6-v1", 3, NBANG_BIND_CORE, 240, 6);
    json_object_set_new(record.metadata, "topology",
                        json_pack("{s:[{s:s, s:s, s:[{}, {}]}]}", "placements", "bind", "core",
                                  "order", "close", "slots"));
    make();
    cr_expect(says(html, "as fast with 2 workers"));
    cr_expect(!says(html, "as fast with 3 workers"));
    cr_expect(says(html, "3 workers: speed-up 1.67"), "but it is in the chart");
}

Test(report, warnings_and_an_interruption_are_named)
{
    add("strong-1e6-v1", 1, NBANG_BIND_CORE, 400);
    record.interrupted = true;
    record.command = strdup("nbang bench --quick");
    cr_assert_eq(nb_record_warn(&record, "The load was 3 & more."), NBANG_OK);
    make();
    cr_expect(says(html, "<b>Interrupted:</b>"));
    cr_expect(says(html, "The load was 3 &amp; more."));
    cr_expect(says(html, "<pre>nbang bench --quick</pre>"));
    cr_expect(says(svg, "(interrupted)"));
}

Test(report, what_is_not_known_is_unknown)
{
    add("strong-1e6-v1", 1, NBANG_BIND_CORE, 400);
    json_object_set_new(record.metadata, "governor", json_null());
    json_object_set_new(record.metadata, "turbo", json_true());
    json_object_set_new(record.metadata, "cpu_model", json_integer(7)); /* not what it should be */
    json_object_set_new(record.metadata, "topology", json_string("flat"));
    make();
    cr_expect(says(html, "frequency governor</th><td><span class=\"missing\">unknown</span>"));
    cr_expect(says(html, "turbo</th><td>yes</td>"));
    cr_expect(says(html, "Unknown CPU"));
    cr_expect(says(html, "topology of this machine is unknown"));
    cr_expect(says(html, "No run was traced"));
}

/* ---- all fixtures ---- */

/* Whether a word that stands for no number is in the text. */
static bool has_no_number(const char *text)
{
    static const char *const words[] = {"nan", "inf", "NaN", "Infinity"};
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        const size_t len = strlen(words[i]);
        for (const char *at = text; (at = strstr(at, words[i])) != NULL; at += len) {
            if (at > text && strchr(" \">-(,.MLHV", at[-1]) != NULL &&
                strchr(" \"<),.%", at[len]) != NULL) {
                return true;
            }
        }
    }
    return false;
}

Test(report_fixtures, figures_are_numbers_and_text_is_no_markup)
{
    for (size_t i = 0; i < REPORT_FIXTURES; i++) {
        report_fixture fixture;
        make_report_fixture(&fixture, i);
        cr_assert_eq(nb_bench_report_html(&html, &fixture.report), NBANG_OK);
        cr_assert_eq(nb_bench_report_svg(&svg, &fixture.report), NBANG_OK);
        const char *texts[] = {html, svg};
        for (size_t j = 0; j < 2; j++) {
            cr_expect(!has_no_number(texts[j]), "%s", report_fixture_names[i]);
            cr_expect(!says(texts[j], "<script") && !says(texts[j], "</script"));
            cr_expect(!says(texts[j], "<img") && !says(texts[j], "<some>") &&
                      !says(texts[j], "<u>") && !says(texts[j], "\xff"));
        }
        free(html);
        free(svg);
        clear_report_fixture(&fixture);
    }
}

Test(report_fixtures, fits_and_a_run_are_drawn_where_they_are_known)
{
    report_fixture fixture;
    make_report_fixture(&fixture, 4);
    cr_assert_eq(nb_bench_report_html(&html, &fixture.report), NBANG_OK);
    cr_expect(says(html, "class=\"label s1 fit\">USL</text>"));
    cr_expect(says(html, "class=\"label s2 fit\">Amdahl</text>"));
    cr_expect(says(html, "contention σ = "));
    cr_expect(says(html, "slot 0: core 0, package 0, CPU 0: big products of 1,000,000!, 122 ms to "
                         "190 ms"));
    cr_expect(says(html, "CPU 0</span><b title=\"worker\">0</b>"));
    free(html);
    clear_report_fixture(&fixture);
}
