package document

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"code.dny.dev/ssrf"

	"github.com/bridgework-dental/bridgework/internal/fault"
)

// Egress says which hosts this server may connect to on behalf of a practice. It is asked twice: for the
// name before it is resolved, and for the address when the connection is made, so a name that is resolved
// to another address between the two gains nothing.
type Egress struct {
	anyHost   bool
	names     []string // "sftp.example.com", "*.example.com"
	addresses []netip.Prefix
	hosts     map[string]string // Options.Hosts
	guard     *ssrf.Guardian
}

// AnyHost is the setting of a practice that has none: every host that is not within a private network.
const AnyHost = "*"

// ParseEgress reads a practice's setting: words with commas or blanks between them. A word is * for every
// public host, a host's name, *.example.com for every name below one, or an address or a range in CIDR
// notation. Loopback, link-local, private and other special addresses are only reached by a word that is
// an address or a range.
func ParseEgress(setting string) (Egress, error) {
	var e Egress
	for _, word := range strings.FieldsFunc(strings.ToLower(setting), func(r rune) bool { return r == ',' || r == ' ' || r == '\n' || r == '\t' || r == '\r' }) {
		prefix, isRange := parsePrefix(word)
		switch {
		case word == AnyHost:
			e.anyHost = true
		case isRange:
			e.addresses = append(e.addresses, prefix)
		case isHostName(strings.TrimPrefix(word, "*.")):
			e.names = append(e.names, word)
		default:
			return e, fault.New(fault.Invalid, "%q is neither a host name, nor an address, nor a range such as 10.0.0.0/8", word)
		}
	}
	var four, six []netip.Prefix
	for _, prefix := range e.addresses {
		if prefix.Addr().Is4() {
			four = append(four, prefix)
		} else {
			six = append(six, prefix)
		}
	}
	e.guard = ssrf.New(ssrf.WithAnyPort(), ssrf.WithAllowedV4Prefixes(four...), ssrf.WithAllowedV6Prefixes(six...))
	return e, nil
}

func parsePrefix(word string) (netip.Prefix, bool) {
	if prefix, err := netip.ParsePrefix(word); err == nil {
		return prefix.Masked(), true
	}
	if address, err := netip.ParseAddr(word); err == nil && address.Zone() == "" {
		address = address.Unmap()
		return netip.PrefixFrom(address, address.BitLen()), true
	}
	return netip.Prefix{}, false
}

func isHostName(name string) bool {
	if name == "" || len(name) > 253 {
		return false
	}
	for label := range strings.SplitSeq(strings.TrimSuffix(name, "."), ".") {
		if label == "" || len(label) > 63 || strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") {
			return false
		}
		for _, r := range label {
			if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_' {
				return false
			}
		}
	}
	return true
}

// With lets names lead to addresses past the policy, which the operator and not a caller has chosen.
func (r *Room) With(e Egress) Egress {
	e.hosts = r.options.Hosts
	return e
}

// errNotAllowed is what a host comes to that the practice's settings do not allow.
var errNotAllowed = errors.New("the practice's settings do not allow this host")

// Dial connects to a host that the practice's settings allow. Its error is errNotAllowed, or the network's.
func (e Egress) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	dialer := net.Dialer{Timeout: 10 * time.Second}
	for name, to := range e.hosts {
		if strings.EqualFold(name, host) {
			return dialer.DialContext(ctx, network, to)
		}
	}
	named := e.anyHost || slices.ContainsFunc(e.names, func(name string) bool { return matchesHost(name, host) })
	dialer.ControlContext = func(_ context.Context, network, address string, c syscall.RawConn) error {
		if e.guard == nil {
			return errNotAllowed
		}
		resolved, err := netip.ParseAddrPort(address)
		if err != nil {
			return errNotAllowed
		}
		ip := resolved.Addr().Unmap().WithZone("")
		if !named && !slices.ContainsFunc(e.addresses, func(p netip.Prefix) bool { return p.Contains(ip) }) {
			return errNotAllowed
		}
		if err := e.guard.Safe(network, address, c); err != nil {
			return fmt.Errorf("%w: %w", errNotAllowed, err)
		}
		return nil
	}
	// Without an address that could be allowed, the name is not even resolved.
	if !named && len(e.addresses) == 0 {
		return nil, errNotAllowed
	}
	return dialer.DialContext(ctx, network, net.JoinHostPort(host, port))
}

func matchesHost(pattern, host string) bool {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if suffix, ok := strings.CutPrefix(pattern, "*"); ok {
		return strings.HasSuffix(host, suffix)
	}
	return host == strings.TrimSuffix(pattern, ".")
}

// maxRedirects is how often another address may be named before the file comes.
const maxRedirects = 5

// Client is an HTTP client that reaches what Dial reaches, also after a redirect, and no proxy.
func (e Egress) Client() *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			DialContext: e.Dial, TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: 30 * time.Second,
			MaxResponseHeaderBytes: 64 << 10, DisableKeepAlives: true, DisableCompression: true,
		},
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if len(via) > maxRedirects || r.URL.Scheme != "http" && r.URL.Scheme != "https" {
				return errors.New("it leads nowhere")
			}
			return nil
		},
	}
}

// CheckURL refuses what is no address of a file on the web.
func CheckURL(field, text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' }) {
		return invalid(field, "%s must begin with http:// or https:// and name a host", field)
	}
	if u.User != nil {
		return invalid(field, "%s must not contain a user name or a password", field)
	}
	if port := u.Port(); port != "" {
		if number, err := strconv.Atoi(port); err != nil || number < 1 || number > 65535 {
			return invalid(field, "%s has no valid port", field)
		}
	}
	return nil
}

// IsNotAllowed tells a refusal by the practice's settings from a failure of the network.
func IsNotAllowed(err error) bool { return errors.Is(err, errNotAllowed) }

// MayName tells whether a host may be called as far as can be told by its name alone: an address that Dial would
// refuse may not, nor a name that the settings leave out. What a name leads to is asked when it is called.
func (e Egress) MayName(host string) bool {
	for name := range e.hosts {
		if strings.EqualFold(name, host) {
			return true
		}
	}
	named := e.anyHost || slices.ContainsFunc(e.names, func(name string) bool { return matchesHost(name, host) })
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	if err != nil {
		lower := strings.TrimSuffix(strings.ToLower(host), ".")
		local := lower == "localhost" || strings.HasSuffix(lower, ".localhost")
		loopback := slices.ContainsFunc(e.addresses, func(p netip.Prefix) bool { return p.Addr().IsLoopback() })
		return isHostName(host) && (local && loopback || !local && (named || len(e.addresses) > 0))
	}
	ip = ip.Unmap().WithZone("")
	if e.guard == nil || !named && !slices.ContainsFunc(e.addresses, func(p netip.Prefix) bool { return p.Contains(ip) }) {
		return false
	}
	network := "tcp4"
	if ip.Is6() {
		network = "tcp6"
	}
	return e.guard.Safe(network, netip.AddrPortFrom(ip, 443).String(), nil) == nil
}
