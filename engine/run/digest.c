#include "run/digest.h"

#include <openssl/evp.h>
#include <stddef.h>

nb_status nb_digest_text(unsigned char sha256[NB_SHA256_BYTES], const nb_decimal_text *text)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool good = context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL);
    uint64_t length = nb_decimal_text_length(text);
    for (uint64_t offset = 0; good && offset < length;) {
        char piece[16 * 1024];
        size_t len = length - offset < sizeof(piece) ? (size_t)(length - offset) : sizeof(piece);
        nb_decimal_text_read(text, offset, piece, len);
        good = EVP_DigestUpdate(context, piece, len);
        offset += len;
    }
    good = good && EVP_DigestFinal_ex(context, sha256, NULL);
    EVP_MD_CTX_free(context);
    return good ? NBANG_OK : NBANG_NO_MEMORY;
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
