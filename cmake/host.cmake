# SPDX-License-Identifier: Apache-2.0
# On the host only the pure logic is built, under sanitizers.
add_compile_options(-fno-omit-frame-pointer -fsanitize=address,undefined
                    -fno-sanitize-recover=all)
add_link_options(-fsanitize=address,undefined)
option(ARM_VCPU_COVERAGE "Instrument src for gcovr" OFF)
if(ARM_VCPU_COVERAGE)
  # Tests with threads count, too.
  add_compile_options(--coverage -fprofile-update=atomic)
  add_link_options(--coverage)
endif()
