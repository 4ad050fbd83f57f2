#include "run/digest.h"

#include <openssl/evp.h>
#include <stddef.h>

/* Feeds the whole content to the digest. */
static nb_status update(EVP_MD_CTX *context, nb_content *content)
{
    while (content->offset < content->len) {
        unsigned char piece[16 * 1024];
        size_t len;
        nb_status status = nb_content_read(content, piece, sizeof(piece), &len);
        if (status != NBANG_OK) {
            return status;
        }
        if (!EVP_DigestUpdate(context, piece, len)) {
            return NBANG_NO_MEMORY;
        }
    }
    return NBANG_OK;
}

nb_status nb_digest_content(unsigned char sha256[NB_SHA256_BYTES], nb_content *content)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    nb_status status = NBANG_NO_MEMORY;
    if (context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL)) {
        status = update(context, content);
    }
    if (status == NBANG_OK && !EVP_DigestFinal_ex(context, sha256, NULL)) {
        status = NBANG_NO_MEMORY;
    }
    EVP_MD_CTX_free(context);
    return status;
}

void nb_digest_hex(char hex[2 * NB_SHA256_BYTES + 1], const unsigned char sha256[NB_SHA256_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < NB_SHA256_BYTES; i++) {
        hex[2 * i] = digits[sha256[i] >> 4];
        hex[2 * i + 1] = digits[sha256[i] & 15];
    }
    hex[2 * NB_SHA256_BYTES] = '\0';
}
