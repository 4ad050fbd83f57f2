# cmake -DSOURCE=DIR -DOUTPUT=FILE.c -P scripts/commit.cmake: writes a source file that says which
# commit DIR is at (see engine/measure/build.h). Runs at each build and leaves the file alone if it
# says so already. Without git, or outside of a repository of its own, the commit is empty.
set(commit "")
set(dirty -1)
find_program(GIT git)
if(GIT)
  # Not a repository that merely contains DIR, as when an archive is unpacked somewhere in one.
  execute_process(COMMAND ${GIT} rev-parse --show-cdup HEAD WORKING_DIRECTORY ${SOURCE}
    OUTPUT_VARIABLE answer ERROR_QUIET RESULT_VARIABLE failed)
  if(NOT failed AND answer MATCHES "^\n([0-9a-f]+)\n$")
    set(commit ${CMAKE_MATCH_1})
    execute_process(COMMAND ${GIT} --no-optional-locks status --porcelain --untracked-files=no
      WORKING_DIRECTORY ${SOURCE} OUTPUT_VARIABLE changes ERROR_QUIET RESULT_VARIABLE failed)
    if(NOT failed)
      set(dirty 0)
      if(NOT changes STREQUAL "")
        set(dirty 1)
      endif()
    endif()
  endif()
endif()

set(text "#include \"measure/build.h\"\n\nconst char nb_build_commit[] = \"${commit}\";\nconst int nb_build_is_dirty = ${dirty};\n")
set(old "")
if(EXISTS ${OUTPUT})
  file(READ ${OUTPUT} old)
endif()
if(NOT text STREQUAL old)
  file(WRITE ${OUTPUT} "${text}")
endif()
