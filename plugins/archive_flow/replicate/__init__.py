"""REPLICATE: what one location lacks, and another one gives."""
