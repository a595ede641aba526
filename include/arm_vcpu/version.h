/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The version of this interface (semver.org). MAJOR changes when a program
 * that used it must be changed, MINOR when something was added, PATCH when
 * something was mended. CMake reads the three numbers from here.
 */
#ifndef ARM_VCPU_VERSION_H
#define ARM_VCPU_VERSION_H

/* Of the interface: see above. */
#define ARM_VCPU_VERSION_MAJOR 1
#define ARM_VCPU_VERSION_MINOR 0
#define ARM_VCPU_VERSION_PATCH 0

/* One number to compare with: 1.2.3 is 0x010203. */
#define ARM_VCPU_VERSION                                              \
	(ARM_VCPU_VERSION_MAJOR << 16 | ARM_VCPU_VERSION_MINOR << 8 | \
	 ARM_VCPU_VERSION_PATCH)

/* "1.2.3"; the TEXT macros only join the numbers. */
#define ARM_VCPU_VERSION_TEXT_(a, b, c) #a "." #b "." #c
#define ARM_VCPU_VERSION_TEXT(a, b, c)  ARM_VCPU_VERSION_TEXT_(a, b, c)
#define ARM_VCPU_VERSION_STRING                                               \
	ARM_VCPU_VERSION_TEXT(ARM_VCPU_VERSION_MAJOR, ARM_VCPU_VERSION_MINOR, \
			      ARM_VCPU_VERSION_PATCH)

#endif
