# SPDX-License-Identifier: Apache-2.0
# The library's rooms, in order: a room uses only rooms to its left. A room's
# include path is a directory of links to itself and to those; "hw" is src/hw
# for AArch64 and its twin, the simulated machine, on a PC.
set(ROOMS arch hw lib mm context gic timer vcpu trap)

# room_headers(<directory of hw>): defines ROOM_<room> for each of them.
function(room_headers hw)
  set(seen)
  foreach(room IN LISTS ROOMS)
    list(APPEND seen ${room})
    set(view ${PROJECT_BINARY_DIR}/rooms/${room})
    file(MAKE_DIRECTORY ${view})
    foreach(other IN LISTS seen)
      set(target ${PROJECT_SOURCE_DIR}/src/${other})
      if(other STREQUAL "hw")
        set(target ${hw})
      endif()
      file(CREATE_LINK ${target} ${view}/${other} SYMBOLIC)
    endforeach()
    set(ROOM_${room} ${view} PARENT_SCOPE)
  endforeach()
endfunction()

if(CMAKE_CROSSCOMPILING)
  room_headers(${PROJECT_SOURCE_DIR}/src/hw)
else()
  room_headers(${PROJECT_SOURCE_DIR}/tests/machine/hw)
endif()
