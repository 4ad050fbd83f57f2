#include "run/content.h"

#include <assert.h>

#include "base/fault.h"
#include "compute/integer.h"

nb_status nb_content_read(nb_content *content, void *out, size_t size, size_t *len)
{
    uint64_t left = content->len - content->offset;
    if (left == 0) {
        *len = 0;
        return NBANG_OK;
    }
    assert(size >= NB_CONTENT_MIN_SIZE || size >= left);
    if (content->offset > 0 && nb_fault("fail-reading", content->len)) {
        return NBANG_UNVERIFIED;
    }
    size = size < left ? size : (size_t)left;
    nb_status status = content->fill(content, out, size, len);
    if (status == NBANG_OK) {
        assert(*len > 0 && *len <= size);
        content->offset += *len;
    }
    return status;
}

/* ---- decimal text ---- */

static nb_status fill_digits(const nb_content *content, unsigned char *out, size_t size,
                             size_t *filled)
{
    *filled = size;
    return nb_decimal_text_read(content->source, content->offset, (char *)out, size);
}

nb_content nb_content_digits(const nb_decimal_text *text)
{
    return (nb_content){
        .len = nb_decimal_text_length(text),
        .source = text,
        .fill = fill_digits,
    };
}

/* ---- binary number ---- */

static nb_status fill_raw(const nb_content *content, unsigned char *out, size_t size,
                          size_t *filled)
{
    nb_integer_raw_read(content->source, content->offset, out, size);
    *filled = size;
    return NBANG_OK;
}

nb_content nb_content_raw(const mpz_t value)
{
    return (nb_content){
        .len = nb_integer_raw_length(value),
        .source = value,
        .fill = fill_raw,
    };
}
