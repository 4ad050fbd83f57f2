#include "measure/chart.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- axes ---- */

Test(chart, round_axes_have_steps_of_1_2_or_5)
{
    static const struct {
        double high;
        unsigned ticks;
        double step, end;
    } cases[] = {{10, 5, 2, 10},   {10.1, 5, 5, 15},         {1, 4, 0.5, 1},  {0.03, 3, 0.01, 0.03},
                 {97, 5, 20, 100}, {1234567, 4, 5e5, 1.5e6}, {0, 5, 0.2, 0.2}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const nb_axis axis = nb_axis_round(cases[i].high, cases[i].ticks);
        cr_expect_float_eq(axis.step, cases[i].step, 1e-9 * cases[i].step);
        cr_expect_float_eq(axis.high, cases[i].end, 1e-9 * cases[i].end);
        cr_expect_eq(axis.low, 0);
    }
}

Test(chart, axes_of_workers_have_few_ticks_and_show_all)
{
    for (unsigned most = 1; most <= 4096; most += most < 200 ? 1 : 97) {
        const nb_axis axis = nb_axis_workers(most);
        cr_assert_geq(axis.high, most);
        cr_assert_lt(axis.low, 1);
        cr_assert_leq(axis.high / axis.step, 13);
        cr_assert_eq(fmod(log2(axis.step), 1), 0);
    }
}

/* ---- drawing ---- */

static char *text;
static size_t text_size;
static nb_chart chart;

static void begin(void)
{
    chart = (nb_chart){.out = open_memstream(&text, &text_size),
                       .id = "c",
                       .width = 300,
                       .height = 200,
                       .left = 50,
                       .right = 50,
                       .top = 20,
                       .bottom = 30,
                       .x = {.low = 0, .high = 10, .step = 5},
                       .y = {.low = -1, .high = 1, .step = 1, .unit = " %"}};
    nb_chart_begin(&chart, "Title & <more>");
    fputs("Words.", chart.out);
    nb_chart_axes(&chart);
}

static void end(void)
{
    free(text);
}

TestSuite(chart_drawing, .init = begin, .fini = end);

static void finish(void)
{
    nb_chart_end(&chart);
    fclose(chart.out);
}

static unsigned count(const char *piece)
{
    unsigned found = 0;
    for (const char *at = text; (at = strstr(at, piece)) != NULL; at++) {
        found++;
    }
    return found;
}

Test(chart_drawing, values_fall_on_their_places)
{
    finish();
    cr_expect_float_eq(nb_chart_x(&chart, 0), 50, 1e-9);
    cr_expect_float_eq(nb_chart_x(&chart, 10), 250, 1e-9);
    cr_expect_float_eq(nb_chart_y(&chart, 1), 20, 1e-9);
    cr_expect_float_eq(nb_chart_y(&chart, -1), 170, 1e-9);
    cr_expect_float_eq(nb_chart_y(&chart, 0), 95, 1e-9);
}

Test(chart_drawing, it_has_a_title_a_description_and_ticks)
{
    finish();
    cr_expect(strstr(text, "role=\"img\" aria-labelledby=\"c-title c-text\"") != NULL);
    cr_expect(strstr(text, "<title id=\"c-title\">Title &amp; &lt;more&gt;</title>") != NULL);
    cr_expect(strstr(text, "<desc id=\"c-text\">Words.</desc>") != NULL);
    cr_expect_eq(count("class=\"tick\""), 3); /* 0, 5 and 10 */
    cr_expect_eq(count("class=\"grid\""), 3); /* -1, 0 and 1 */
    cr_expect(strstr(text, ">1 %</text>") != NULL);
    cr_expect(strstr(text, ">−1 %</text>") != NULL);
}

Test(chart_drawing, a_point_says_what_it_is_and_has_whiskers_to_its_ends)
{
    const nb_interval y = {.known = true, .value = 0, .low = -0.5, .high = 1};
    nb_chart_point(&chart, 5, y, 1, "five & nothing");
    finish();
    cr_expect(strstr(text, "<g class=\"point s1\"><title>five &amp; nothing</title>") != NULL);
    cr_expect(strstr(text, "d=\"M147.0 20.0h6m-3 0V132.5m-3 0h6\"") != NULL);
    cr_expect(strstr(text, "class=\"marker\" d=\"M150.0 95.0m") != NULL);
}

/* Where the label of this text was written. */
static double label_y(const char *label)
{
    char end_of_text[64];
    snprintf(end_of_text, sizeof(end_of_text), ">%s</text>", label);
    const char *found = strstr(text, end_of_text);
    cr_assert_not_null(found);
    while (strncmp(found, " y=\"", 4) != 0) {
        found--;
    }
    return strtod(found + 4, NULL);
}

Test(chart_drawing, labels_do_not_cover_each_other)
{
    nb_chart_label_at(&chart, 10, 0.00, "b", "s1");
    nb_chart_label_at(&chart, 10, 0.01, "a", "s0");
    nb_chart_label_at(&chart, 10, -1, "d", "s3");
    nb_chart_label_at(&chart, 10, -0.99, "c", "s2");
    finish();
    cr_expect_float_eq(label_y("a"), 98, 1.5);
    cr_expect_geq(label_y("b") - label_y("a"), 13.9);
    cr_expect_geq(label_y("d") - label_y("c"), 13.9);
    cr_expect_leq(label_y("d"), 174.1);
}

Test(chart_drawing, more_labels_than_there_is_room_for_are_left_out)
{
    for (int i = 0; i < 2 * NB_CHART_MAX_LABELS; i++) {
        nb_chart_label_at(&chart, 10, 0, "label", "s0");
    }
    finish();
    cr_expect_eq(count(">label</text>"), NB_CHART_MAX_LABELS);
}
