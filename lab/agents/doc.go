// Package agents has several processes carry out the load of one trial.
//
// A trial is cut by numbers. Of k agents, agent i has every k-th client and topic, from number i
// on: it opens these clients, and publishes the events of these topics. Where k divides the
// number of topics, each agent times all deliveries to its clients by its own clock. Otherwise
// some of its clients have events of others: they are counted, and their latencies are apart.
//
// The coordinator has the server, and measures it. It compares the clocks by Cristian's
// algorithm: of several requests the one with the least round trip says how far an agent's
// clock is from its own, to half of that round trip. All agents begin at one instant, which
// each is told by its own clock. What was expected is computed from the plan, and not taken
// from reports: an agent that is lost leaves its deliveries missing, and the trial fails. No
// other takes over its part. results.Trial.Merge adds the parts up.
//
// Orders and reports go through a NATS server: one inside the coordinator, or one that the
// user runs. Nothing that is measured does, and between the start and the end of the window
// nobody says anything, but for the pings of a NATS server that the user runs.
//
// Each agent opens as many connections at a time as the scenario says, so that k agents open k
// times as many. The time that this takes is from the begin of the first agent to the end of
// the last one. The coordinator reads the CPU time of the server, and the agents how much was
// delivered, at the same two instants. How far apart that was at most is in the record.
package agents
