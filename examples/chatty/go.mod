module chatty

go 1.22
