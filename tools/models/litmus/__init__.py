# SPDX-License-Identifier: Apache-2.0
"""The protocols between CPUs under Armv8's memory model: armv8.py has the
rules, programs.py the threads, and the other files ask the questions."""

from . import basics, hv, vgic

ROWS = basics.ROWS + hv.ROWS + vgic.ROWS
