"""What an administrator does once: databases, tables, rights, upgrades, checks. Begin with `install.install`."""
