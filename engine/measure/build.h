/* How this program was built: what the benchmark's records say of the software. */
#ifndef NB_MEASURE_BUILD_H
#define NB_MEASURE_BUILD_H

/* The commit that the sources were at, 40 hexadecimal digits, or "" if they were in no repository.
 * Static storage; like nb_build_is_dirty made by scripts/commit.cmake at each build. */
extern const char nb_build_commit[];

/* Whether files under version control differed from that commit: 1 or 0; -1 if unknown. */
extern const int nb_build_is_dirty;

/* As "gcc 12.2.0" or "clang 14.0.6", "-O3 -DNDEBUG -fsanitize=address", "Release". Static storage.
 */
const char *nb_build_compiler(void);
const char *nb_build_flags(void);
const char *nb_build_type(void);

#endif
