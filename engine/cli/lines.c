#include "cli/lines.h"

#include <string.h>

static const char byte_order_mark[] = "\xEF\xBB\xBF";

void nb_lines_init(nb_lines *lines)
{
    lines->text[0] = '\0';
    lines->len = lines->total_len = 0;
    lines->number = lines->num_ended = 0;
    lines->seen_len = lines->job_len = 0;
    lines->in_comment = false;
    lines->at_file_start = true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* The line being read is over. Returns whether there is a job on it. */
static bool end_line(nb_lines *lines)
{
    size_t job_len = lines->job_len;
    lines->num_ended++;
    lines->seen_len = lines->job_len = 0;
    lines->in_comment = false;
    lines->at_file_start = false;
    if (job_len == 0) {
        return false;
    }
    lines->number = lines->num_ended;
    lines->total_len = job_len;
    lines->len = job_len < NB_LINES_TEXT_MAX ? job_len : NB_LINES_TEXT_MAX;
    lines->text[lines->len] = '\0';
    return true;
}

/* A byte that belongs to the job, or a blank that does if another such byte follows. */
static void add_byte(nb_lines *lines, char c)
{
    if (lines->seen_len < NB_LINES_TEXT_MAX) {
        lines->text[lines->seen_len] = c;
    }
    lines->seen_len++;
    if (!is_blank(c)) {
        lines->job_len = lines->seen_len;
    }
    if (lines->at_file_start && lines->seen_len == 3) {
        lines->at_file_start = false;
        if (memcmp(lines->text, byte_order_mark, 3) == 0) {
            lines->seen_len = lines->job_len = 0;
        }
    }
}

/* Whether the byte before, if any on this line, is a blank. */
static bool is_between_words(const nb_lines *lines)
{
    return lines->seen_len == 0 || lines->seen_len > lines->job_len;
}

size_t nb_lines_feed(nb_lines *lines, const char *bytes, size_t len, bool *found)
{
    *found = false;
    for (size_t i = 0; i < len; i++) {
        char c = bytes[i];
        if (c == '\n') {
            *found = end_line(lines);
            if (*found) {
                return i + 1;
            }
        } else if (lines->in_comment) {
            const char *end = memchr(bytes + i, '\n', len - i);
            if (!end) {
                return len;
            }
            i = (size_t)(end - bytes) - 1;
        } else if (c == '#' && is_between_words(lines)) {
            lines->in_comment = true;
        } else if (lines->seen_len > 0 || !is_blank(c)) {
            add_byte(lines, c);
        } else {
            lines->at_file_start = false;
        }
    }
    return len;
}

bool nb_lines_finish(nb_lines *lines)
{
    return end_line(lines);
}
