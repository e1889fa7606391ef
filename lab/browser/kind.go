//go:build linux

package browser

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A Kind is a browser that can be driven.
type Kind string

// The browsers that can be driven.
const (
	Chromium Kind = "chromium"
	Firefox  Kind = "firefox"
)

// Kinds returns all of them.
func Kinds() []Kind { return []Kind{Chromium, Firefox} }

// String is the name of the browser in a sentence.
func (k Kind) String() string { return kinds[k].label }

// An Absent says that a browser is not installed.
type Absent struct {
	Kind    Kind
	Names   []string // the programs that were looked for on PATH
	Package string   // of Debian, which has the browser
}

func (a *Absent) Error() string {
	return fmt.Sprintf("%s is not installed: there is no %s (Debian: apt-get install %s)", a.Kind, strings.Join(a.Names, ", "), a.Package)
}

// Find returns the path of the browser's program. The error is an *Absent.
func Find(k Kind) (string, error) {
	for _, name := range kinds[k].names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", &Absent{k, kinds[k].names, kinds[k].debian}
}

// A way is what differs between the kinds until a browser can be asked.
type way struct {
	label   string
	names   []string // of its program, the preferred one first
	debian  string   // the package
	flags   []string
	profile func(directory string) []string // the flag that names it
	prepare func(profile string) error
	address func(profile string) (string, error) // of the WebSocket to drive it by, when it is there
	drive   func(*link) driver
}

var kinds = map[Kind]way{
	Chromium: {
		label: "Chromium", names: []string{"chromium", "chromium-browser", "google-chrome"}, debian: "chromium",
		// A page that cannot be seen must not be slowed down, and nothing else may use the network.
		// The sandbox needs rights that root in a container does not have; it would guard this
		// machine from pages of our own.
		flags: []string{
			"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking",
			"--disable-component-update", "--disable-sync", "--disable-breakpad", "--disable-default-apps",
			"--disable-extensions", "--disable-dev-shm-usage", "--disable-background-timer-throttling",
			"--disable-backgrounding-occluded-windows", "--disable-renderer-backgrounding", "--no-first-run",
			"--no-default-browser-check", "--password-store=basic", "--use-mock-keychain",
			"--ignore-certificate-errors", "--remote-debugging-port=0",
		},
		profile: func(directory string) []string { return []string{"--user-data-dir=" + directory} },
		prepare: func(string) error { return nil },
		address: devtoolsAddress,
		drive:   func(l *link) driver { return &devtools{link: l} },
	},
	Firefox: {
		label: "Firefox", names: []string{"firefox-esr", "firefox"}, debian: "firefox-esr",
		flags:   []string{"--headless", "--no-remote", "--new-instance", "--remote-debugging-port=0"},
		profile: func(directory string) []string { return []string{"--profile", directory} },
		prepare: writePreferences,
		address: bidiAddress,
		drive:   func(l *link) driver { return &bidi{link: l} },
	},
}

// preferences of Firefox keep it from using the network for itself, leave a page's clock as fine
// as it is, and have JSON shown as text, in a page of its server. None is about connections.
const preferences = `user_pref("app.normandy.enabled", false);
user_pref("app.update.enabled", false);
user_pref("browser.aboutwelcome.enabled", false);
user_pref("browser.safebrowsing.malware.enabled", false);
user_pref("browser.safebrowsing.phishing.enabled", false);
user_pref("browser.safebrowsing.downloads.remote.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.startup.homepage_override.mstone", "ignore");
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("devtools.jsonview.enabled", false);
user_pref("dom.push.connection.enabled", false);
user_pref("extensions.update.enabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("network.http.http3.enable", false);
user_pref("privacy.reduceTimerPrecision", false);
user_pref("services.settings.server", "");
user_pref("toolkit.telemetry.enabled", false);
`

func writePreferences(profile string) error {
	return os.WriteFile(filepath.Join(profile, "user.js"), []byte(preferences), 0o600)
}
