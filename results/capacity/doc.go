// Package capacity finds the highest load that is carried within objectives.
//
// A [Search] says at which level of a load the next trial is to be, and when no more are
// needed. It doubles the level until trials break, halves the gap between the highest level
// that held and the lowest that did not, and then confirms both by repeated trials. It knows
// no clock, no server and no record: whoever runs trials tells it how each came out.
//
// [Of] tells from the trials of a record what its searches have found. It does not need what
// the search knew: the same trials give the same result.
//
// Trials at one level do not agree when the level is near the border. So a level has one of
// three states. It is confirmed when all of its trials held. It has failed when more than
// half of its trials broke. In between it is mixed. What a search finds is an interval: from
// the highest confirmed level below every failed one to the lowest failed level. Mixed levels
// lie inside of it. That n of n trials held says that with a confidence of 95 % a share of at
// least 0.05^(1/n) of all trials at that level hold: 61 % for n = 6, 74 % for n = 10
// ([AtLeast]).
// That is the bound for one level by itself. Where several levels were tried until all trials
// of one held, the best of them is reported, and the bound is a little too high.
package capacity
