package link

import "time"

// A Profile is a link that has a name: a network as people meet it.
type Profile struct {
	Name   string
	About  string // what it stands for
	Link   Link
	Source string // where the figures are from
}

// Profiles returns all profiles, the fastest network first. The caller owns the slice.
func Profiles() []Profile {
	return []Profile{
		{
			Name: "lan", About: "two machines at one switch",
			Link:   Link{Delay: 100 * time.Microsecond, Rate: 125_000_000},
			Source: "gigabit Ethernet (IEEE 802.3): 1 Gbit/s, and a ping across one switch takes about 0.2 ms",
		},
		{
			Name: "wifi", About: "a wireless network in the same room",
			Link: Link{Delay: time.Millisecond, Jitter: time.Millisecond, Rate: 3_750_000},
			Source: "the preset WiFi that Chrome's developer tools had until 2017: 30 Mbit/s and a round trip of 2 ms; " +
				"the jitter is ours, for the time that a radio waits until the air is free",
		},
		{
			Name: "4g", About: "a phone in a mobile network of the fourth generation",
			Link:   Link{Delay: 85 * time.Millisecond, Rate: 1_125_000},
			Source: "the profile 4G of WebPageTest: 9 Mbit/s and a round trip of 170 ms",
		},
		{
			Name: "3g", About: "a phone in a mobile network of the third generation",
			Link: Link{Delay: 150 * time.Millisecond, Rate: 200_000},
			Source: "the profile 3G of WebPageTest: 1.6 Mbit/s to the phone and a round trip of 300 ms; " +
				"from the phone it has 0.8 Mbit/s, and here the rate is the same each way",
		},
		{
			Name: "satellite", About: "a link over a geostationary satellite",
			Link: Link{Delay: 279 * time.Millisecond, Rate: 1_250_000},
			Source: "RFC 2488, section 2: a round trip of at least 558 ms between stations at the edge of the satellite's view; " +
				"the rate of 10 Mbit/s is that of a usual subscription",
		},
	}
}

// Find returns the profile of that name; ok is false where there is none.
func Find(name string) (p Profile, ok bool) {
	for _, p := range Profiles() {
		if p.Name == name {
			return p, true
		}
	}
	return Profile{}, false
}
