/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/guest_dt.h"

#include <string.h>

#include <libfdt.h>

#include <arm_vcpu/vgic.h>

#include "vm/board.h"
#include "vm/vpl011.h"

#define PHANDLE_GIC   1u
#define PHANDLE_CLOCK 2u

#define UART_CLOCK_HZ 24000000u

/* Linux, bindings/interrupt-controller/arm,gic-v3.yaml. */
#define GIC_SPI    0u
#define GIC_PPI    1u
#define LEVEL_HIGH 4u
#define FIRST_SPI  32u

/* A tree being written; after the first error the rest does nothing. */
struct writer {
	void *blob;
	int error;
};

static void begin(struct writer *w, const char *name)
{
	if (w->error == 0)
		w->error = fdt_begin_node(w->blob, name);
}

static void end(struct writer *w)
{
	if (w->error == 0)
		w->error = fdt_end_node(w->blob);
}

static void bytes(struct writer *w, const char *name, const void *value,
		  size_t size)
{
	if (w->error == 0)
		w->error = fdt_property(w->blob, name, value, (int)size);
}

/* A string, or several with their terminators between them: a literal. */
#define strings(w, name, literal) bytes(w, name, literal, sizeof(literal))

static void text(struct writer *w, const char *name, const char *value)
{
	bytes(w, name, value, strlen(value) + 1);
}

static void flag(struct writer *w, const char *name)
{
	bytes(w, name, NULL, 0);
}

static void u32(struct writer *w, const char *name, uint32_t value)
{
	if (w->error == 0)
		w->error = fdt_property_u32(w->blob, name, value);
}

static void u64(struct writer *w, const char *name, uint64_t value)
{
	if (w->error == 0)
		w->error = fdt_property_u64(w->blob, name, value);
}

static void cells(struct writer *w, const char *name, const uint32_t *value,
		  unsigned count)
{
	void *at = NULL;

	if (w->error != 0)
		return;
	w->error =
		fdt_property_placeholder(w->blob, name, (int)(count * 4u), &at);
	for (unsigned i = 0; w->error == 0 && i < count; i++)
		fdt32_st((uint8_t *)at + i * 4u, value[i]);
}

static void cells64(struct writer *w, const char *name, const uint64_t *value,
		    unsigned count)
{
	void *at = NULL;

	if (w->error != 0)
		return;
	w->error =
		fdt_property_placeholder(w->blob, name, (int)(count * 8u), &at);
	for (unsigned i = 0; w->error == 0 && i < count; i++)
		fdt64_st((uint8_t *)at + i * 8u, value[i]);
}

/* "prefix@address"; room for 16 hexadecimal digits behind the prefix. */
#define NODE_NAME_MAX 48u

static void name_at(char name[NODE_NAME_MAX], const char *prefix,
		    uint64_t address)
{
	unsigned length = 0;
	unsigned shift = 60;

	for (; *prefix != '\0' && length < NODE_NAME_MAX - 18; prefix++)
		name[length++] = *prefix;
	name[length++] = '@';
	while (shift != 0 && (address >> shift) == 0)
		shift -= 4;
	for (;; shift -= 4) {
		name[length++] = "0123456789abcdef"[(address >> shift) & 15u];
		if (shift == 0)
			break;
	}
	name[length] = '\0';
}

static void begin_at(struct writer *w, const char *prefix, uint64_t address)
{
	char name[NODE_NAME_MAX];

	name_at(name, prefix, address);
	begin(w, name);
}

static void chosen(struct writer *w, const struct hv_guest_dt *dt)
{
	begin(w, "chosen");
	text(w, "bootargs", dt->bootargs);
	text(w, "stdout-path", "serial0");
	if (dt->initrd != 0) {
		u64(w, "linux,initrd-start", dt->initrd);
		u64(w, "linux,initrd-end", dt->initrd_end);
	}
	u64(w, "kaslr-seed", dt->kaslr_seed);
	cells64(w, "rng-seed", dt->rng_seed,
		sizeof(dt->rng_seed) / sizeof(dt->rng_seed[0]));
	end(w);
}

static void memory(struct writer *w, const struct hv_guest_dt *dt)
{
	const uint64_t reg[] = {dt->ram_base, dt->ram_size};

	begin_at(w, "memory", dt->ram_base);
	text(w, "device_type", "memory");
	cells64(w, "reg", reg, 2);
	end(w);
}

static uint64_t mpidr_of(const struct hv_guest_dt *dt, uint32_t cpu)
{
	return dt->hardware ? dt->hardware->mpidr[cpu] : hv_board_mpidr(cpu);
}

static void cpus(struct writer *w, const struct hv_guest_dt *dt)
{
	bool wide = false; /* Aff3 is in the first of two cells */

	for (uint32_t i = 0; i < dt->cpus; i++)
		wide = wide || mpidr_of(dt, i) > UINT32_MAX;
	begin(w, "cpus");
	u32(w, "#address-cells", wide ? 2 : 1);
	u32(w, "#size-cells", 0);
	for (uint32_t i = 0; i < dt->cpus; i++) {
		uint64_t mpidr = mpidr_of(dt, i);

		begin_at(w, "cpu", mpidr);
		text(w, "device_type", "cpu");
		text(w, "compatible", "arm,armv8");
		if (wide)
			u64(w, "reg", mpidr);
		else
			u32(w, "reg", (uint32_t)mpidr);
		text(w, "enable-method", "psci");
		end(w);
	}
	end(w);
}

static void psci(struct writer *w)
{
	begin(w, "psci");
	strings(w, "compatible", "arm,psci-1.0\0arm,psci-0.2");
	text(w, "method", "hvc");
	end(w);
}

/* The frames: distributor, redistributors. */
static void gic_frames(struct writer *w, const struct hv_guest_dt *dt)
{
	const uint64_t reg[] = {
		HV_BOARD_GICD,
		ARM_VGIC_DIST_SIZE,
		HV_BOARD_GICR,
		ARM_VGIC_REDIST_SIZE * dt->cpus,
	};

	cells64(w, "reg", reg, 4);
}

/* The same of the machine's own, as its device tree has them. */
static void own_gic_frames(struct writer *w, const struct hv_gic_config *gic)
{
	uint64_t reg[2 + 2 * HV_MAX_REDIST_REGIONS] = {
		gic->dist.base,
		gic->dist.end - gic->dist.base,
	};

	for (uint32_t i = 0; i < gic->redist_count; i++) {
		reg[2 + 2 * i] = gic->redist[i].base;
		reg[3 + 2 * i] = gic->redist[i].end - gic->redist[i].base;
	}
	cells64(w, "reg", reg, 2 + 2 * gic->redist_count);
	u32(w, "#redistributor-regions", gic->redist_count);
	if (gic->redist_stride)
		u64(w, "redistributor-stride", gic->redist_stride);
}

static void gic(struct writer *w, const struct hv_guest_dt *dt)
{
	begin_at(w, "intc",
		 dt->hardware ? dt->hardware->gic->dist.base : HV_BOARD_GICD);
	text(w, "compatible", "arm,gic-v3");
	u32(w, "#interrupt-cells", 3);
	u32(w, "#address-cells", 0);
	flag(w, "interrupt-controller");
	if (dt->hardware)
		own_gic_frames(w, dt->hardware->gic);
	else
		gic_frames(w, dt);
	u32(w, "phandle", PHANDLE_GIC);
	end(w);
}

static void timer(struct writer *w)
{
	const uint32_t interrupts[] = {
		GIC_PPI, HV_BOARD_PPI_SECURE,  LEVEL_HIGH,
		GIC_PPI, HV_BOARD_PPI_EL1,     LEVEL_HIGH,
		GIC_PPI, HV_BOARD_PPI_VIRTUAL, LEVEL_HIGH,
		GIC_PPI, HV_BOARD_PPI_EL2,     LEVEL_HIGH,
	};

	begin(w, "timer");
	text(w, "compatible", "arm,armv8-timer");
	cells(w, "interrupts", interrupts, 12);
	end(w);
}

static uint64_t uart_base(const struct hv_guest_dt *dt)
{
	return dt->hardware ? dt->hardware->uart.base : HV_BOARD_UART;
}

static void uart(struct writer *w, const struct hv_guest_dt *dt)
{
	const struct hv_guest_hardware *own = dt->hardware;
	const uint64_t reg[] = {
		uart_base(dt),
		own ? own->uart.end - own->uart.base : HV_VPL011_SIZE,
	};
	const uint32_t interrupts[] = {
		GIC_SPI,
		own ? own->uart_intid - FIRST_SPI : HV_BOARD_UART_SPI,
		LEVEL_HIGH,
	};
	const uint32_t clocks[] = {PHANDLE_CLOCK, PHANDLE_CLOCK};
	const uint32_t known_clock = own ? own->uart_clock : 0;

	begin(w, "apb-pclk");
	text(w, "compatible", "fixed-clock");
	u32(w, "#clock-cells", 0);
	u32(w, "clock-frequency", known_clock ? known_clock : UART_CLOCK_HZ);
	text(w, "clock-output-names", "clk24mhz");
	u32(w, "phandle", PHANDLE_CLOCK);
	end(w);

	begin_at(w, "pl011", reg[0]);
	strings(w, "compatible", "arm,pl011\0arm,primecell");
	cells64(w, "reg", reg, 2);
	cells(w, "interrupts", interrupts, 3);
	cells(w, "clocks", clocks, 2);
	strings(w, "clock-names", "uartclk\0apb_pclk");
	end(w);
}

static void aliases(struct writer *w, const struct hv_guest_dt *dt)
{
	char path[NODE_NAME_MAX];

	name_at(path, "/pl011", uart_base(dt));
	begin(w, "aliases");
	text(w, "serial0", path);
	end(w);
}

int hv_guest_dt_write(void *blob, int room, const struct hv_guest_dt *dt)
{
	struct writer w = {.blob = blob};

	w.error = fdt_create(blob, room);
	if (w.error == 0)
		w.error = fdt_finish_reservemap(blob);
	begin(&w, "");
	text(&w, "compatible", "linux,dummy-virt");
	text(&w, "model", "linux,dummy-virt");
	u32(&w, "#address-cells", 2);
	u32(&w, "#size-cells", 2);
	u32(&w, "interrupt-parent", PHANDLE_GIC);
	aliases(&w, dt);
	chosen(&w, dt);
	memory(&w, dt);
	cpus(&w, dt);
	psci(&w);
	gic(&w, dt);
	timer(&w);
	uart(&w, dt);
	end(&w);
	if (w.error == 0)
		w.error = fdt_finish(blob);
	return w.error;
}
