#include "cli/arguments.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/quote.h"
#include "cli/similar.h"

/* More options than any command has. */
#define MAX_OPTIONS 64

static const struct poptOption *find_option(const struct poptOption *table, int id)
{
    while (table->val != id) {
        table++;
    }
    return table;
}

/* An argument that looks like an option but is none: a negative number, or a slip of the pen. */
static nb_status report_unknown(const nb_grammar *grammar, const char *arg,
                                char error[NB_ARGUMENTS_ERROR_SIZE])
{
    if (arg[1] >= '0' && arg[1] <= '9' && grammar->negative != NULL) {
        return grammar->negative(arg, error);
    }
    char quoted[NB_QUOTE_SIZE];
    size_t len = strcspn(arg, "=");
    nb_quote(quoted, sizeof(quoted), arg, len, len);

    size_t num_dashes = strspn(arg, "-");
    const char *names[MAX_OPTIONS];
    size_t num_names = 0;
    for (const struct poptOption *option = grammar->options;
         option->longName && num_names < MAX_OPTIONS; option++) {
        names[num_names++] = option->longName;
    }
    const char *hint = nb_similar_find(arg + num_dashes, len > num_dashes ? len - num_dashes : 0,
                                       names, num_names);
    if (hint) {
        snprintf(error, NB_ARGUMENTS_ERROR_SIZE, "unknown option %s; did you mean \"--%s\"?",
                 quoted, hint);
    } else {
        snprintf(error, NB_ARGUMENTS_ERROR_SIZE, "unknown option %s", quoted);
    }
    return NBANG_INVALID;
}

/* Says in our own words what popt found wrong. Returns NBANG_INVALID, or NBANG_NO_MEMORY. */
static nb_status report_popt_error(const nb_grammar *grammar, poptContext popt, int code,
                                   char error[NB_ARGUMENTS_ERROR_SIZE])
{
    const char *arg = poptBadOption(popt, POPT_BADOPTION_NOALIAS);
    char quoted[NB_QUOTE_SIZE];
    size_t len = strcspn(arg, "=");
    nb_quote(quoted, sizeof(quoted), arg, len, len);
    switch (code) {
    case POPT_ERROR_BADOPT:
        return report_unknown(grammar, arg, error);
    case POPT_ERROR_NOARG:
        snprintf(error, NB_ARGUMENTS_ERROR_SIZE, "%s needs a value", quoted);
        return NBANG_INVALID;
    case POPT_ERROR_UNWANTEDARG:
        snprintf(error, NB_ARGUMENTS_ERROR_SIZE, "%s takes no value", quoted);
        return NBANG_INVALID;
    default:
        snprintf(error, NB_ARGUMENTS_ERROR_SIZE, "%s: %s", quoted, poptStrerror(code));
        return code == POPT_ERROR_MALLOC ? NBANG_NO_MEMORY : NBANG_INVALID;
    }
}

/* Applies the options one after the other, until one of them ends it. */
static nb_status apply_options(poptContext popt, const nb_grammar *grammar, void *ctx,
                               char error[NB_ARGUMENTS_ERROR_SIZE])
{
    int id;
    while ((id = poptGetNextOpt(popt)) > 0) {
        const struct poptOption *option = find_option(grammar->options, id);
        char *text = poptGetOptArg(popt); /* a copy, now ours; NULL for a flag */
        nb_value value = {option->longName, text, error, NB_ARGUMENTS_ERROR_SIZE};
        nb_status status = grammar->apply(ctx, id, &value);
        free(text);
        if (status == NBANG_END) {
            return NBANG_OK;
        }
        if (status) {
            return status;
        }
    }
    return id == -1 ? NBANG_OK : report_popt_error(grammar, popt, id, error);
}

nb_status nb_arguments_read(nb_arguments *arguments, const nb_grammar *grammar, void *ctx, int argc,
                            char **argv, char error[NB_ARGUMENTS_ERROR_SIZE])
{
    poptContext popt = poptGetContext("nbang", argc, (const char **)argv, grammar->options, 0);
    if (!popt) {
        snprintf(error, NB_ARGUMENTS_ERROR_SIZE, "%s", nbang_status_string(NBANG_NO_MEMORY));
        return NBANG_NO_MEMORY;
    }
    nb_status status = apply_options(popt, grammar, ctx, error);
    if (status) {
        poptFreeContext(popt);
        return status;
    }
    nb_arguments result = {.operands = (const char *const *)poptGetArgs(popt), .popt = popt};
    while (result.operands && result.operands[result.num_operands]) {
        result.num_operands++;
    }
    *arguments = result;
    return NBANG_OK;
}

void nb_arguments_clear(nb_arguments *arguments)
{
    poptFreeContext(arguments->popt);
}
