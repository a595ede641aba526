/* SPDX-License-Identifier: Apache-2.0 */
/* hex: x0 as 16 digits at x1, which moves on. Clobbers x2, x3. */
hex:
	mov	x2, #16
1:	ror	x0, x0, #60
	and	x3, x0, #15
	cmp	x3, #10
	add	x3, x3, #'0'
	b.lo	2f
	add	x3, x3, #'a' - '0' - 10
2:	strb	w3, [x1], #1
	subs	x2, x2, #1
	b.ne	1b
	ret
