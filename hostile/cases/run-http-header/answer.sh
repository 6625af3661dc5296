printf 'HTTP/1.1 200 OK\r\nX: '
head -c 10000000 /dev/zero | tr '\\0' A
