# SPDX-License-Identifier: Apache-2.0
add_compile_options(
  -Wall -Wextra -Wpedantic -Werror -Wconversion -Wsign-conversion -Wshadow
  -Wstrict-prototypes -Wmissing-prototypes -Wundef -Wvla -Wcast-align
  -Wwrite-strings -Wimplicit-fallthrough -Wswitch-enum
)
add_compile_options($<$<C_COMPILER_ID:Clang>:-Wno-language-extension-token>)
