#include "cli/options.h"

#include <criterion/criterion.h>
#include <string.h>

#include "cli/help.h"

static nb_status parse(nb_cli_options *options, char *error, const char *const *args)
{
    static char *argv[32] = {"nbang"}; /* outlives the options */
    int argc = 1;
    for (; args[argc - 1]; argc++) {
        argv[argc] = (char *)args[argc - 1];
    }
    argv[argc] = NULL;
    error[0] = '\0';
    return nb_options_parse(options, argc, argv, error);
}

#define ARGS(...) ((const char *const[]){__VA_ARGS__, NULL})

static nb_cli_options parse_good(const char *const *args)
{
    nb_cli_options options;
    char error[NB_OPTIONS_ERROR_SIZE];
    cr_assert_eq(parse(&options, error, args), NBANG_OK, "%s", error);
    return options;
}

static void expect_error(const char *const *args, const char *expected)
{
    nb_cli_options options = {.num_jobs = 77};
    char error[NB_OPTIONS_ERROR_SIZE];
    cr_expect_eq(parse(&options, error, args), NBANG_INVALID, "%s", expected);
    cr_expect_str_eq(error, expected);
    cr_expect_eq(options.num_jobs, 77, "output touched: %s", expected);
}

Test(options, defaults)
{
    nb_cli_options o = parse_good(ARGS("5"));
    cr_expect_eq(o.action, NB_CLI_COMPUTE);
    cr_expect(o.batch.verify && o.batch.cancel_fd == -1, "not nbang_options_init's");
    cr_expect(!o.batch.cpu_times && !o.batch.digest && !o.batch.unordered);
    cr_expect(o.batch.max_digits == 0 && o.batch.timeout_ns == 0 && o.max_memory_bytes == 0);
    cr_expect(o.placement.workers == 0 && o.placement.bind == NBANG_BIND_CORE);
    cr_expect(o.placement.order == NBANG_ORDER_CLOSE && !o.placement.cpu_list);
    cr_expect(o.format == NB_CLI_DIGITS && o.progress == NB_CLI_PROGRESS_AUTO);
    cr_expect(!o.output && !o.output_dir && !o.summary && !o.trace && !o.full && !o.time &&
              !o.quiet);
    cr_expect(o.num_jobs == 1 && strcmp(o.jobs[0], "5") == 0);
    nb_options_clear(&o);
}

Test(options, no_arguments_mean_no_jobs)
{
    nb_cli_options o = parse_good((const char *const[]){NULL});
    cr_expect_eq(o.num_jobs, 0);
    nb_options_clear(&o);
}

Test(options, every_option_with_equals_sign)
{
    nb_cli_options o = parse_good(ARGS(
        "--workers=7", "--bind=numa", "--order=spread", "--cpu-list=0,2-3", "--split=always",
        "--fixed", "--format=json", "--digest", "--output-dir=dir", "--unordered", "--full",
        "--max-digits=1e6", "--max-memory=2G", "--timeout=500ms", "--no-verify", "--no-reuse",
        "--plan", "--time", "--progress=never", "--summary=s.json", "--trace=t.json", "--quiet"));
    cr_expect_eq(o.action, NB_CLI_PLAN);
    cr_expect(o.placement.workers == 7 && o.placement.bind == NBANG_BIND_NUMA);
    cr_expect_eq(o.placement.order, NBANG_ORDER_SPREAD);
    cr_expect_str_eq(o.placement.cpu_list, "0,2-3");
    cr_expect(o.placement.fixed);
    cr_expect_eq(o.batch.split, NBANG_SPLIT_ALWAYS);
    cr_expect(o.format == NB_CLI_JSON && o.batch.cpu_times);
    cr_expect(o.batch.digest && o.batch.unordered && !o.batch.verify && !o.batch.reuse);
    cr_expect_eq(o.batch.max_digits, 1000000);
    cr_expect_eq(o.max_memory_bytes, UINT64_C(2) << 30);
    cr_expect_eq(o.batch.timeout_ns, 500000000);
    cr_expect_str_eq(o.output_dir, "dir");
    cr_expect_str_eq(o.summary, "s.json");
    cr_expect_str_eq(o.trace, "t.json");
    cr_expect_eq(o.progress, NB_CLI_PROGRESS_NEVER);
    cr_expect(o.full && o.time && o.quiet && !o.output);
    cr_expect_eq(o.num_jobs, 0);
    nb_options_clear(&o);
}

Test(options, values_may_be_arguments_of_their_own)
{
    nb_cli_options o = parse_good(ARGS("--workers", "3", "--output", "out", "--bind", "none",
                                       "--format", "text", "--order", "close", "9"));
    cr_expect(o.placement.workers == 3 && o.placement.bind == NBANG_BIND_NONE);
    cr_expect_eq(o.format, NB_CLI_TEXT);
    cr_expect_str_eq(o.output, "out");
    cr_expect_eq(o.num_jobs, 1);
    nb_options_clear(&o);
}

Test(options, short_forms)
{
    nb_cli_options o = parse_good(ARGS("-j", "3", "-q", "-o", "out", "9"));
    cr_expect(o.placement.workers == 3 && o.quiet);
    cr_expect_str_eq(o.output, "out");
    nb_options_clear(&o);
    o = parse_good(ARGS("-qj12", "-oout", "9"));
    cr_expect(o.placement.workers == 12 && o.quiet);
    cr_expect_str_eq(o.output, "out");
    nb_options_clear(&o);
}

Test(options, every_choice_is_understood)
{
    static const struct {
        const char *arg;
        unsigned value;
    } binds[] = {{"--bind=core", NBANG_BIND_CORE},
                 {"--bind=pu", NBANG_BIND_PU},
                 {"--bind=numa", NBANG_BIND_NUMA},
                 {"--bind=none", NBANG_BIND_NONE}},
      splits[] = {{"--split=auto", NBANG_SPLIT_AUTO},
                  {"--split=never", NBANG_SPLIT_NEVER},
                  {"--split=always", NBANG_SPLIT_ALWAYS}},
      shows[] = {{"--progress=auto", NB_CLI_PROGRESS_AUTO},
                 {"--progress=always", NB_CLI_PROGRESS_ALWAYS},
                 {"--progress=never", NB_CLI_PROGRESS_NEVER}};
    for (size_t i = 0; i < 4; i++) {
        nb_cli_options o = parse_good(ARGS("--bind=pu", binds[i].arg));
        cr_expect_eq(o.placement.bind, binds[i].value, "%s", binds[i].arg);
        nb_options_clear(&o);
    }
    for (size_t i = 0; i < 3; i++) {
        nb_cli_options o = parse_good(ARGS("--split=never", splits[i].arg, shows[i].arg));
        cr_expect_eq(o.batch.split, splits[i].value, "%s", splits[i].arg);
        cr_expect_eq(o.progress, shows[i].value, "%s", shows[i].arg);
        nb_options_clear(&o);
    }
}

Test(options, jobs_and_options_may_be_mixed)
{
    nb_cli_options o = parse_good(ARGS("5", "-q", "6!", "--time", "-", "@f", "--", "--full", "-5"));
    cr_expect(o.quiet && o.time && !o.full);
    static const char *const expected[] = {"5", "6!", "-", "@f", "--full", "-5"};
    cr_assert_eq(o.num_jobs, 6);
    for (size_t i = 0; i < 6; i++) {
        cr_expect_str_eq(o.jobs[i], expected[i]);
    }
    nb_options_clear(&o);
}

Test(options, empty_argument_is_a_job)
{
    nb_cli_options o = parse_good(ARGS("", "5"));
    cr_assert_eq(o.num_jobs, 2);
    cr_expect_str_eq(o.jobs[0], "");
    nb_options_clear(&o);
}

Test(options, last_of_several_counts)
{
    nb_cli_options o = parse_good(ARGS("-j3", "-o", "a", "--bind=pu", "-j4", "--output=b",
                                       "--bind=core", "--cpu-list=0", "--cpu-list=1", "5"));
    cr_expect(o.placement.workers == 4 && o.placement.bind == NBANG_BIND_CORE);
    cr_expect_str_eq(o.output, "b");
    cr_expect_str_eq(o.placement.cpu_list, "1");
    nb_options_clear(&o);
}

Test(options, dash_as_output_is_standard_output)
{
    nb_cli_options o = parse_good(ARGS("-o", "-", "5"));
    cr_expect_null(o.output);
    cr_expect_eq(o.num_jobs, 1);
    nb_options_clear(&o);
}

Test(options, help_and_version_end_the_reading)
{
    static const struct {
        const char *arg;
        nb_cli_action action;
    } cases[] = {{"--help", NB_CLI_HELP},
                 {"-h", NB_CLI_HELP},
                 {"--version", NB_CLI_VERSION},
                 {"-V", NB_CLI_VERSION}};
    for (size_t i = 0; i < 4; i++) {
        nb_cli_options o = parse_good(ARGS("5", cases[i].arg, "--nonsense", "-j0"));
        cr_expect_eq(o.action, cases[i].action, "%s", cases[i].arg);
        nb_options_clear(&o);
    }
    expect_error(ARGS("--nonsense", "--help"), "unknown option \"--nonsense\"");
}

Test(options, negative_numbers_are_no_options)
{
    expect_error(ARGS("-5"), "\"-5\" is negative");
    expect_error(ARGS("5", "-12345", "--time"), "\"-12345\" is negative");
    expect_error(ARGS("-5..5"), "\"-5..5\": \"-5\" is negative");
    expect_error(ARGS("-1e3"), "\"-1e3\" is negative");
    expect_error(ARGS("-5x"), "\"-5x\" is negative");
}

Test(options, unknown_options_are_named)
{
    expect_error(ARGS("--foo"), "unknown option \"--foo\"");
    expect_error(ARGS("--foo=bar"), "unknown option \"--foo\"");
    expect_error(ARGS("-x"), "unknown option \"-x\"");
    expect_error(ARGS("-qx"), "unknown option \"-qx\"");
    expect_error(ARGS("-\n"), "unknown option \"-\\x0a\"");
    expect_error(ARGS("--\033[2J"), "unknown option \"--\\x1b[2J\"");
    expect_error(ARGS("---"), "unknown option \"---\"");
    expect_error(ARGS("--=5"), "unknown option \"--\"");
    expect_error(ARGS("-=5"), "unknown option \"-\"");
    expect_error(ARGS("--format=xml"), "--format: \"xml\" is not one of digits, text, json, raw");
}

Test(options, raw_numbers_go_with_neither_digests_nor_an_order_of_their_own)
{
    nb_cli_options o = parse_good(ARGS("--format=raw", "5"));
    cr_expect_eq(o.format, NB_CLI_RAW);
    cr_expect_eq(o.batch.content, NBANG_CONTENT_RAW);
    nb_options_clear(&o);
    o = parse_good(ARGS("--format=json", "--digest", "--unordered", "5"));
    cr_expect_eq(o.batch.content, NBANG_CONTENT_DIGITS);
    nb_options_clear(&o);
    o = parse_good(ARGS("--unordered", "--output-dir=dir", "--format=raw", "5"));
    cr_expect(o.batch.unordered && o.batch.content == NBANG_CONTENT_RAW);
    nb_options_clear(&o);
    expect_error(ARGS("--format=raw", "--digest"), "--digest and --format=raw exclude each other");
    expect_error(ARGS("--unordered", "--format=raw", "-o", "file"),
                 "--unordered needs --output-dir with --format=raw: nothing else would say which "
                 "number is whose");
}

Test(options, slips_get_a_hint)
{
    expect_error(ARGS("--worker=3"), "unknown option \"--worker\"; did you mean \"--workers\"?");
    expect_error(ARGS("--unodrered"),
                 "unknown option \"--unodrered\"; did you mean \"--unordered\"?");
    expect_error(ARGS("--quite"), "unknown option \"--quite\"; did you mean \"--quiet\"?");
    expect_error(ARGS("--fromat=json"), "unknown option \"--fromat\"; did you mean \"--format\"?");
    expect_error(ARGS("--max-mem=1G"),
                 "unknown option \"--max-mem\"; did you mean \"--max-memory\"?");
    expect_error(ARGS("-digest"), "unknown option \"-digest\"; did you mean \"--digest\"?");
    expect_error(ARGS("--zzzz"), "unknown option \"--zzzz\"");
}

Test(options, long_nonsense_is_cut)
{
    static char arg[100001];
    memset(arg, 'x', sizeof arg - 1);
    memcpy(arg, "--", 2);
    nb_cli_options options;
    char error[NB_OPTIONS_ERROR_SIZE];
    cr_expect_eq(parse(&options, error, ARGS(arg)), NBANG_INVALID);
    cr_expect(strstr(error, "xxx…\" (100000 bytes)"), "%s", error);
}

Test(options, missing_and_unwanted_values_are_named)
{
    expect_error(ARGS("5", "-j"), "\"-j\" needs a value");
    expect_error(ARGS("--workers"), "\"--workers\" needs a value");
    expect_error(ARGS("5", "--output"), "\"--output\" needs a value");
    expect_error(ARGS("--quiet=yes"), "\"--quiet\" takes no value");
}

Test(options, values_out_of_range_are_named)
{
#define WORKERS(value) "--workers: \"" value "\" is not a number from 1 to 4096"
    expect_error(ARGS("-j", "0"), WORKERS("0"));
    expect_error(ARGS("-j", "100000"), WORKERS("100000"));
    expect_error(ARGS("-j4097"), WORKERS("4097"));
    expect_error(ARGS("-j", "x"), WORKERS("x"));
    expect_error(ARGS("-j", "-5"), WORKERS("-5"));
    expect_error(ARGS("--workers="), WORKERS(""));
    expect_error(ARGS("-j", "4294967297"), WORKERS("4294967297"));
    expect_error(ARGS("-j", "99999999999999999999"), WORKERS("99999999999999999999"));
    nb_cli_options o = parse_good(ARGS("-j4096"));
    cr_expect_eq(o.placement.workers, 4096);
    nb_options_clear(&o);

    expect_error(ARGS("--bind=cores"), "--bind: \"cores\" is not one of core, pu, numa, none");
    expect_error(ARGS("--order=x"), "--order: \"x\" is not one of close, spread");
    expect_error(ARGS("--split="), "--split: \"\" is not one of auto, never, always");
    expect_error(ARGS("--progress=no"), "--progress: \"no\" is not one of auto, always, never");
#define DURATION "is not a duration above 0, as 500ms, 30s or 5m (units ms, s, m, h)"
    expect_error(ARGS("--timeout", "0"), "--timeout: \"0\" " DURATION);
    expect_error(ARGS("--timeout=0.0ms"), "--timeout: \"0.0ms\" " DURATION);
    expect_error(ARGS("--timeout=-1s"), "--timeout: \"-1s\" " DURATION);
    expect_error(ARGS("--timeout=5d"), "--timeout: \"5d\" " DURATION);
    expect_error(ARGS("--timeout=1000000000000h"), "--timeout: \"1000000000000h\" is too large");
    expect_error(ARGS("--max-memory=0"),
                 "--max-memory: \"0\" is not a size above 0, as 512M or 2G (units K, M, G, T)");
    expect_error(ARGS("--max-memory=2GB"),
                 "--max-memory: \"2GB\" is not a size above 0, as 512M or 2G (units K, M, G, T)");
    expect_error(ARGS("--max-memory=99999999T"), "--max-memory: \"99999999T\" is too large");
    expect_error(ARGS("--max-digits=0"), "--max-digits: \"0\" is not a number of digits above 0");
    expect_error(ARGS("--max-digits=5!"), "--max-digits: \"5!\" is not a number of digits above 0");
    expect_error(ARGS("--max-digits=1e20"), "--max-digits: \"1e20\" is too large");
    expect_error(ARGS("-o", ""), "--output: \"\" is not the name of a file");
    expect_error(ARGS("--output-dir="), "--output-dir: \"\" is not the name of a directory");
    expect_error(ARGS("--summary="), "--summary: \"\" is not the name of a file");
    expect_error(ARGS("--trace="), "--trace: \"\" is not the name of a file");
    expect_error(ARGS("--cpu-list="), "--cpu-list: \"\" is not a list of CPUs, as 0,2-3");
}

Test(options, two_places_for_results_exclude_each_other)
{
    expect_error(ARGS("-o", "f", "--output-dir=d", "5"),
                 "--output and --output-dir exclude each other");
}

Test(options, accounts_of_a_run_go_to_files_of_their_own)
{
    expect_error(ARGS("--summary=-", "5"),
                 "--summary: standard output is for results; name a file");
    expect_error(ARGS("--trace=-", "5"), "--trace: standard output is for results; name a file");
    expect_error(ARGS("-o", "f", "--summary=f", "5"), "--output and --summary name the same file");
    expect_error(ARGS("-o", "f", "--trace=f", "5"), "--output and --trace name the same file");
    expect_error(ARGS("--trace=f", "--summary=f", "5"), "--summary and --trace name the same file");
}

Test(options, help_fits_a_screen_and_names_every_option)
{
    unsigned num_lines = 0;
    for (const char *at = nb_help_text; *at; num_lines++) {
        size_t len = strcspn(at, "\n");
        cr_expect_leq(len, 80, "%.*s", (int)len, at);
        cr_assert_eq(at[len], '\n', "last line is not ended");
        at += len + 1;
    }
    cr_expect_leq(num_lines, 48);
    static const char *const names[] = {
        "-j, --workers N",   "--bind",        "--order",     "--cpu-list",
        "--fixed",           "--split",       "--format",    "--digest",
        "-o, --output FILE", "--output-dir",  "--unordered", "--full",
        "--max-digits",      "--max-memory",  "--timeout",   "--no-verify",
        "--no-reuse",        "--plan",        "--time",      "--progress",
        "--summary",         "--trace",       "nbang bench", "nbang ab",
        "nbang compare",     "nbang history", "-q, --quiet", "-h, --help",
        "-V, --version"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        cr_expect(strstr(nb_help_text, names[i]), "%s", names[i]);
    }
}
