// Package proxy knows from where a request comes: the address, and whether the browser speaks TLS. What a request itself says of that,
// in X-Forwarded-For and X-Forwarded-Proto, is believed from proxies alone that the operator trusts; anybody else could say anything.
// It is the one reader of these headers.
package proxy

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
)

// Network is where trusted proxies are.
type Network struct{ netip.Prefix }

// UnmarshalText reads a network such as 10.0.0.0/8, or one address. It refuses what has more than the network's part, which is a slip
// of the pen, and the network of all addresses, by which everybody could say who they are.
func (n *Network) UnmarshalText(text []byte) error {
	given := strings.TrimSpace(string(text))
	if one, err := netip.ParseAddr(given); err == nil && one.Zone() == "" {
		one = one.Unmap()
		n.Prefix = netip.PrefixFrom(one, one.BitLen())
		return nil
	}
	prefix, err := netip.ParsePrefix(given)
	switch {
	case err != nil || prefix.Addr().Is4In6():
		return fmt.Errorf("%q is no network; write it like 10.0.0.0/8, 192.0.2.7 or fd00::/8", given)
	case prefix.Bits() == 0:
		return fmt.Errorf("%s is everybody; name the networks of your own proxies", given)
	case prefix != prefix.Masked():
		return fmt.Errorf("%s is no network; did you mean %s?", given, prefix.Masked())
	}
	n.Prefix = prefix
	return nil
}

// Trust is whom an operator believes.
type Trust struct {
	Proxies []Network // none is nobody
	// IsHTTPS is that browsers reach this server over TLS alone, as an operator says who gives it a public address with https.
	IsHTTPS bool
	Log     *slog.Logger // is told once of a proxy near by that is not trusted; nil is not

	warned atomic.Bool
}

// origin is what was found of a request where it is not what its connection says.
type origin struct {
	address netip.Addr
	isHTTPS bool
}

type originKey struct{}

// Handler finds from where each request comes before next serves it.
func (t *Trust) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		peer := peerOf(r)
		o := origin{peer, r.TLS != nil || t.IsHTTPS}
		if t.trusts(peer) {
			o.address = t.before(peer, r.Header.Values("X-Forwarded-For"))
			o.isHTTPS = o.isHTTPS || isHTTPS(r.Header.Values("X-Forwarded-Proto"))
		} else {
			t.warn(peer, r)
		}
		if o.address != peer || o.isHTTPS != (r.TLS != nil) {
			r = r.WithContext(context.WithValue(r.Context(), originKey{}, o))
		}
		next.ServeHTTP(w, r)
	})
}

func (t *Trust) trusts(address netip.Addr) bool {
	return address.IsValid() && slices.ContainsFunc(t.Proxies, func(n Network) bool { return n.Contains(address) })
}

// before is the address from which a trusted proxy has the request: the rightmost one that is no trusted proxy's. What stands left of
// it was written by whoever is there, and may be invented. Where something is no address, the last proxy before it has to stand for all.
func (t *Trust) before(peer netip.Addr, headers []string) netip.Addr {
	hops := strings.Split(strings.Join(headers, ","), ",")
	for _, hop := range slices.Backward(hops) {
		address, ok := parseHop(hop)
		if !ok {
			return peer
		}
		if peer = address; !t.trusts(address) {
			return address
		}
	}
	return peer
}

// parseHop reads an address, which some proxies write with its port.
func parseHop(hop string) (netip.Addr, bool) {
	hop = strings.TrimSpace(hop)
	if with, err := netip.ParseAddrPort(hop); err == nil {
		return plain(with.Addr()), true
	}
	address, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(hop, "["), "]"))
	return plain(address), err == nil
}

// plain is an address in the one form in which it is compared.
func plain(address netip.Addr) netip.Addr { return address.Unmap().WithZone("") }

// isHTTPS reads how the nearest proxy was spoken to. Where there are several, each after the first one is to hand on what it was told.
func isHTTPS(headers []string) bool {
	all := strings.Split(strings.Join(headers, ","), ",")
	return strings.EqualFold(strings.TrimSpace(all[len(all)-1]), "https")
}

// warn tells the operator, once, of a proxy that stands near by and is not trusted: everybody behind it counts as one, and their
// cookies may lack what TLS gives them. An address of the internet is nobody's to log, and may be anybody who writes the header.
func (t *Trust) warn(peer netip.Addr, r *http.Request) {
	if t.Log == nil || !(peer.IsPrivate() || peer.IsLoopback()) || r.Header.Get("X-Forwarded-For") == "" && r.Header.Get("X-Forwarded-Proto") == "" || t.warned.Swap(true) {
		return
	}
	t.Log.Warn("a proxy that is not trusted sends X-Forwarded headers, which are not believed; --trusted-proxies names whom to trust", "proxy", peer.String())
}

// peerOf is who is at the other end of the connection; the zero address where that is none of the network's.
func peerOf(r *http.Request) netip.Addr {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return plain(at.Addr())
}

// From is from where a request comes, by which those are bounded who guess: an address, or of IPv6 the network of 64 bits that one
// customer has at the least.
func From(r *http.Request) string {
	address := peerOf(r)
	if o, ok := r.Context().Value(originKey{}).(origin); ok {
		address = o.address
	}
	if address.Is6() {
		return netip.PrefixFrom(address, 64).Masked().String()
	}
	return address.String()
}

// IsHTTPS tells whether the browser speaks TLS, with this server or with the proxy before it.
func IsHTTPS(r *http.Request) bool {
	if o, ok := r.Context().Value(originKey{}).(origin); ok {
		return o.isHTTPS
	}
	return r.TLS != nil
}
