/* With OpenSSL's plain SHA-256. What has replaced it in OpenSSL 3 (EVP) looks algorithms up in
 * providers: as fast in the end, but 1.6 ms later in every worker, and 4 MB larger where the
 * program is linked statically. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "run/digest.h"

#include <openssl/sha.h>
#include <stddef.h>

nb_status nb_digest_content(unsigned char sha256[NB_SHA256_BYTES], nb_content *content)
{
    SHA256_CTX context;
    SHA256_Init(&context);
    while (content->offset < content->len) {
        unsigned char piece[16 * 1024];
        size_t len;
        nb_status status = nb_content_read(content, piece, sizeof(piece), &len);
        if (status != NBANG_OK) {
            return status;
        }
        SHA256_Update(&context, piece, len);
    }
    SHA256_Final(sha256, &context);
    return NBANG_OK;
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
