/* SPDX-License-Identifier: Apache-2.0 */
/* ELF64 kernels for AArch64; called by hv_image_parse(). */
#ifndef HV_VM_ELF_H
#define HV_VM_ELF_H

#include "vm/image.h"

/* file starts with ELF's magic. Like hv_image_parse(). */
const char *hv_elf_parse(struct hv_image *image, const uint8_t *file,
			 uint64_t size, const struct hv_ram_range *ram);

#endif
