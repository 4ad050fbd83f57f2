#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/fault.h"

Test(fault, none_happens_unless_asked_for)
{
    unsetenv("NBANG_FAULT");
    cr_expect_not(nb_fault("crash", 5000));
    setenv("NBANG_FAULT", "", 1);
    cr_expect_not(nb_fault("crash", 5000));
}

Test(fault, happens_for_what_is_listed_and_nothing_else)
{
    setenv("NBANG_FAULT", "crash:5000,flip:20,fork:2,crash:7,last:18446744073709551615", 1);
    cr_expect(nb_fault("crash", 5000));
    cr_expect(nb_fault("crash", 7));
    cr_expect(nb_fault("flip", 20));
    cr_expect(nb_fault("fork", 2));
    cr_expect(nb_fault("last", UINT64_MAX));
    cr_expect_not(nb_fault("crash", 500));
    cr_expect_not(nb_fault("crash", 50000));
    cr_expect_not(nb_fault("crash", 20));
    cr_expect_not(nb_fault("fork", 5000));
    cr_expect_not(nb_fault("cras", 5000));
    cr_expect_not(nb_fault("rash", 5000));
    cr_expect_not(nb_fault("ork", 2));
    cr_expect_not(nb_fault("forks", 2));
}

Test(fault, survives_a_list_that_makes_no_sense)
{
    const char *lists[] = {",", ",,", "crash", "crash,", ":", ":5", "crash5:", ",crash:6"};
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        setenv("NBANG_FAULT", lists[i], 1);
        cr_expect_not(nb_fault("crash", 5), "%s", lists[i]);
    }
}
