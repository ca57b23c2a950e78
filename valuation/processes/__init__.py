"""Pure maths of the stochastic processes: exact steps, moments and locations, in plain scalar Python.

The numbers made here become constants of a plan, so they use ``+ - * /``, square roots and the kernel's own exp and log
only: the same bits on every CPU.
"""
