/* SPDX-License-Identifier: Apache-2.0 */
/* The four functions a freestanding compiler may call. */
#include <stddef.h>
#include <stdint.h>

void *memcpy(void *to, const void *from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *to, int value, size_t n);
int memcmp(const void *a, const void *b, size_t n);

/* Keeps the compiler from turning a loop into a call of itself. */
#define NOT_A_LIBRARY_CALL() __asm__ volatile("")

void *memcpy(void *to, const void *from, size_t n)
{
	return memmove(to, from, n);
}

void *memmove(void *to, const void *from, size_t n)
{
	uint8_t *t = to;
	const uint8_t *f = from;

	if ((uintptr_t)t - (uintptr_t)f < n) {
		while (n--) {
			t[n] = f[n];
			NOT_A_LIBRARY_CALL();
		}
		return to;
	}
	for (size_t i = 0; i < n; i++) {
		t[i] = f[i];
		NOT_A_LIBRARY_CALL();
	}
	return to;
}

void *memset(void *to, int value, size_t n)
{
	uint8_t *t = to;

	for (size_t i = 0; i < n; i++) {
		t[i] = (uint8_t)value;
		NOT_A_LIBRARY_CALL();
	}
	return to;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const uint8_t *x = a, *y = b;

	for (size_t i = 0; i < n; i++) {
		if (x[i] != y[i])
			return x[i] < y[i] ? -1 : 1;
		NOT_A_LIBRARY_CALL();
	}
	return 0;
}
