# SPDX-License-Identifier: Apache-2.0
# On the host only the pure logic is built, under sanitizers: that is what the
# tests are for. Without them tests/machine/simulate is ten times as fast, and
# coverage does not take all day.
option(ARM_VCPU_SANITIZE "Build the host's programs under ASan and UBSan" ON)
# Another build, of tests/threads alone: the two sanitizers do not mix.
option(ARM_VCPU_THREADS "Build tests/threads, under TSan" OFF)
option(ARM_VCPU_COVERAGE "Instrument src for gcovr" OFF)
add_compile_options(-fno-omit-frame-pointer)
# hv's locks look at their order: hypervisor/base/lock.h.
add_compile_definitions(HV_LOCK_RANKS)
if(ARM_VCPU_COVERAGE)
  # Tests with threads count, too.
  add_compile_options(--coverage -fprofile-update=atomic)
  add_link_options(--coverage)
elseif(ARM_VCPU_THREADS)
  # It does not know fences. What they order is atomic itself.
  add_compile_options(-fsanitize=thread $<$<C_COMPILER_ID:GNU>:-Wno-tsan>)
  add_link_options(-fsanitize=thread)
elseif(ARM_VCPU_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
endif()
