"""The program: decides, remembers, wires. The only folder that knows all the others."""
