# SPDX-License-Identifier: Apache-2.0
# ARM_VCPU_VERSION: what include/arm_vcpu/version.h says, the only place that
# holds it. For CMake's project(), the packages and the documents.
set(header ${CMAKE_CURRENT_LIST_DIR}/../include/arm_vcpu/version.h)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${header})
file(READ ${header} text)
set(ARM_VCPU_VERSION "")
foreach(part MAJOR MINOR PATCH)
  if(NOT text MATCHES "#define ARM_VCPU_VERSION_${part} ([0-9]+)\n")
    message(FATAL_ERROR "${header} has no ARM_VCPU_VERSION_${part}")
  endif()
  list(APPEND ARM_VCPU_VERSION ${CMAKE_MATCH_1})
endforeach()
list(JOIN ARM_VCPU_VERSION . ARM_VCPU_VERSION)
unset(header)
unset(text)
