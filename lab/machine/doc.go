// Package machine tells what a process is granted of the machine it runs on.
//
// What holds for this process holds for those that it starts, too: they
// inherit its environment, CPUs, control group and limits (credentials(7),
// cgroups(7), getrlimit(2)).
package machine
