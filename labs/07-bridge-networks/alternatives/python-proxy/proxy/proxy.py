"""Hands every connection on to the API, byte by byte."""

import socket
import threading


def pump(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def serve(client):
    try:
        api = socket.create_connection(("api", 8000), timeout=2)
    except OSError:
        client.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        client.close()
        return
    api.settimeout(None)
    back = threading.Thread(target=pump, args=(api, client), daemon=True)
    back.start()
    pump(client, api)
    back.join()
    api.close()
    client.close()


with socket.create_server(("", 8080)) as server:
    while True:
        connection, _ = server.accept()
        threading.Thread(target=serve, args=(connection,), daemon=True).start()
