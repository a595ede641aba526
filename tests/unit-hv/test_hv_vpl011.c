/* SPDX-License-Identifier: Apache-2.0 */
/* The virtual PL011 against DDI 0183G. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "vm/vpl011.h"

#define DR    0x000u
#define RSR   0x004u
#define FR    0x018u
#define LCR_H 0x02cu
#define CR    0x030u
#define IFLS  0x034u
#define IMSC  0x038u
#define RIS   0x03cu
#define MIS   0x040u
#define ICR   0x044u

#define FR_RXFE 0x10u
#define FR_TXFF 0x20u
#define FR_RXFF 0x40u
#define FR_TXFE 0x80u
#define FR_BUSY 0x08u

#define INT_RX 0x010u
#define INT_TX 0x020u
#define INT_RT 0x040u
#define INT_BE 0x200u
#define INT_OE 0x400u

#define FEN 0x10u

struct board {
	struct hv_vpl011 uart;
	uint8_t sent[64];
	unsigned sent_count;
	bool line;
	unsigned edges;
};

static void transmit(void *ctx, uint8_t c)
{
	struct board *board = ctx;

	assert_true(board->sent_count < sizeof(board->sent));
	board->sent[board->sent_count++] = c;
}

static void set_line(void *ctx, bool level)
{
	struct board *board = ctx;

	assert_int_not_equal(board->line, level);
	board->line = level;
	board->edges++;
}

static const struct hv_vpl011_ops ops = {transmit, set_line};

static void start(struct board *board)
{
	*board = (struct board){0};
	hv_vpl011_init(&board->uart, &ops, board);
}

static uint32_t rd(struct board *board, uint32_t offset)
{
	return (uint32_t)hv_vpl011_read(&board->uart, offset, 4);
}

static void wr(struct board *board, uint32_t offset, uint32_t value)
{
	hv_vpl011_write(&board->uart, offset, 4, value);
}

/* A driver's start: FIFOs, receiver, receive interrupts. */
static void start_driver(struct board *board)
{
	start(board);
	wr(board, LCR_H, 0x60u | FEN);
	wr(board, CR, 0x301u);
	wr(board, IMSC, INT_RX | INT_RT);
}

static void receive(struct board *board, const char *text, unsigned count)
{
	hv_vpl011_receive(&board->uart, (const uint8_t *)text, count);
}

/* Table 3-1: reset values; 3.3.15 and 3.3.16: identification. */
static void test_reset_values(void **state)
{
	static const uint32_t id[8] = {0x11, 0x10, 0x14, 0x00,
				       0x0d, 0xf0, 0x05, 0xb1};
	struct board board;

	(void)state;
	start(&board);
	assert_int_equal(rd(&board, FR), FR_TXFE | FR_RXFE);
	assert_int_equal(rd(&board, CR), 0x300);
	assert_int_equal(rd(&board, IFLS), 0x12);
	assert_int_equal(rd(&board, RIS), 0);
	assert_int_equal(rd(&board, IMSC), 0);
	assert_int_equal(rd(&board, LCR_H), 0);
	for (uint32_t i = 0; i < 8; i++)
		assert_int_equal(rd(&board, 0xfe0 + 4 * i), id[i]);
}

/* Every bit that table 3-x does not name reads as zero after writing ones. */
static void test_write_masks(void **state)
{
	static const uint32_t masks[][2] = {
		{0x020, 0xff}, {0x024, 0xffff}, {0x028, 0x3f}, {LCR_H, 0xff},
		{CR, 0xff87},  {IFLS, 0x3f},    {IMSC, 0x7ff}, {0x048, 0x7},
		{0x080, 0},    {0x00c, 0},      {0xfe0, 0x11}, {0x800, 0},
	};
	struct board board;

	(void)state;
	start(&board);
	for (unsigned i = 0; i < sizeof(masks) / sizeof(masks[0]); i++) {
		wr(&board, masks[i][0], UINT32_MAX);
		assert_int_equal(rd(&board, masks[i][0]), masks[i][1]);
	}
}

/* 2.8.3: TX interrupt on the transition, not on the level: none before the
 * first character; cleared by ICR. */
static void test_transmit(void **state)
{
	struct board board;

	(void)state;
	start_driver(&board);
	wr(&board, IMSC, INT_TX);
	assert_false(board.line);
	wr(&board, DR, 'A');
	assert_int_equal(board.sent_count, 1);
	assert_int_equal(board.sent[0], 'A');
	assert_true(board.line);
	assert_int_equal(rd(&board, MIS), INT_TX);
	assert_int_equal(rd(&board, FR) & (FR_TXFE | FR_TXFF | FR_BUSY),
			 FR_TXFE);
	wr(&board, ICR, INT_TX);
	assert_false(board.line);
	wr(&board, DR, 0x142); /* data bits only */
	assert_int_equal(board.sent[1], 'B');
	assert_true(board.line);
}

/* 2.8.2, 3.3.11: RX interrupt at the trigger level, gone below it. */
static void test_rx_trigger(void **state)
{
	static const uint32_t level[5] = {2, 4, 8, 12, 14};
	struct board board;

	(void)state;
	for (uint32_t sel = 0; sel < 5; sel++) {
		start_driver(&board);
		wr(&board, IFLS, sel << 3);
		receive(&board, "0123456789abcdef", level[sel] - 1);
		assert_int_equal(rd(&board, RIS) & INT_RX, 0);
		receive(&board, "x", 1);
		assert_int_equal(rd(&board, RIS) & INT_RX, INT_RX);
		assert_int_equal(rd(&board, DR), '0');
		assert_int_equal(rd(&board, RIS) & INT_RX, 0);
	}
}

/* 2.8.4: receive timeout while characters below the trigger are waiting;
 * cleared by reading the last one. */
static void test_receive_timeout(void **state)
{
	struct board board;

	(void)state;
	start_driver(&board);
	receive(&board, "ab", 2);
	assert_true(board.line);
	assert_int_equal(rd(&board, MIS), INT_RT);
	assert_int_equal(rd(&board, FR) & FR_RXFE, 0);
	wr(&board, ICR, INT_RT);
	assert_false(board.line);
	assert_int_equal(rd(&board, DR), 'a');
	assert_true(board.line); /* one is still there */
	assert_int_equal(rd(&board, DR), 'b');
	assert_false(board.line);
	assert_int_equal(rd(&board, FR) & FR_RXFE, FR_RXFE);
	assert_int_equal(rd(&board, DR), 0);
}

/* Without FIFOs the buffer holds one character, and RX is its interrupt. */
static void test_character_mode(void **state)
{
	struct board board;

	(void)state;
	start_driver(&board);
	wr(&board, LCR_H, 0x60);
	assert_int_equal(hv_vpl011_room(&board.uart), 1);
	receive(&board, "z", 1);
	assert_int_equal(hv_vpl011_room(&board.uart), 0);
	assert_int_equal(rd(&board, FR) & (FR_RXFF | FR_RXFE), FR_RXFF);
	assert_int_equal(rd(&board, RIS), INT_RX);
	assert_int_equal(rd(&board, DR), 'z');
	assert_int_equal(rd(&board, RIS), 0);
}

/* 3.3.1, 3.3.2: the characters in the FIFO stay, later ones are lost. */
static void test_overrun(void **state)
{
	struct board board;

	(void)state;
	start_driver(&board);
	receive(&board, "0123456789abcdefXY", 18);
	assert_int_equal(rd(&board, FR) & FR_RXFF, FR_RXFF);
	assert_int_equal(rd(&board, RIS) & INT_OE, INT_OE);
	assert_int_equal(rd(&board, RSR), 0x8);
	assert_int_equal(rd(&board, DR), 0x800 | '0');
	wr(&board, RSR, 0);
	assert_int_equal(rd(&board, RSR), 0);
	receive(&board, "n", 1);
	assert_int_equal(rd(&board, DR), '1');
	for (unsigned i = 2; i < 16; i++)
		assert_int_equal(rd(&board, DR), "0123456789abcdef"[i]);
	assert_int_equal(rd(&board, DR), 'n');
}

/* 3.3.8: LBE feeds what is sent back, and the modem outputs to the inputs. */
static void test_loopback(void **state)
{
	struct board board;

	(void)state;
	start_driver(&board);
	wr(&board, CR, 0x381);
	wr(&board, DR, 'L');
	assert_int_equal(board.sent_count, 0);
	assert_int_equal(rd(&board, DR), 'L');
	wr(&board, CR, 0x381 | 0x3c00);
	assert_int_equal(rd(&board, FR) & 0x107, 0x107);
	assert_int_equal(rd(&board, RIS) & 0xf, 0xf);
	wr(&board, LCR_H, 0x61u | FEN);
	assert_int_equal(rd(&board, RIS) & INT_BE, INT_BE);
	assert_int_equal(rd(&board, DR), 0x400);
	assert_int_equal(rd(&board, RSR), 0x4);
	/* The host's characters wait meanwhile. */
	assert_int_equal(hv_vpl011_room(&board.uart), 0);
}

/*
 * Linux: pl011_hwinit() unmasks before the receiver is on, printing switches
 * the UART on and off, and pl011_enable_interrupts() reads the FIFO empty
 * before it unmasks for good: nothing may be in it before.
 */
static void test_room_for_linux(void **state)
{
	struct board board;

	(void)state;
	start(&board);
	wr(&board, LCR_H, 0x60u | FEN);
	wr(&board, IMSC, INT_RX | INT_RT);
	for (unsigned i = 0; i < 100; i++) {
		wr(&board, CR, 0x301);
		(void)rd(&board, FR);
		wr(&board, DR, 'p');
		board.sent_count = 0;
		(void)rd(&board, FR);
		assert_int_equal(hv_vpl011_room(&board.uart), 0);
		wr(&board, CR, 0x300);
		assert_false(hv_vpl011_unsettled(&board.uart));
	}
	wr(&board, CR, 0x301);
	wr(&board, ICR, INT_RX | INT_RT);
	assert_int_equal(rd(&board, FR) & FR_RXFE, FR_RXFE);
	assert_int_equal(hv_vpl011_room(&board.uart), 0);
	wr(&board, IMSC, INT_RX | INT_RT);
	assert_int_equal(hv_vpl011_room(&board.uart), 16);
	receive(&board, "abc", 3);
	assert_int_equal(hv_vpl011_room(&board.uart), 13);
	wr(&board, IMSC, INT_TX);
	assert_int_equal(hv_vpl011_room(&board.uart), 0);
}

/* Unmask, enable, and nothing more: also a driver. */
static void test_room_settles(void **state)
{
	struct board board;
	uint32_t changes;

	(void)state;
	start(&board);
	wr(&board, IMSC, INT_RX);
	assert_false(hv_vpl011_unsettled(&board.uart));
	changes = board.uart.changes;
	wr(&board, CR, 0x301);
	assert_int_not_equal(board.uart.changes, changes);
	assert_true(hv_vpl011_unsettled(&board.uart));
	assert_int_equal(hv_vpl011_room(&board.uart), 0);
	hv_vpl011_settle(&board.uart);
	assert_false(hv_vpl011_unsettled(&board.uart));
	assert_int_equal(hv_vpl011_room(&board.uart), 1);
	wr(&board, CR, 0x101); /* the receiver is off */
	assert_int_equal(hv_vpl011_room(&board.uart), 0);
	hv_vpl011_settle(&board.uart);
	assert_int_equal(hv_vpl011_room(&board.uart), 0);
}

/* Who polls for input reads FR in a row, even without UARTEN. */
static void test_room_for_polling(void **state)
{
	struct board board;

	(void)state;
	start(&board);
	for (unsigned i = 0; i < 15; i++)
		(void)rd(&board, FR);
	assert_int_equal(hv_vpl011_room(&board.uart), 0);
	(void)rd(&board, FR);
	assert_int_equal(hv_vpl011_room(&board.uart), 1);
	receive(&board, "q", 1);
	assert_int_equal(rd(&board, DR), 'q');
	assert_int_equal(hv_vpl011_room(&board.uart), 1);
	wr(&board, CR, 0x101);
	for (unsigned i = 0; i < 20; i++)
		(void)rd(&board, FR);
	assert_int_equal(hv_vpl011_room(&board.uart), 0);
}

/* 8, 16 and 32 bits at a register's own offset; else RAZ/WI. */
static void test_widths(void **state)
{
	struct board board;

	(void)state;
	start(&board);
	hv_vpl011_write(&board.uart, 0x024, 2, 0x1234);
	assert_int_equal(hv_vpl011_read(&board.uart, 0x024, 4), 0x1234);
	assert_int_equal(hv_vpl011_read(&board.uart, 0x024, 2), 0x1234);
	assert_int_equal(hv_vpl011_read(&board.uart, 0x024, 1), 0x34);
	hv_vpl011_write(&board.uart, 0x024, 1, 0xabcd);
	assert_int_equal(hv_vpl011_read(&board.uart, 0x024, 4), 0xcd);
	assert_int_equal(hv_vpl011_read(&board.uart, 0x025, 1), 0);
	assert_int_equal(hv_vpl011_read(&board.uart, 0x024, 8), 0);
	hv_vpl011_write(&board.uart, 0x024, 8, 0xffff);
	assert_int_equal(hv_vpl011_read(&board.uart, 0x024, 4), 0xcd);
	assert_int_equal(hv_vpl011_read(&board.uart, 0x1000, 4), 0);
	assert_int_equal(hv_vpl011_read(&board.uart, UINT64_MAX - 3, 4), 0);
}

/* Every offset at every width, written and read: nothing breaks, and the
 * line follows RIS and IMSC. */
static void test_every_offset(void **state)
{
	struct board board;

	(void)state;
	start(&board);
	for (uint64_t offset = 0; offset < HV_VPL011_SIZE; offset++) {
		for (unsigned width = 1; width <= 8; width *= 2) {
			board.sent_count = 0;
			hv_vpl011_write(&board.uart, offset, width,
					UINT64_C(0x5a5a5a5a5a5a5a5a) >>
						(offset % 7));
			(void)hv_vpl011_read(&board.uart, offset, width);
			assert_int_equal(board.line, rd(&board, MIS) != 0);
		}
	}
	hv_vpl011_reset(&board.uart);
	assert_false(board.line);
	assert_int_equal(rd(&board, CR), 0x300);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reset_values),
		cmocka_unit_test(test_write_masks),
		cmocka_unit_test(test_transmit),
		cmocka_unit_test(test_rx_trigger),
		cmocka_unit_test(test_receive_timeout),
		cmocka_unit_test(test_character_mode),
		cmocka_unit_test(test_overrun),
		cmocka_unit_test(test_loopback),
		cmocka_unit_test(test_room_for_linux),
		cmocka_unit_test(test_room_settles),
		cmocka_unit_test(test_room_for_polling),
		cmocka_unit_test(test_widths),
		cmocka_unit_test(test_every_offset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
