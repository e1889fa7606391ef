package results

// proxyMetrics are what the proxy in front of the server costs, where there is one.
func proxyMetrics() []Metric {
	front := func(of func(t *Trial, f *Front) (float64, bool)) func(*Trial) (float64, bool) {
		return func(t *Trial) (float64, bool) {
			if t.Proxy == nil {
				return 0, false
			}
			return of(t, t.Proxy)
		}
	}
	return []Metric{
		lower("proxy-cpu-sec/event", "proxy CPU per delivered event", "proxy CPU/event", kindSec,
			"CPU time of all processes of the proxy in front of the server over the window, user and system, divided by the deliveries between the same two readings.",
			front(func(t *Trial, f *Front) (float64, bool) {
				v, ok := per(f.CPU, float64(t.timed()))
				return v, ok && v > 0
			})),
		told(lower("proxy-B/conn", "proxy memory per held connection", "proxy memory/conn", kindBytes,
			"Memory of all processes of the proxy in front of the server, with each page that several of them share counted once (the proportional set), while all connections are held open and idle, less what was there before, per connection. Socket memory of the kernel is not in it. Of fewer than 100 connections, or below zero, it is less than can be told.",
			front(func(t *Trial, f *Front) (float64, bool) { return per(float64(f.Held), float64(t.Connection.Opened)) }))),
	}
}
