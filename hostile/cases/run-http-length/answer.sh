printf 'HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nhello'
