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
// for all of the trial so that it is in every difference alike.
type statsReader struct {
	client *http.Client
	url    string // empty: the server tells no figures
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
	return &statsReader{&http.Client{Transport: t}, scheme + "://" + d.address + wire.RouteStats}
}

// read reads the server's figures, after a collection of its garbage when
// collected. They are zero when the server tells none.
func (r *statsReader) read(ctx context.Context, collected bool) (s wire.Stats, err error) {
	if r.url == "" {
		return s, nil
	}
	url := r.url
	if collected {
		url += "?" + wire.ParamGC + "=1"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return s, err
	}
	res, err := r.client.Do(req)
	if err != nil {
		return s, fmt.Errorf("server's figures: %w", err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return s, fmt.Errorf("server's figures: status %s", res.Status)
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, maxBuffer)).Decode(&s); err != nil {
		return s, fmt.Errorf("server's figures: %w", err)
	}
	return s, nil
}

func (r *statsReader) close() { r.client.CloseIdleConnections() }
