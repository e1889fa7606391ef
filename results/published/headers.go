package published

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
	b.open(1, "871 bytes of headers for each poll", "P. Lubbers, F. Greco: HTML5 WebSocket: A Quantum Leap in Scalability for the Web (2010), soa.sys-con.com/node/1315473")
	if p != nil && p.Exchanges > 0 {
		b.polls(p)
	}
	c, ok := b.cell("two-bytes", "", "websocket")
	framing, has := metric(c, "framing-B/event")
	if !ok || !has || c.Trials[0].Load.Clients != 1000 {
		return
	}
	// Printed to three decimals. Theirs for 10,000 and 100,000 clients are ten and
	// a hundred times this one, and so would ours be.
	const theirs, printed = 0.015, 0.0005
	b.add(entry{quantity: "WebSocket frame heads of 1000 clients that get a message a second", kind: "Mibit/s",
		theirs: theirs, ours: framing * 1000 / mebibit, tolerance: printed / theirs, how: ofCell(c),
		why: "2 bytes for up to 125 bytes of payload (RFC 6455 section 5.2). TCP/IP's headers are left out, as in the article."})
}

// polls compares with the exchanges that were made of the article's texts.
func (b *book) polls(p *Polls) {
	measured := fmt.Sprintf("measured: %d clients on loopback, %d exchanges, counted by the kernel (TCP_INFO)", p.Clients, p.Exchanges)
	out, in := float64(p.Out)/float64(p.Exchanges), float64(p.In)/float64(p.Exchanges)
	b.add(entry{quantity: "request header, bytes on the wire", kind: "bytes", theirs: 692, derived: true, ours: out, corrected: 716, how: measured,
		why: "Each line ends with two bytes and an empty line follows (RFC 9112 section 2.1): 12 × 2 more."})
	b.add(entry{quantity: "response header, bytes on the wire", kind: "bytes", theirs: 179, derived: true, ours: in - body2010, corrected: 193, how: measured, why: "7 × 2 more."})
	b.add(entry{quantity: "both, for one poll", kind: "bytes", theirs: 871, ours: out + in - body2010, corrected: 909, how: measured,
		why: "909 bytes on the wire. The body's 21 come on top, and TCP/IP's headers, which the article leaves out on both sides."})
	if p.Clients != 1000 || p.Seconds <= 0 {
		return
	}
	// Theirs for 10,000 and 100,000 clients are ten and a hundred times this one.
	heads := float64(p.Out+p.In) - body2010*float64(p.Exchanges)
	b.add(entry{quantity: "headers of 1000 clients that poll once a second", kind: "Mibit/s",
		theirs: 6.6, ours: heads / p.Seconds / mebibit, corrected: 909_000.0 / mebibit, tolerance: 0.01, how: measured + fmt.Sprintf(" in %.3g s", p.Seconds),
		why: "Called Mbps there; 871 × clients × 8 / 2²⁰ gives their figure, so the unit is Mibit/s. With the line ends it is 4 % more; the clients keep their pace to 1 %."})
}
