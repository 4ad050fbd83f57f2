#include "measure/build.h"

#define TEXT_OF(value) #value
#define TEXT(value) TEXT_OF(value)

/* CMakeLists.txt defines both for this file. */
#ifndef NBANG_BUILD_FLAGS
#define NBANG_BUILD_FLAGS ""
#endif
#ifndef NBANG_BUILD_TYPE
#define NBANG_BUILD_TYPE ""
#endif

const char *nb_build_compiler(void)
{
#if defined(__clang__)
    return "clang " TEXT(__clang_major__) "." TEXT(__clang_minor__) "." TEXT(__clang_patchlevel__);
#elif defined(__GNUC__)
    return "gcc " TEXT(__GNUC__) "." TEXT(__GNUC_MINOR__) "." TEXT(__GNUC_PATCHLEVEL__);
#else
    return "unknown";
#endif
}

const char *nb_build_flags(void)
{
    return NBANG_BUILD_FLAGS;
}

const char *nb_build_type(void)
{
    return NBANG_BUILD_TYPE;
}
