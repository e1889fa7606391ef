package main

import (
	"slices"

	"github.com/spf13/cobra"

	"pushbench/scenarios"
)

// completeScenarios offers the built-in scenarios with what they are about,
// and the YAML files.
func completeScenarios(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	builtin, err := scenarios.Builtin()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var offers []cobra.Completion
	for _, s := range builtin {
		if !slices.Contains(args, s.Name) {
			offers = append(offers, cobra.CompletionWithDesc(s.Name, s.About))
		}
	}
	return offers, cobra.ShellCompDirectiveDefault
}

// completeVariants offers the transports and the variants of the scenarios on
// the command line: what --variant can select there.
func completeVariants(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	offers := transportNames()
	if chosen, err := selectScenarios(args, scenarios.SuiteFull); err == nil {
		offers = append(offers, variantNames(chosen)...)
	}
	slices.Sort(offers)
	return slices.Compact(offers), cobra.ShellCompDirectiveNoFileComp
}

// mustComplete registers completion for a flag that the command has.
func mustComplete(cmd *cobra.Command, flag string, f cobra.CompletionFunc) {
	if err := cmd.RegisterFlagCompletionFunc(flag, f); err != nil {
		panic(err) // the flag does not exist: a slip in this package
	}
}
