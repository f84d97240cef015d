"""What answers: everything that runs in a worker process, and the client that talks to it."""
