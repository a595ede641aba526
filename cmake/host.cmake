# SPDX-License-Identifier: Apache-2.0
# On the host only the pure logic is built, under sanitizers; coverage is
# counted without them, or it takes all day.
option(ARM_VCPU_COVERAGE "Instrument src for gcovr" OFF)
add_compile_options(-fno-omit-frame-pointer)
if(ARM_VCPU_COVERAGE)
  # Tests with threads count, too.
  add_compile_options(--coverage -fprofile-update=atomic)
  add_link_options(--coverage)
else()
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
endif()
