"""A small Redis client: RESP 2 over one connection. Standard library only."""

import socket


class RedisError(Exception):
    """Redis refused something, or could not be reached."""


class Redis:
    def __init__(self, host, port=6379, timeout=10):
        try:
            self.socket = socket.create_connection((host, port), timeout)
        except OSError as error:
            raise RedisError(f"cannot connect to {host}:{port}: {error}") from error
        self.stream = self.socket.makefile("rb")

    def call(self, *words):
        """One command; the answer as text, number, list or None."""
        parts = [str(word).encode() for word in words]
        request = b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)
        try:
            self.socket.sendall(request)
            return self._answer()
        except OSError as error:
            raise RedisError(f"connection lost: {error}") from error

    def close(self):
        self.stream.close()
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _answer(self):
        line = self.stream.readline()
        if not line:
            raise RedisError("connection lost: the server closed it")
        kind, rest = line[:1], line[1:-2].decode()
        if kind == b"+":
            return rest
        if kind == b"-":
            raise RedisError(rest)
        if kind == b":":
            return int(rest)
        size = int(rest)
        if size < 0:
            return None
        if kind == b"*":
            return [self._answer() for _ in range(size)]
        return self.stream.read(size + 2)[:-2].decode()
