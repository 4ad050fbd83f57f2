/* Links if a static program can have all libraries: it takes a function of each that pulls in what
 * nbang needs of it. It is never run. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <gmp.h>
#include <hwloc.h>
#include <jansson.h>
#include <math.h>
#include <openssl/sha.h>
#include <popt.h>
#include <primesieve.h>
#include <sqlite3.h>

int main(int argc, char **argv)
{
    mpz_t product;
    mpz_init_set_ui(product, (unsigned long)argc);
    hwloc_topology_t topology;
    int failed = hwloc_topology_init(&topology) < 0 || hwloc_topology_load(topology) < 0;
    primesieve_iterator primes;
    primesieve_init(&primes);
    SHA256_CTX digest;
    failed |= SHA256_Init(&digest) == 0;
    failed |= json_dumps(json_object(), 0) == NULL;
    failed |= poptGetContext(argv[0], argc, (const char **)argv, NULL, 0) == NULL;
    sqlite3 *database;
    failed |= sqlite3_open_v2("", &database, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK;
    return failed + (int)log((double)primesieve_next_prime(&primes));
}
