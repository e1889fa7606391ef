package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

var shells = []string{"bash", "zsh", "fish", "powershell"}

func newCompletion() *cobra.Command {
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "Print completion for bash, zsh, fish or powershell",
		Long: `Print the script that makes a shell complete commands, flags, the names of
scenarios and variants: one of bash, zsh, fish and powershell.`,
		Example: `  source <(pushbench completion bash)   # this bash; put it into ~/.bashrc to keep it
  source <(pushbench completion zsh)    # this zsh, after compinit
  pushbench completion fish | source
  pushbench completion powershell | Out-String | Invoke-Expression`,
		ValidArgs: shells,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("pushbench completion bash", "completion needs the name of one shell: %s", strings.Join(shells, ", "))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			root, out := cmd.Root(), cmd.OutOrStdout()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(out, true)
			case "zsh":
				return root.GenZshCompletion(out)
			case "fish":
				return root.GenFishCompletion(out, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(out)
			}
			hint := didYouMean(args[0], shells, "")
			if hint == "" {
				hint = "it is one of " + strings.Join(shells, ", ")
			}
			return usage(hint, "no completion for %q", args[0])
		},
	}
}

// noArgs refuses arguments in one clear line.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage(fmt.Sprintf("%s --help", cmd.CommandPath()), "%s takes no argument, but got %q", cmd.CommandPath(), args[0])
	}
	return nil
}
