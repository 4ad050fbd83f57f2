#include "measure/markup.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static void expect_escaped(const char *text, const char *escaped)
{
    char *written;
    size_t size;
    FILE *out = open_memstream(&written, &size);
    nb_markup_text(out, text);
    fclose(out);
    cr_expect_str_eq(written, escaped);
    free(written);
}

Test(markup, escapes_what_means_something)
{
    expect_escaped("a < b && c > \"d\" 'e'",
                   "a &lt; b &amp;&amp; c &gt; &quot;d&quot; &#39;e&#39;");
    expect_escaped("&amp;", "&amp;amp;");
    expect_escaped("σ = 2 µs\n", "σ = 2 µs\n");
    expect_escaped("", "");
}

Test(markup, leaves_out_what_no_page_may_hold)
{
    expect_escaped("a\x01"
                   "b\x1b[31m\x7f",
                   "a?b?[31m?");
    /* A byte that is no UTF-8, and one sequence that would be some. */
    expect_escaped("\xff<\xc2\xb5>", "?&lt;??&gt;");
}

Test(markup, times_have_so_many_digits)
{
    static const struct {
        double ns;
        unsigned digits;
        const char *text;
    } cases[] = {
        {0, 3, "0.00 ns"},          {1, 3, "1.00 ns"},
        {999, 3, "999 ns"},         {1000, 3, "1.00 µs"},
        {12345, 4, "12.35 µs"},     {412300000, 3, "412 ms"},
        {412300000, 4, "412.3 ms"}, {1.0 / 3 * 1e10, 4, "3.333 s"},
        {123456e9, 4, "123456 s"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        char text[NB_FIGURE_SIZE];
        cr_expect_str_eq(nb_figure_time(text, cases[i].ns, cases[i].digits), cases[i].text);
    }
}

Test(markup, figures_are_rounded_to_what_they_say)
{
    char text[NB_FIGURE_SIZE];
    cr_expect_str_eq(nb_figure_percent(text, 0.8841), "88.4 %");
    cr_expect_str_eq(nb_figure_percent(text, 1), "100 %");
    cr_expect_str_eq(nb_figure_percent(text, 0.0213), "2.13 %");
    cr_expect_str_eq(nb_figure_percent(text, -0.0025), "-0.25 %");
    cr_expect_str_eq(nb_figure_ratio(text, 1.7654), "1.77");
    cr_expect_str_eq(nb_figure_ratio(text, 77.84), "77.8");
    cr_expect_str_eq(nb_figure_ratio(text, 128), "128");
    cr_expect_str_eq(nb_figure_whole(text, 34.6), "35");
    cr_expect_str_eq(nb_figure_coefficient(text, 0), "0");
    cr_expect_str_eq(nb_figure_coefficient(text, 0.000804), "0.00080");
    cr_expect_str_eq(nb_figure_coefficient(text, 0.25), "0.25");
    cr_expect_str_eq(nb_figure_coefficient(text, 1e-200), "0.000000000");
    cr_expect_str_eq(nb_figure_count(text, 0), "0");
    cr_expect_str_eq(nb_figure_count(text, 999), "999");
    cr_expect_str_eq(nb_figure_count(text, 1000000), "1,000,000");
    cr_expect_str_eq(nb_figure_count(text, UINT64_MAX), "18,446,744,073,709,551,615");
    cr_expect_str_eq(nb_figure_bytes(text, 49152), "48 KiB");
    cr_expect_str_eq(nb_figure_bytes(text, 1536), "1.5 KiB");
    cr_expect_str_eq(nb_figure_bytes(text, 0), "0 bytes");
    cr_expect_str_eq(nb_figure_bytes(text, UINT64_MAX), "16 EiB");
}

Test(markup, intervals_say_their_ends_or_that_they_are_unknown)
{
    char text[NB_FIGURE_INTERVAL_SIZE];
    const nb_interval known = {.known = true, .value = 1.77, .low = 1.72, .high = 1.8};
    const nb_interval unknown = {.known = false, .value = 1.77};
    cr_expect_str_eq(nb_figure_interval(text, known, nb_figure_ratio),
                     "1.77 (95 % CI 1.72 to 1.80)");
    cr_expect_str_eq(nb_figure_interval(text, unknown, nb_figure_ratio), "unknown");
    /* The longest that there can be. */
    const nb_interval large = {.known = true, .value = 1e300, .low = -1e300, .high = 1e300};
    nb_figure_interval(text, large, nb_figure_ratio);
    cr_expect_lt(strlen(text), sizeof(text));
}
