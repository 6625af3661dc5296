printf 'HTTP/1.1 200 OK\r\n\r\n'
for letter in h e l l o x y z; do printf $letter; sleep 2; done
