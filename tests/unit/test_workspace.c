/* Memory that is kept. */
#include "decimal/workspace.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static nb_workspace workspace;

static void release(void)
{
    nb_workspace_release(&workspace);
}

TestSuite(workspace, .fini = release);

Test(workspace, has_the_size_that_is_asked_for_and_is_aligned)
{
    for (size_t size = 1; size < (size_t)64 << 20; size += 1 + size / 3) {
        cr_assert_eq(nb_workspace_reserve(&workspace, size), NBANG_OK);
        cr_assert_geq(workspace.size, size);
        cr_assert_eq((uintptr_t)workspace.memory % 64, 0);
        memset(workspace.memory, 1, size < 4096 ? size : 4096);
        ((char *)workspace.memory)[size - 1] = 1;
    }
}

Test(workspace, stays_where_it_is_while_it_is_large_enough)
{
    cr_assert_eq(nb_workspace_reserve(&workspace, 100000), NBANG_OK);
    const nb_workspace before = workspace;
    memset(workspace.memory, 'x', 100000);
    for (size_t size = 0; size <= 100000; size += 1000) {
        cr_assert_eq(nb_workspace_reserve(&workspace, size), NBANG_OK);
        cr_assert_eq(workspace.memory, before.memory);
        cr_assert_eq(workspace.size, before.size);
    }
    for (size_t i = 0; i < 100000; i++) {
        cr_assert_eq(((char *)workspace.memory)[i], 'x');
    }
}

Test(workspace, of_nothing_is_nothing)
{
    cr_expect_eq(nb_workspace_reserve(&workspace, 0), NBANG_OK);
    cr_expect_null(workspace.memory);
}

Test(workspace, may_be_released_twice_and_used_again)
{
    cr_assert_eq(nb_workspace_reserve(&workspace, 1000), NBANG_OK);
    nb_workspace_release(&workspace);
    cr_expect_null(workspace.memory);
    cr_expect_eq(workspace.size, 0);
    nb_workspace_release(&workspace);
    cr_assert_eq(nb_workspace_reserve(&workspace, 10), NBANG_OK);
    cr_expect_geq(workspace.size, 10);
}

/* Sizes that no machine has, up to those that cannot even be rounded up. */
Test(workspace, lack_of_memory_leaves_it_empty)
{
    static const size_t sizes[] = {(size_t)1 << 60, SIZE_MAX / 2, SIZE_MAX - ((size_t)2 << 20),
                                   SIZE_MAX - 100, SIZE_MAX};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        cr_assert_eq(nb_workspace_reserve(&workspace, 1000), NBANG_OK);
        cr_expect_eq(nb_workspace_reserve(&workspace, sizes[i]), NBANG_NO_MEMORY, "%zu", sizes[i]);
        cr_expect_null(workspace.memory);
        cr_expect_eq(workspace.size, 0);
    }
}

Test(workspace, every_page_can_be_dropped_by_parts, .fini = release)
{

    const size_t size = 1000003;
    for (unsigned num_parts = 1; num_parts <= 7; num_parts++) {
        cr_assert_eq(nb_workspace_reserve(&workspace, size), NBANG_OK);
        memset(workspace.memory, 1, size);
        for (unsigned part = 0; part < num_parts; part++) {
            nb_workspace_drop(&workspace, part, num_parts);
        }
        size_t num_left = 0;
        for (size_t i = 0; i < size; i++) {
            num_left += ((const char *)workspace.memory)[i] != 0;
        }
        cr_expect_lt(num_left, 2 * (size_t)sysconf(_SC_PAGESIZE), "only pages that are shared");
        nb_workspace_release(&workspace);
    }
}
