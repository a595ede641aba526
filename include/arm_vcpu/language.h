/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What lets the headers be read as C11 and as C++17 or later, with one layout.
 * The library is C: only its own code touches the atomic fields, so C++ needs
 * no more of them than their place. C++'s std::atomic promises no layout.
 */
#ifndef ARM_VCPU_LANGUAGE_H
#define ARM_VCPU_LANGUAGE_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus

/* Around the declarations of each header: the functions are C's. */
#define ARM_VCPU_BEGIN extern "C" {
#define ARM_VCPU_END   }

#define ARM_VCPU_ATOMIC(type)             type
#define ARM_VCPU_ALIGNED(bytes)           alignas(bytes)
#define ARM_VCPU_STATIC_ASSERT(what, why) static_assert(what, why)

#else

#include <stdatomic.h>

#define ARM_VCPU_BEGIN
#define ARM_VCPU_END

#define ARM_VCPU_ATOMIC(type)             _Atomic(type)
#define ARM_VCPU_ALIGNED(bytes)           _Alignas(bytes)
#define ARM_VCPU_STATIC_ASSERT(what, why) _Static_assert(what, why)

#endif

/* Words that CPUs share: atomic in C, plain in C++. */
typedef ARM_VCPU_ATOMIC(bool) arm_vcpu_atomic_bool;
typedef ARM_VCPU_ATOMIC(uint8_t) arm_vcpu_atomic_u8;
typedef ARM_VCPU_ATOMIC(uint16_t) arm_vcpu_atomic_u16;
typedef ARM_VCPU_ATOMIC(uint32_t) arm_vcpu_atomic_u32;
typedef ARM_VCPU_ATOMIC(uint64_t) arm_vcpu_atomic_u64;

/* An atomic type may be wider than the plain one (C11 6.2.5); here none is. */
#define ARM_VCPU_SAME_SIZE(atomic, plain)                       \
	ARM_VCPU_STATIC_ASSERT(sizeof(atomic) == sizeof(plain), \
			       #plain " is as wide when it is atomic")
ARM_VCPU_SAME_SIZE(arm_vcpu_atomic_bool, bool);
ARM_VCPU_SAME_SIZE(arm_vcpu_atomic_u8, uint8_t);
ARM_VCPU_SAME_SIZE(arm_vcpu_atomic_u16, uint16_t);
ARM_VCPU_SAME_SIZE(arm_vcpu_atomic_u32, uint32_t);
ARM_VCPU_SAME_SIZE(arm_vcpu_atomic_u64, uint64_t);
#undef ARM_VCPU_SAME_SIZE

#endif
