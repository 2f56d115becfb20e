"""Pure checks of what an installation needs before the first night. Begin with `check.Check`."""
