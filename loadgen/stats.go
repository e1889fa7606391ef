package loadgen

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"pushbench/servers/wire"
)

// A statsReader reads a server's own figures over one connection, which is open
// for all of the trial so that it is in every difference alike. Of several nodes it
// reads each and adds them up.
type statsReader struct {
	client *http.Client
	urls   []string // none: the server tells no figures
}

func newStatsReader(d *dialer, told bool) *statsReader {
	if !told {
		return &statsReader{client: &http.Client{}}
	}
	scheme := "http"
	t := &http.Transport{MaxConnsPerHost: 1, DialContext: d.via.DialContext}
	if d.config != nil {
		scheme = "https"
		t.TLSClientConfig = d.config.Clone()
		t.TLSClientConfig.ClientSessionCache = nil
	}
	r := &statsReader{client: &http.Client{Transport: t}}
	for i := range max(1, len(d.nodes)) {
		r.urls = append(r.urls, scheme+"://"+d.at(i)+wire.RouteStats)
	}
	return r
}

// read reads the server's figures, after a collection of its garbage when
// collected. They are zero when the server tells none.
func (r *statsReader) read(ctx context.Context, collected bool) (all wire.Stats, err error) {
	for i, url := range r.urls {
		s, err := r.readOne(ctx, url, collected)
		if err != nil {
			return all, fmt.Errorf("server's figures: %w", err)
		}
		if i == 0 {
			all = s
		} else {
			add(&all, s)
		}
	}
	return all, nil
}

func (r *statsReader) readOne(ctx context.Context, url string, collected bool) (s wire.Stats, err error) {
	if collected {
		url += "?" + wire.ParamGC + "=1"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return s, err
	}
	res, err := r.client.Do(req)
	if err != nil {
		return s, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return s, fmt.Errorf("status %s", res.Status)
	}
	err = json.NewDecoder(io.LimitReader(res.Body, maxBuffer)).Decode(&s)
	return s, err
}

func (r *statsReader) close() { r.client.CloseIdleConnections() }
