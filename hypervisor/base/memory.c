/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mem* functions. Images and guest memory are megabytes, so the bulk goes
 * by 64 bytes a turn, and zeroes by DC ZVA. Only after the MMU is on: they
 * use unaligned accesses.
 */
#include <stdint.h>
#include <string.h>

/* Eight bytes anywhere, of any type. */
typedef uint64_t __attribute__((may_alias, aligned(1))) word;

#define WORD  sizeof(word)
#define BLOCK (8 * WORD)

#define DCZID_DZP UINT64_C(0x10) /* DC ZVA is prohibited */
#define DCZID_BS  UINT64_C(0xf)

void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
	unsigned char *d = to;
	const unsigned char *s = from;

	for (; size >= BLOCK; size -= BLOCK, d += BLOCK, s += BLOCK) {
		const word *sw = (const void *)s;
		word *dw = (void *)d;
		word a = sw[0], b = sw[1], c = sw[2], e = sw[3];
		word f = sw[4], g = sw[5], h = sw[6], i = sw[7];

		dw[0] = a;
		dw[1] = b;
		dw[2] = c;
		dw[3] = e;
		dw[4] = f;
		dw[5] = g;
		dw[6] = h;
		dw[7] = i;
	}
	for (; size >= WORD; size -= WORD, d += WORD, s += WORD)
		*(word *)(void *)d = *(const word *)(const void *)s;
	while (size--)
		*d++ = *s++;
	return to;
}

void *memmove(void *to, const void *from, size_t size)
{
	unsigned char *d = to;
	const unsigned char *s = from;

	/* Upwards is right unless the target begins inside the source; the
	 * block copy above reads each block before it writes it. */
	if ((uintptr_t)d - (uintptr_t)s >= size)
		return memcpy(to, from, size);
	for (; size >= WORD; size -= WORD) {
		word w = *(const word *)(const void *)(s + size - WORD);

		*(word *)(void *)(d + size - WORD) = w;
	}
	while (size--)
		d[size] = s[size];
	return to;
}

/* Zero whole DC ZVA blocks from an aligned address; answers the bytes done. */
static size_t zero_blocks(unsigned char *d, size_t size)
{
	uint64_t dczid;
	size_t block, done;

	__asm__("mrs %0, dczid_el0" : "=r"(dczid));
	if (dczid & DCZID_DZP)
		return 0;
	block = WORD / 2 << (dczid & DCZID_BS);
	if ((uintptr_t)d % block)
		return 0;
	for (done = 0; size - done >= block; done += block)
		__asm__ volatile("dc zva, %0" : : "r"(d + done) : "memory");
	return done;
}

void *memset(void *to, int byte, size_t size)
{
	word pattern = (unsigned char)byte * UINT64_C(0x0101010101010101);
	unsigned char *d = to;

	for (; size && (uintptr_t)d % 64; size--)
		*d++ = (unsigned char)byte;
	if (!pattern && size >= 256) {
		size_t done = zero_blocks(d, size);

		d += done;
		size -= done;
	}
	for (; size >= BLOCK; size -= BLOCK, d += BLOCK) {
		word *dw = (void *)d;

		dw[0] = pattern;
		dw[1] = pattern;
		dw[2] = pattern;
		dw[3] = pattern;
		dw[4] = pattern;
		dw[5] = pattern;
		dw[6] = pattern;
		dw[7] = pattern;
	}
	while (size--)
		*d++ = (unsigned char)byte;
	return to;
}

int memcmp(const void *a, const void *b, size_t size)
{
	const unsigned char *x = a, *y = b;

	for (; size; size--, x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}

void *memchr(const void *in, int byte, size_t size)
{
	const unsigned char *s = in;

	for (; size; size--, s++)
		if (*s == (unsigned char)byte)
			return (void *)(uintptr_t)s;
	return 0;
}
