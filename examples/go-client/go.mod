module stackgate.example/client

go 1.22
