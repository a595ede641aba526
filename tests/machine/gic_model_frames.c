/* SPDX-License-Identifier: Apache-2.0 */
/* The registers of the GIC's frames; see gic_model.h first. */
#include "machine/gic_model.h"

#include <stddef.h>

enum field {
	GROUP,
	ENABLE_SET,
	ENABLE_CLEAR,
	PENDING_SET,
	PENDING_CLEAR,
	ACTIVE_SET,
	ACTIVE_CLEAR,
	PRIORITY,
	CONFIG,
	ROUTE,
};

/* Registers with a field for each interrupt (IHI 0069 12.8, 12.10). */
static const struct row {
	uint16_t offset, length; /* bytes */
	uint8_t bits;            /* for each interrupt */
	uint8_t widths;          /* of an access, ORed */
	enum field field;
} rows[] = {
	{0x080, 0x80, 1, 4, GROUP},         {0x100, 0x80, 1, 4, ENABLE_SET},
	{0x180, 0x80, 1, 4, ENABLE_CLEAR},  {0x200, 0x80, 1, 4, PENDING_SET},
	{0x280, 0x80, 1, 4, PENDING_CLEAR}, {0x300, 0x80, 1, 4, ACTIVE_SET},
	{0x380, 0x80, 1, 4, ACTIVE_CLEAR},  {0x400, 0x400, 8, 1 | 4, PRIORITY},
	{0xc00, 0x100, 2, 4, CONFIG},       {0x6000, 0x2000, 64, 4 | 8, ROUTE},
};

static uint64_t field_read(const struct gic_model_irq *irq, enum field field)
{
	switch (field) {
	case GROUP:
		return irq->group;
	case ENABLE_SET:
	case ENABLE_CLEAR:
		return irq->enabled;
	case PENDING_SET:
	case PENDING_CLEAR:
		return gic_model_pending(irq);
	case ACTIVE_SET:
	case ACTIVE_CLEAR:
		return irq->active;
	case PRIORITY:
		return irq->priority;
	case CONFIG:
		return irq->edge ? 2 : 0;
	case ROUTE:
		return irq->route;
	}
	return 0;
}

static void field_write(struct gic_model_irq *irq, enum field field,
			uint64_t value, bool is_private)
{
	switch (field) {
	case GROUP:
		irq->group = value;
		return;
	case ENABLE_SET:
	case ENABLE_CLEAR:
		if (value)
			irq->enabled = field == ENABLE_SET;
		return;
	case PENDING_SET:
	case PENDING_CLEAR:
		if (value)
			irq->latch = field == PENDING_SET;
		return;
	case ACTIVE_SET:
	case ACTIVE_CLEAR:
		if (value)
			irq->active = field == ACTIVE_SET;
		return;
	case PRIORITY:
		irq->priority = value & 0xf8;
		return;
	case CONFIG:
		if (!is_private)
			irq->edge = value & 2;
		return;
	case ROUTE:
		irq->route = value & GIC_MODEL_AFFINITY;
	}
}

static const struct row *row_of(enum gic_model_frame frame, unsigned offset,
				unsigned width)
{
	for (size_t n = 0; n < sizeof(rows) / sizeof(rows[0]); n++) {
		const struct row *row = &rows[n];

		if (offset - row->offset >= row->length)
			continue;
		if (!(row->widths & width) || offset % width ||
		    frame == GIC_MODEL_RD ||
		    (row->field == ROUTE && frame != GIC_MODEL_DIST))
			return NULL;
		return row;
	}
	return NULL;
}

/* The interrupt of a frame: with affinity routing the distributor has the
 * SPIs only. */
static struct gic_model_irq *in_frame(const struct gic_model *gic,
				      enum gic_model_frame frame,
				      unsigned owner, uint32_t intid)
{
	if ((intid < 32) != (frame == GIC_MODEL_SGI))
		return NULL;
	return (struct gic_model_irq *)(uintptr_t)gic_model_irq(gic, owner,
								intid);
}

static uint64_t mask_of(unsigned bits)
{
	return bits < 64 ? (UINT64_C(1) << bits) - 1 : UINT64_MAX;
}

static uint64_t fields_read(const struct gic_model *gic, const struct row *row,
			    enum gic_model_frame frame, unsigned owner,
			    unsigned offset, unsigned width)
{
	const unsigned start = (offset - row->offset) * 8;
	uint64_t value = 0;

	for (unsigned bit = start; bit < start + width * 8; bit += row->bits) {
		const struct gic_model_irq *irq =
			in_frame(gic, frame, owner, bit / row->bits);
		const uint64_t field = irq ? field_read(irq, row->field) : 0;

		value |= field >> bit % row->bits << (bit - start);
	}
	return value & mask_of(width * 8);
}

static void fields_write(struct gic_model *gic, const struct row *row,
			 enum gic_model_frame frame, unsigned owner,
			 unsigned offset, unsigned width, uint64_t value)
{
	const unsigned start = (offset - row->offset) * 8;

	for (unsigned bit = start; bit < start + width * 8; bit += row->bits) {
		struct gic_model_irq *irq =
			in_frame(gic, frame, owner, bit / row->bits);
		uint64_t part = value >> (bit - start) & mask_of(row->bits);
		uint64_t keep;

		if (!irq)
			continue;
		/* Half of an IROUTER. */
		if (width * 8 < row->bits) {
			keep = ~(mask_of(width * 8) << bit % row->bits);
			part = (part & mask_of(width * 8)) << bit % row->bits |
			       (field_read(irq, row->field) & keep);
		}
		field_write(irq, row->field, part, frame == GIC_MODEL_SGI);
	}
}

static uint64_t dist_read(const struct gic_model *gic, unsigned offset,
			  uint64_t *sure)
{
	if (offset == 0) { /* CTLR: RWP may be set; ARE and DS are */
		*sure &= ~(UINT64_C(1) << 31);
		return UINT64_C(0x50) | gic->on[0] | (uint64_t)gic->on[1] << 1;
	}
	if (offset == 4) { /* TYPER: A3V is the machine's */
		*sure &= ~(UINT64_C(1) << 24);
		return (gic->config.spis + 31) / 32 | 9u << 19 | 1u << 25 |
		       1u << 26;
	}
	return 0;
}

static uint64_t redist_read(const struct gic_model *gic, unsigned owner,
			    unsigned offset, unsigned width, uint64_t *sure)
{
	const uint64_t affinity = gic->cpu[owner].affinity;
	uint64_t typer;

	if (offset == 0)
		*sure &= ~UINT64_C(8); /* RWP */
	if (offset == 0x14)
		return gic->cpu[owner].asleep ? 6 : 0;
	if (offset / 8 != 1)
		return 0;
	typer = (affinity & 0xffffff) << 32 | affinity >> 32 << 56 |
		(uint64_t)owner << 8 |
		(owner == gic->config.cpus - 1 ? 1u << 4 : 0);
	return typer >> offset % 8 * 8 & mask_of(width * 8);
}

uint64_t gic_model_read(const struct gic_model *gic, enum gic_model_frame frame,
			unsigned owner, unsigned offset, unsigned width,
			uint64_t *sure)
{
	const struct row *row = row_of(frame, offset, width);
	const bool is_typer = frame == GIC_MODEL_RD && offset / 8 == 1;

	*sure = UINT64_MAX;
	if (row)
		return fields_read(gic, row, frame, owner, offset, width);
	if (offset % width || (width != 4 && !(is_typer && width == 8)))
		return 0;
	/* IIDR, and the identification registers. */
	if (offset >= 0xffd0 || (frame == GIC_MODEL_DIST && offset == 8) ||
	    (frame == GIC_MODEL_RD && offset == 4))
		*sure = 0;
	if (frame == GIC_MODEL_DIST)
		return dist_read(gic, offset, sure);
	return frame == GIC_MODEL_RD
		       ? redist_read(gic, owner, offset, width, sure)
		       : 0;
}

void gic_model_write(struct gic_model *gic, enum gic_model_frame frame,
		     unsigned owner, unsigned offset, unsigned width,
		     uint64_t value)
{
	const struct row *row = row_of(frame, offset, width);

	if (row) {
		fields_write(gic, row, frame, owner, offset, width, value);
	} else if (frame == GIC_MODEL_DIST && offset == 0 && width == 4) {
		gic->on[0] = value & 1;
		gic->on[1] = value & 2;
	} else if (frame == GIC_MODEL_RD && offset == 0x14 && width == 4) {
		gic->cpu[owner].asleep = value & 2;
	}
}
