"""Silence for rdflib, which logs a traceback or warns for each ill-typed literal: here they are findings."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

_NOISY = "rdflib.term"


@contextmanager
def quiet() -> Iterator[None]:
    """Within the block, keep rdflib from writing about literals that do not fit their datatype."""
    logger = logging.getLogger(_NOISY)
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(before)
