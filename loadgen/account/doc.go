// Package account records which client received which event when: a pair of
// event and client is delivered, missed, duplicated or reordered, and each
// delivery is measured by the schedule.
package account
