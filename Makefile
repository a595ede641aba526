# SPDX-License-Identifier: Apache-2.0
# The short way to everything; `make help` lists it. CMake does the building,
# tools/ does the checking.

MAKEFLAGS += --no-print-directory
PRESET := aarch64-gcc-release
CHECK_PRESETS := host-gcc-release host-clang-release host-gcc-threads \
	aarch64-gcc-release aarch64-clang-release

# Building installs nothing: it says what is missing. $(1): what is needed,
# `build` or, empty, all. In a recipe, since a target may install it before.
need = $(call say_missing,$(strip $(shell tools/setup --missing $(1))))
say_missing = $(if $(1),$(error missing: $(1); run `make setup` first))

all: build/initrd.cpio $(PRESET)

help:
	@echo 'make              build hv and its default initial ramdisk'
	@echo 'make run          the same, then ./hv run (ARGS="--cpu max" ...);'
	@echo '                  first installs what is missing'
	@echo 'make test         everything that must be green (.ci/run calls it);'
	@echo '                  first installs what is missing'
	@echo 'make quick        build, unit tests and static checks only'
	@echo 'make coverage     line and branch coverage of src'
	@echo 'make bench-boot   instructions to boot Linux, under hv and bare'
	@echo 'make conformance  the same answers under hv as from the bare machine'
	@echo 'make soak         long runs: boots, hotplug, an hour of stress (ARGS)'
	@echo 'make model        verify the protocols between CPUs: Spin, and litmus'
	@echo 'make mutants      show that the tests notice faults put into src/'
	@echo 'make simulate     random guests on the simulated machine (SECONDS=60,'
	@echo '                  SEED=1, STEPS=100000 for each seed)'
	@echo 'make docs         the API reference: build/docs/html/index.html'
	@echo 'make format       clang-format every C source'
	@echo 'make setup        only install what is missing'
	@echo 'make setup-qemu   unpack a newer QEMU in build/qemu, for ./hv run --qemu'
	@echo 'make clean        remove what was built, keep what was downloaded'

setup:
	@tools/setup

setup-qemu:
	@tools/setup-qemu

# A configured tree is enough: Ninja runs CMake again when it has to.
%-release %-debug:
	@$(call need,$(if $(filter $(PRESET),$@),build))
	@test -e build/$@/build.ninja || cmake --preset $@
	@cmake --build build/$@

build/initrd.cpio:
	@$(call need,build)
	@tools/initrd $@

run: setup
	@$(MAKE) all
	@./hv run $(ARGS)

test: setup
	@$(MAKE) build/initrd.cpio
	@tools/test $(CHECK_PRESETS)

quick: build/initrd.cpio
	@$(call need)
	@tools/test --quick $(CHECK_PRESETS)

coverage:
	@$(call need)
	@tools/coverage

bench-boot: all
	@$(call need)
	@tools/bench-boot

conformance: all
	@$(call need)
	@tools/conformance $(ARGS)

soak: all
	@$(call need)
	@tools/soak $(ARGS)

model:
	@$(call need)
	@tools/model

mutants:
	@$(call need)
	@tools/mutants $(ARGS)

SECONDS := 60
SEED := 1
STEPS := 100000
simulate:
	@$(call need)
	@test -e build/host-gcc-fast/build.ninja || cmake --preset host-gcc-fast
	@cmake --build build/host-gcc-fast --target simulate
	@build/host-gcc-fast/tests/machine/simulate --seed $(SEED) \
		--steps $(STEPS) --seconds $(SECONDS)

docs:
	@$(call need)
	@tools/docs

format:
	@$(call need)
	@git ls-files -co --exclude-standard '*.c' '*.h' | xargs clang-format -i

clean:
	rm -rf build/*-release build/*-debug build/*-fast build/*-threads build/coverage build/docs \
		build/mutants build/initrd.cpio

.PHONY: all help setup setup-qemu run test quick coverage bench-boot \
	conformance soak model mutants simulate docs format clean build/initrd.cpio
