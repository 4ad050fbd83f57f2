#include "base/number.h"

#include <criterion/criterion.h>
#include <string.h>

static void expect_number(const char *text, nb_status status, uint64_t value)
{
    uint64_t parsed = 77;
    cr_expect_eq(nb_number_parse(&parsed, text, strlen(text)), status, "%s", text);
    cr_expect_eq(parsed, status ? 77 : value, "%s: %ju", text, (uintmax_t)parsed);
}

static void expect_size(const char *text, nb_status status, uint64_t value)
{
    uint64_t parsed = 77;
    cr_expect_eq(nb_number_parse_size(&parsed, text), status, "%s", text);
    cr_expect_eq(parsed, status ? 77 : value, "%s: %ju", text, (uintmax_t)parsed);
}

static void expect_duration(const char *text, nb_status status, uint64_t value)
{
    uint64_t parsed = 77;
    cr_expect_eq(nb_number_parse_duration(&parsed, text), status, "%s", text);
    cr_expect_eq(parsed, status ? 77 : value, "%s: %ju", text, (uintmax_t)parsed);
}

Test(number, parses_up_to_64_bits)
{
    expect_number("0", NBANG_OK, 0);
    expect_number("007", NBANG_OK, 7);
    expect_number("18446744073709551615", NBANG_OK, UINT64_MAX);
    expect_number("00000000000000000000000018446744073709551615", NBANG_OK, UINT64_MAX);
    expect_number("18446744073709551616", NBANG_OUT_OF_RANGE, 0);
    expect_number("18446744073709551620", NBANG_OUT_OF_RANGE, 0);
    expect_number("99999999999999999999", NBANG_OUT_OF_RANGE, 0);
    expect_number("184467440737095516150", NBANG_OUT_OF_RANGE, 0);
}

Test(number, refuses_all_but_digits)
{
    static const char *const texts[] = {"",    "-1",  "+1",       " 1",
                                        "1 ",  "1.0", "1x",       "x",
                                        "0x1", "1_0", "\xD9\xA1", "99999999999999999999x",
                                        ":",   "/"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        expect_number(texts[i], NBANG_INVALID, 0);
    }
}

Test(number, parses_exactly_len_bytes)
{
    uint64_t value;
    cr_assert_eq(nb_number_parse(&value, "12x", 2), NBANG_OK);
    cr_expect_eq(value, 12);
    cr_expect_eq(nb_number_parse(&value, "1\0002", 3), NBANG_INVALID);
}

Test(number, sizes_have_binary_units)
{
    expect_size("0", NBANG_OK, 0);
    expect_size("1023", NBANG_OK, 1023);
    expect_size("1K", NBANG_OK, 1024);
    expect_size("512M", NBANG_OK, UINT64_C(512) << 20);
    expect_size("512m", NBANG_OK, UINT64_C(512) << 20);
    expect_size("512MiB", NBANG_OK, UINT64_C(512) << 20);
    expect_size("2G", NBANG_OK, UINT64_C(2) << 30);
    expect_size("3gib", NBANG_OK, UINT64_C(3) << 30);
    expect_size("1T", NBANG_OK, UINT64_C(1) << 40);
    expect_size("16777215T", NBANG_OK, UINT64_C(16777215) << 40);
    expect_size("16777216T", NBANG_OUT_OF_RANGE, 0);
    expect_size("18446744073709551616", NBANG_OUT_OF_RANGE, 0);
}

Test(number, refuses_malformed_sizes)
{
    static const char *const texts[] = {"",    "K",   "1.5G", "1MB",   "1 G", "-1G",
                                        "1GG", "1Gi", "1P",   "1GiB ", "G1",  "1iB"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        expect_size(texts[i], NBANG_INVALID, 0);
    }
}

Test(number, durations_have_units_and_fractions)
{
    expect_duration("0", NBANG_OK, 0);
    expect_duration("7", NBANG_OK, UINT64_C(7000000000));
    expect_duration("500ms", NBANG_OK, UINT64_C(500000000));
    expect_duration("30s", NBANG_OK, UINT64_C(30000000000));
    expect_duration("1.5s", NBANG_OK, UINT64_C(1500000000));
    expect_duration("0.001", NBANG_OK, UINT64_C(1000000));
    expect_duration("1.123456789s", NBANG_OK, UINT64_C(1123456789));
    expect_duration("1.1234567899999s", NBANG_OK, UINT64_C(1123456789));
    expect_duration("5m", NBANG_OK, UINT64_C(300000000000));
    expect_duration("2.5h", NBANG_OK, UINT64_C(9000000000000));
    expect_duration("18446744073s", NBANG_OK, UINT64_C(18446744073000000000));
    expect_duration("18446744074s", NBANG_OUT_OF_RANGE, 0);
    expect_duration("18446744073.9s", NBANG_OUT_OF_RANGE, 0);
    expect_duration("99999999999999999999ms", NBANG_OUT_OF_RANGE, 0);
}

Test(number, refuses_malformed_durations)
{
    static const char *const texts[] = {"",   "s",   ".5s", "1.s",   "1.",  "-1s", "1 s", "1e3s",
                                        "1d", "1us", "1S",  "1.2.3", "nan", "inf", "1sm", "0x1s"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        expect_duration(texts[i], NBANG_INVALID, 0);
    }
}

Test(number, groups_digits_by_three)
{
    char out[NB_NUMBER_TEXT_SIZE];
    cr_expect_str_eq(nb_number_group(out, 0), "0");
    cr_expect_str_eq(nb_number_group(out, 999), "999");
    cr_expect_str_eq(nb_number_group(out, 1000), "1,000");
    cr_expect_str_eq(nb_number_group(out, 1234567), "1,234,567");
    cr_expect_str_eq(nb_number_group(out, UINT64_MAX), "18,446,744,073,709,551,615");
}

Test(number, writes_sizes_with_three_digits)
{
    char out[NB_NUMBER_TEXT_SIZE];
    cr_expect_str_eq(nb_number_size(out, 0), "0 B");
    cr_expect_str_eq(nb_number_size(out, 1023), "1023 B");
    cr_expect_str_eq(nb_number_size(out, 1024), "1.00 KiB");
    cr_expect_str_eq(nb_number_size(out, UINT64_C(3) << 29), "1.50 GiB");
    cr_expect_str_eq(nb_number_size(out, 10239), "10.0 KiB");
    cr_expect_str_eq(nb_number_size(out, 102399), "100 KiB");
    cr_expect_str_eq(nb_number_size(out, 1048575), "1.00 MiB");
    cr_expect_str_eq(nb_number_size(out, 1047000), "1022 KiB");
    cr_expect_str_eq(nb_number_size(out, UINT64_MAX), "16.0 EiB");
}

Test(number, writes_durations_in_fitting_units)
{
    char out[NB_NUMBER_TEXT_SIZE];
    cr_expect_str_eq(nb_number_duration(out, 0), "0 ns");
    cr_expect_str_eq(nb_number_duration(out, 999), "999 ns");
    cr_expect_str_eq(nb_number_duration(out, 1000), "1.00 us");
    cr_expect_str_eq(nb_number_duration(out, 999499), "999 us");
    cr_expect_str_eq(nb_number_duration(out, 999500), "1.00 ms");
    cr_expect_str_eq(nb_number_duration(out, 12345678), "12.3 ms");
    cr_expect_str_eq(nb_number_duration(out, 999499999), "999 ms");
    cr_expect_str_eq(nb_number_duration(out, 999500000), "1.000 s");
    cr_expect_str_eq(nb_number_duration(out, 1234000000), "1.234 s");
    cr_expect_str_eq(nb_number_duration(out, UINT64_C(9999500000)), "10.00 s");
    cr_expect_str_eq(nb_number_duration(out, UINT64_C(59994000000)), "59.99 s");
    cr_expect_str_eq(nb_number_duration(out, UINT64_C(59996000000)), "1 min 00 s");
    cr_expect_str_eq(nb_number_duration(out, UINT64_C(123000000000)), "2 min 03 s");
    cr_expect_str_eq(nb_number_duration(out, UINT64_C(3599400000000)), "59 min 59 s");
    cr_expect_str_eq(nb_number_duration(out, UINT64_C(3599600000000)), "1 h 00 min");
    cr_expect_str_eq(nb_number_duration(out, UINT64_C(3720000000000)), "1 h 02 min");
    cr_expect_str_eq(nb_number_duration(out, UINT64_MAX), "213504 d 00 h");
}

Test(number, durations_that_are_not_whole_are_rounded)
{
    char text[NB_NUMBER_TEXT_SIZE];
    cr_expect_str_eq(nb_number_duration_near(text, 949.6), "950 ns");
    cr_expect_str_eq(nb_number_duration_near(text, 0), "0 ns");
}
