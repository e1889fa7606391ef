package claims

import (
	"fmt"
	"strings"
)

// Request2010 and Answer2010 are the request and the answer that Lubbers and
// Greco print, with the line ends that HTTP has, and a body of as many bytes as
// its Content-Length says.
var (
	Request2010 = []byte(strings.Join([]string{
		"GET /PollingStock//PollingStock HTTP/1.1",
		"Host: localhost:8080",
		"User-Agent: Mozilla/5.0 (Windows; U; Windows NT 5.1; en-US; rv:1.9.1.5) Gecko/20091102 Firefox/3.5.5",
		"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
		"Accept-Language: en-us",
		"Accept-Encoding: gzip,deflate",
		"Accept-Charset: ISO-8859-1,utf-8;q=0.7,*;q=0.7",
		"Keep-Alive: 300",
		"Connection: keep-alive",
		"Referer: http://www.example.com/PollingStock/",
		"Cookie: showInheritedConstant=false; showInheritedProtectedConstant=false; showInheritedProperty=false; " +
			"showInheritedProtectedProperty=false; showInheritedMethod=false; showInheritedProtectedMethod=false; " +
			"showInheritedEvent=false; showInheritedStyle=false; showInheritedEffect=false",
		"", "",
	}, "\r\n"))
	Answer2010 = []byte(strings.Join([]string{
		"HTTP/1.x 200 OK",
		"X-Powered-By: Servlet/2.5",
		"Server: Sun Java System Application Server 9.1_02",
		"Content-Type: text/html;charset=UTF-8",
		"Content-Length: 21",
		"Date: Sat, 07 Nov 2009 00:32:46 GMT",
		"", "",
	}, "\r\n") + strings.Repeat("x", body2010))
)

const body2010 = 21

// mebibit is what Lubbers and Greco call a megabit: 2²⁰ bits.
const mebibit = 1 << 20 / 8 // bytes

// characters is the length of a text without its line ends.
func characters(b []byte) float64 {
	return float64(len(b) - 2*strings.Count(string(b), "\r\n"))
}

// headers is the overhead of polling and of a WebSocket's frames.
func (b *book) headers(p *Polls) {
	b.open(1, "871 bytes of headers for each poll", "P. Lubbers, F. Greco: HTML5 WebSocket: A Quantum Leap in Scalability for the Web (2010)")
	const counted = "computed: the article's own texts, counted"
	b.add(entry{"request header, characters", "count", 692, characters(Request2010), 0, NotReproduced, counted, "The printed lines without their ends."})
	b.add(entry{"response header, characters", "count", 179, characters(Answer2010) - body2010, 0, NotReproduced, counted, "The same."})
	if p == nil {
		return
	}
	measured := fmt.Sprintf("measured: %d clients on loopback, %d exchanges, counted by the kernel (TCP_INFO)", p.Clients, p.Exchanges)
	out, in := float64(p.Out)/float64(p.Exchanges), float64(p.In)/float64(p.Exchanges)
	b.add(entry{"request header, bytes on the wire", "bytes", 692, out, 0, Corrected, measured,
		"Each line ends with two bytes and an empty line follows (RFC 9112 section 2.1): 12 × 2 more."})
	b.add(entry{"response header, bytes on the wire", "bytes", 179, in - body2010, 0, Corrected, measured, "7 × 2 more."})
	b.add(entry{"both, for one poll", "bytes", 871, out + in - body2010, 0, Corrected, measured, "909 on the wire, and the body's 21 bytes are not in it."})
	wire := out + in + float64(p.Segments)/float64(p.Exchanges)*52
	b.add(entry{"one poll with TCP/IP headers and body", "bytes", 871, wire, 0, Corrected, measured,
		fmt.Sprintf("%.3g segments of 52 bytes of headers for each poll, the connection's opening included; the article leaves them out on both sides.", float64(p.Segments)/float64(p.Exchanges))})
	for _, clients := range []float64{1000, 10_000, 100_000} {
		theirs := map[float64]float64{1000: 6.6, 10_000: 66, 100_000: 665}[clients]
		rate, how := clients*(out+in-body2010)/mebibit, "computed: as many times the bytes that were measured for 1 poll"
		if int64(clients) == p.Clients {
			rate, how = float64(p.Out+p.In-body2010*p.Exchanges)/p.Seconds/mebibit, measured
		}
		b.add(entry{fmt.Sprintf("headers of %.0f clients that poll once a second", clients), "Mibit/s", theirs, rate, 0.01, Corrected, how,
			"Called Mbps there; 871 × clients × 8 / 2²⁰ gives their figure, so the unit is Mibit/s. With the line ends it is 4 % more."})
	}
	c, ok := b.cell("two-bytes", "", "websocket")
	framing, has := metric(c, "framing-B/event")
	if !ok || !has {
		return
	}
	for _, clients := range []float64{1000, 10_000, 100_000} {
		theirs := map[float64]float64{1000: 0.015, 10_000: 0.153, 100_000: 1.526}[clients]
		how := "computed: as many times the bytes that were measured for 1 message"
		if clients == float64(c.Trials[0].Load.Clients) {
			how = ofCell(c)
		}
		b.add(entry{fmt.Sprintf("WebSocket frame heads of %.0f clients that get a message a second", clients), "Mibit/s", theirs, framing * clients / mebibit, 0.02, NotReproduced, how,
			"2 bytes for up to 125 bytes of payload (RFC 6455 section 5.2). TCP/IP's 104 bytes for each message are left out, as in the article."})
	}
}
