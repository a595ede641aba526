# SPDX-License-Identifier: Apache-2.0
# The short way to everything; `make help` lists it. CMake does the building,
# tools/ does the checking.

PRESET := aarch64-gcc-release
CHECK_PRESETS := host-gcc-release host-clang-release \
	aarch64-gcc-release aarch64-clang-release

all: build/initrd.cpio $(PRESET)

help:
	@echo 'make              build hv and its default initial ramdisk'
	@echo 'make run          the same, then ./hv run (ARGS="--cpu max" ...)'
	@echo 'make test         everything that must be green (.ci/run calls it)'
	@echo 'make quick        build, unit tests and static checks only'
	@echo 'make coverage     line and branch coverage of src'
	@echo 'make bench-boot   instructions to boot Linux, under hv and bare'
	@echo 'make conformance  the same answers under hv as from the bare machine'
	@echo 'make soak         long runs: boots, hotplug, an hour of stress (ARGS)'
	@echo 'make model        verify how hv parks and wakes vCPUs, with Spin'
	@echo 'make docs         the API reference: build/docs/html/index.html'
	@echo 'make format       clang-format every C source'
	@echo 'make setup        install what is missing (all of these do it)'
	@echo 'make setup-qemu   unpack a newer QEMU in build/qemu, for ./hv run --qemu'
	@echo 'make clean        remove what was built, keep what was downloaded'

setup:
	@tools/setup

setup-qemu:
	@tools/setup-qemu

# A configured tree is enough: Ninja runs CMake again when it has to.
%-release %-debug: setup
	@test -e build/$@/build.ninja || cmake --preset $@
	@cmake --build build/$@

build/initrd.cpio: setup
	@tools/initrd $@

run: all
	@./hv run $(ARGS)

test: build/initrd.cpio
	@tools/test $(CHECK_PRESETS)

quick: build/initrd.cpio
	@tools/test --quick $(CHECK_PRESETS)

coverage: setup
	@tools/coverage

bench-boot: all
	@tools/bench-boot

conformance: all
	@tools/conformance $(ARGS)

soak: all
	@tools/soak $(ARGS)

model: setup
	@tools/model

docs: setup
	@tools/docs

format: setup
	@git ls-files -co --exclude-standard '*.c' '*.h' | xargs clang-format -i

clean:
	rm -rf build/*-release build/*-debug build/coverage build/docs build/initrd.cpio

.PHONY: all help setup setup-qemu run test quick coverage bench-boot \
	conformance soak model docs format clean build/initrd.cpio
