/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a call into the library answers. A negative status always means that
 * the *caller* made a mistake (or the host ran out of something) and that the
 * object was left unchanged. Whatever a *guest* does is never a status: it is
 * an exit (exit.h) or an exception injected into the guest.
 */
#ifndef ARM_VCPU_STATUS_H
#define ARM_VCPU_STATUS_H

#include <arm_vcpu/language.h>

ARM_VCPU_BEGIN

/* One row a status: name, value, text for arm_vcpu_strerror(). */
#define ARM_VCPU_STATUS_LIST(X)                                            \
	X(ARM_VCPU_OK, 0, "success")                                       \
	X(ARM_VCPU_ERR_NULL, -1, "a required pointer is null")             \
	X(ARM_VCPU_ERR_INVALID, -2, "an argument has no meaning here")     \
	X(ARM_VCPU_ERR_RANGE, -3, "out of range")                          \
	X(ARM_VCPU_ERR_UNALIGNED, -4, "not aligned")                       \
	X(ARM_VCPU_ERR_NOT_SETUP, -5, "the vCPU has not been set up")      \
	X(ARM_VCPU_ERR_NO_ROOT, -6, "the vCPU has no stage-2 root")        \
	X(ARM_VCPU_ERR_BOUND, -7, "the vCPU is already bound to a CPU")    \
	X(ARM_VCPU_ERR_NOT_BOUND, -8, "the vCPU is not bound to this CPU") \
	X(ARM_VCPU_ERR_ENABLED, -9, "already enabled on this CPU")         \
	X(ARM_VCPU_ERR_NOT_ENABLED, -10, "not enabled on this CPU")        \
	X(ARM_VCPU_ERR_UNSUPPORTED, -11, "this CPU cannot do that")        \
	X(ARM_VCPU_ERR_NO_MEMORY, -12, "the host has no page left")        \
	X(ARM_VCPU_ERR_EXISTS, -13, "it exists already")                   \
	X(ARM_VCPU_ERR_NOT_FOUND, -14, "there is no such thing")           \
	X(ARM_VCPU_ERR_NO_COMPLETION, -15, "no exit to complete")          \
	X(ARM_VCPU_ERR_FULL, -16, "the caller's table is full")            \
	X(ARM_VCPU_ERR_UNLIKE, -17, "the vCPU began on another kind of CPU")

/* The numbers; the texts are arm_vcpu_strerror()'s. */
enum arm_vcpu_status {
#define ARM_VCPU_STATUS_ENUM(name, value, text) name = (value),
	ARM_VCPU_STATUS_LIST(ARM_VCPU_STATUS_ENUM)
#undef ARM_VCPU_STATUS_ENUM
};

/* The text of a status; "unknown status" for a number that is none. Never
 * null, static storage; callable from anywhere. */
const char *arm_vcpu_strerror(int status);

ARM_VCPU_END

#endif
