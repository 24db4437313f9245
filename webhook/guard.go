package webhook

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"

	"lekha/servicing"
)

// An administrator types addresses, and the program calls them from inside the
// lender's network: that must not become a way to machines which only the program
// can reach. So the number that a name came to mean is looked at when it is dialled,
// not when it was typed; answers that lead elsewhere are not followed; and no proxy
// stands in between, which would resolve the name once more.

// errInside is what a message to a number inside the network comes back with.
var errInside = errors.New("this address is inside a network, where nothing is sent to")

// closed are numbers that no program of somebody else's answers at, beside those
// that netip knows: shared carrier networks, protocol and test ranges, and those
// that carry an old number inside a new one.
var closed = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"), netip.MustParsePrefix("192.0.2.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("2001::/32"), netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("2002::/16"),
}

// Guard says to which machines messages go.
type Guard struct {
	// Private lets messages into the private ranges of the lender's own network
	// (10/8, 172.16/12, 192.168/16, fc00::/7), for an accounting system that stands
	// there. This machine itself is reached by the name localhost alone.
	Private bool
}

// allows says whether a number may be dialled for a host as it was typed.
func (g Guard) allows(host string, ip netip.Addr) bool {
	ip = ip.Unmap()
	if servicing.IsLocalhost(host) {
		return ip.IsLoopback()
	}
	if ip.IsPrivate() {
		return g.Private
	}
	for _, p := range closed {
		if p.Contains(ip) {
			return false
		}
	}
	return ip.IsGlobalUnicast()
}

// The limits of one try.
const (
	// sendTime is how long an answer may take: who has more to do answers first.
	sendTime = 8 * time.Second
	// maxAnswer is how much of an answer is read.
	maxAnswer = 1 << 10
)

// newClient makes a client that sends to the machines that a guard allows.
func newClient(g Guard) *http.Client {
	transport := &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			host, _, err := net.SplitHostPort(address)
			if err != nil {
				return nil, err
			}
			d := net.Dialer{Timeout: sendTime, ControlContext: func(_ context.Context, _, dialled string, _ syscall.RawConn) error {
				number, err := netip.ParseAddrPort(dialled)
				if err != nil || !g.allows(host, number.Addr()) {
					return errInside
				}
				return nil
			}}
			return d.DialContext(ctx, network, address)
		},
		TLSHandshakeTimeout: sendTime, ResponseHeaderTimeout: sendTime, MaxIdleConnsPerHost: 1, IdleConnTimeout: time.Minute, ForceAttemptHTTP2: true,
		MaxResponseHeaderBytes: 16 << 10,
	}
	return &http.Client{Transport: transport, Timeout: sendTime, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}
