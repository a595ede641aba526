# SPDX-License-Identifier: Apache-2.0
option(ARM_VCPU_LSE "Every CPU has FEAT_LSE, Armv8.1's atomics: use them" OFF)

# Everything for AArch64 is freestanding: the library, hv, guests, examples.
add_compile_options(
  -ffreestanding -fno-common -fno-strict-aliasing -fno-asynchronous-unwind-tables -fno-unwind-tables
  -ffunction-sections -fdata-sections -fomit-frame-pointer
  -mgeneral-regs-only -mno-outline-atomics -march=armv8-a$<$<BOOL:${ARM_VCPU_LSE}>:+lse>
)

# Cortex-A53, whatever the compiler was configured for. 835769: a 64-bit
# multiply-accumulate right behind a load or a store may take a wrong sum; the
# compiler puts something between. 843419: behind an ADRP in the last words of a
# page a load or a store may use a wrong address; only who links knows where
# that is, and so it is for whoever links the library, too (docs/PORTING.md).
add_compile_options(-mfix-cortex-a53-835769)
add_link_options(-Wl,--fix-cortex-a53-843419)
