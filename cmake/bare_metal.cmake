# SPDX-License-Identifier: Apache-2.0
# Everything for AArch64 is freestanding: the library, hv, guests, examples.
add_compile_options(
  -ffreestanding -fno-common -fno-strict-aliasing -fno-asynchronous-unwind-tables -fno-unwind-tables
  -ffunction-sections -fdata-sections -fomit-frame-pointer
  -mgeneral-regs-only -mno-outline-atomics -march=armv8-a
)
