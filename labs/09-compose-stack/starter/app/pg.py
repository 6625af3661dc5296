"""A small PostgreSQL client: protocol 3, SCRAM-SHA-256, simple queries. Standard library only."""

import base64
import hashlib
import hmac
import os
import socket
import struct


class PostgresError(Exception):
    """The server refused something, or could not be reached."""


def quote(value):
    """A Python value as an SQL literal."""
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"


class Connection:
    def __init__(self, host, user, password, database, port=5432, timeout=5):
        self.buffer = b""
        try:
            self.socket = socket.create_connection((host, port), timeout)
        except OSError as error:
            raise PostgresError(f"cannot connect to {host}:{port}: {error}") from error
        start = b"user\0" + user.encode() + b"\0database\0" + database.encode() + b"\0\0"
        self._send(b"", struct.pack("!i", 196608) + start)
        self._authenticate(password)
        self._collect()

    def query(self, sql, *values):
        """Runs one or more statements, `%s` replaced by quoted values; the rows are lists of text or None."""
        self._send(b"Q", (sql % tuple(quote(value) for value in values)).encode() + b"\0")
        return self._collect()

    def close(self):
        try:
            self._send(b"X", b"")
        except PostgresError:
            pass
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _send(self, kind, payload):
        try:
            self.socket.sendall(kind + struct.pack("!i", len(payload) + 4) + payload)
        except OSError as error:
            raise PostgresError(f"connection lost: {error}") from error

    def _receive(self):
        head = self._read(5)
        return head[:1], self._read(struct.unpack("!i", head[1:])[0] - 4)

    def _read(self, size):
        while len(self.buffer) < size:
            try:
                chunk = self.socket.recv(65536)
            except OSError as error:
                raise PostgresError(f"connection lost: {error}") from error
            if not chunk:
                raise PostgresError("connection lost: the server closed it")
            self.buffer += chunk
        data, self.buffer = self.buffer[:size], self.buffer[size:]
        return data

    def _authenticate(self, password):
        nonce = base64.b64encode(os.urandom(18)).decode()
        bare = "n=,r=" + nonce
        expected = b""
        while True:
            kind, body = self._receive()
            if kind == b"E":
                raise PostgresError(_message(body))
            step = struct.unpack("!i", body[:4])[0] if kind == b"R" else -1
            if step == 0:
                return
            if step == 10:
                first = ("n,," + bare).encode()
                self._send(b"p", b"SCRAM-SHA-256\0" + struct.pack("!i", len(first)) + first)
            elif step == 11:
                server = body[4:].decode()
                fields = dict(part.split("=", 1) for part in server.split(","))
                if not fields["r"].startswith(nonce):
                    raise PostgresError("the server's nonce does not continue ours")
                salt, rounds = base64.b64decode(fields["s"]), int(fields["i"])
                salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, rounds)
                final = "c=biws,r=" + fields["r"]
                signed = ",".join((bare, server, final)).encode()
                client = _hmac(salted, b"Client Key")
                proof = _xor(client, _hmac(hashlib.sha256(client).digest(), signed))
                expected = _hmac(_hmac(salted, b"Server Key"), signed)
                self._send(b"p", (final + ",p=" + base64.b64encode(proof).decode()).encode())
            elif step == 12:
                if base64.b64decode(body[6:]) != expected:
                    raise PostgresError("the server does not know the password")
            else:
                raise PostgresError(f"the server asks for authentication method {step}; this client speaks SCRAM-SHA-256")

    def _collect(self):
        rows, failure = [], None
        while True:
            kind, body = self._receive()
            if kind == b"D":
                rows.append(_row(body))
            elif kind == b"E":
                failure = PostgresError(_message(body))
                if _field(body, "S") == "FATAL":
                    raise failure
            elif kind == b"Z":
                if failure:
                    raise failure
                return rows


def _hmac(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()


def _xor(left, right):
    return bytes(a ^ b for a, b in zip(left, right))


def _row(body):
    values, offset = [], 2
    for _ in range(struct.unpack("!h", body[:2])[0]):
        size = struct.unpack("!i", body[offset : offset + 4])[0]
        offset += 4
        values.append(None if size < 0 else body[offset : offset + size].decode())
        offset += max(size, 0)
    return values


def _field(body, code):
    for part in body.split(b"\0"):
        if part[:1] == code.encode():
            return part[1:].decode(errors="replace")
    return ""


def _message(body):
    return _field(body, "M")
