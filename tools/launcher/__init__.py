# SPDX-License-Identifier: Apache-2.0
"""./hv: start hv, the reference hypervisor of arm_vcpu, in QEMU."""
