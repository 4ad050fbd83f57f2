#include "decimal/workspace.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"

#define LINE ((size_t)64)

nb_status nb_workspace_reserve(nb_workspace *workspace, size_t size)
{
    if (size <= workspace->size) {
        return NBANG_OK;
    }
    nb_workspace_release(workspace);
    if (size > SIZE_MAX - LINE) {
        return NBANG_NO_MEMORY;
    }
    size = (size + LINE - 1) / LINE * LINE;
    workspace->memory = aligned_alloc(LINE, size);
    if (workspace->memory == NULL) {
        return NBANG_NO_MEMORY;
    }
    workspace->size = size;
    return NBANG_OK;
}

/* What one huge page holds, and what making it may take: small pages for as much take 0.8 to 1.3
 * ms. */
#define HUGE_PAGE ((size_t)2 << 20)
#define HUGE_PAGE_NS (3 * NB_NS_PER_MS / 2)

/* A part has at least so much, or it could not make up for the one huge page that may come late. */
#define MIN_HUGE_PART ((size_t)32 << 20)

static void touch(char *start, const char *end)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    for (volatile char *at = start; at < end; at += page) {
        *at = 0;
    }
}

/* Touches huge pages from `start` on until `end` or until one comes late; returns how far it got.
 */
static char *touch_huge(char *start, char *end)
{
    if (madvise(start, (size_t)(end - start), MADV_HUGEPAGE) != 0) {
        return start;
    }
    for (bool late = false; !late && (size_t)(end - start) >= HUGE_PAGE; start += HUGE_PAGE) {
        const uint64_t before_ns = nb_clock_wall_ns();
        touch(start, start + HUGE_PAGE);
        late = nb_clock_wall_ns() - before_ns > HUGE_PAGE_NS;
    }
    if (start < end) {
        (void)madvise(start, (size_t)(end - start), MADV_NOHUGEPAGE); /* a wish */
    }
    return start;
}

void nb_workspace_touch(void *memory, size_t size, unsigned part, unsigned num_parts)
{
    char *start = (char *)memory + size / HUGE_PAGE * part / num_parts * HUGE_PAGE;
    char *end = part + 1 == num_parts
                    ? (char *)memory + size
                    : (char *)memory + size / HUGE_PAGE * (part + 1) / num_parts * HUGE_PAGE;
    if ((size_t)(end - start) >= MIN_HUGE_PART) {
        const size_t offset = (uintptr_t)start % HUGE_PAGE;
        char *aligned = offset > 0 ? start + (HUGE_PAGE - offset) : start;
        char *aligned_end = aligned + (size_t)(end - aligned) / HUGE_PAGE * HUGE_PAGE;
        touch(start, aligned);
        start = touch_huge(aligned, aligned_end);
    }
    touch(start, end);
}

void nb_workspace_drop(const nb_workspace *workspace, unsigned part, unsigned num_parts)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const size_t before = (page - (uintptr_t)workspace->memory % page) % page;
    if (workspace->size < before) {
        return;
    }
    const size_t num_pages = (workspace->size - before) / page;
    const size_t start = num_pages * part / num_parts, end = num_pages * (part + 1) / num_parts;
    char *first = (char *)workspace->memory + before;
    (void)madvise(first + start * page, (end - start) * page, MADV_DONTNEED); /* a wish */
}

void nb_workspace_release(nb_workspace *workspace)
{
    free(workspace->memory);
    *workspace = (nb_workspace){0};
}
