/* The trace of a run (--trace): who did what when, as Perfetto and chrome://tracing show it. */
#ifndef NB_CLI_TRACE_FILE_H
#define NB_CLI_TRACE_FILE_H

#include "base/status.h"
#include "cli/target.h"
#include "nbang/batch.h"

/* The spans of a run, gathered. */
typedef struct nb_trace_file nb_trace_file;

/* Without spans. NBANG_NO_MEMORY. */
NB_MUST_CHECK nb_status nb_trace_file_create(nb_trace_file **file);
/* NULL is allowed. */
void nb_trace_file_destroy(nb_trace_file *file);

/* Adds a span: fits nbang_hooks.span with an nb_trace_file as ctx. Of each thread some thousand
 * spans are kept; the short ones of more are folded (base/trace.h). That there is no memory is for
 * nb_trace_file_write to say. */
void nb_trace_file_add(void *file, const nbang_span *span);

/* Writes them to an open target, in the JSON of the Trace Event Format (Google, 2016): complete
 * events ("ph":"X") with times in microseconds, an event a line, the names of processes and threads
 * as metadata events. Process 1 is the master, and w + 2 is worker w; thread s + 1 is on slot s.
 * The member otherData has the version, wall_ns and workers of the summary, and the number of slots
 * of the machine. As for the summary, open the target before the batch and finish it afterwards. To
 * be called once. NBANG_NO_MEMORY or what nb_target_write returned. */
NB_MUST_CHECK nb_status nb_trace_file_write(nb_trace_file *file, nb_target *target,
                                            const nbang_machine *machine,
                                            const nbang_summary *summary);

#endif
