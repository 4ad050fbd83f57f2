/* A history for each test, in a folder of its own. */
#ifndef TESTS_HISTORY_SUPPORT_H
#define TESTS_HISTORY_SUPPORT_H

#include "measure/history.h"
#include "scratch.h"

/* A folder, and the path of a database in it. */
static scratch folder;
static char path[128];

static void make_folder(void)
{
    folder = scratch_create();
    scratch_path(&folder, path, "history.db");
}

static void remove_folder(void)
{
    scratch_remove(&folder);
}

static nb_history *opened(nb_history_use use)
{
    nb_history *history = NULL;
    char error[NB_HISTORY_ERROR_SIZE] = "";
    cr_assert_eq(nb_history_open(&history, path, use, error), NBANG_OK, "%s", error);
    return history;
}

#endif
