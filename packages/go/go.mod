module stackgate.example/stackgate

go 1.26
