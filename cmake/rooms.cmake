# SPDX-License-Identifier: Apache-2.0
# The arrows between the rooms are include paths: a directory of links shows
# each room only the headers it may know, as "arch/…", "core/…", "cpu/…".
#
#   room_headers(<room> <visible room>…)   defines ROOM_<room>
function(room_headers room)
  set(view ${CMAKE_BINARY_DIR}/rooms/${room})
  file(MAKE_DIRECTORY ${view})
  foreach(seen IN LISTS ARGN)
    file(CREATE_LINK ${PROJECT_SOURCE_DIR}/src/${seen} ${view}/${seen} SYMBOLIC)
  endforeach()
  set(ROOM_${room} ${view} PARENT_SCOPE)
endfunction()

room_headers(core arch core)
room_headers(cpu arch core cpu)
