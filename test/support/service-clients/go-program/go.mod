module stackgate.example/go-program

go 1.26

require stackgate.example/stackgate v0.0.0

replace stackgate.example/stackgate => ../../../../packages/go
