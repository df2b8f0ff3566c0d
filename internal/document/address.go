package document

import (
	"net"
	"net/netip"
	"path"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Address is where a file, or a folder, is on an SFTP server.
type Address struct {
	Host string
	Port string
	// Path is relative to where the user's session begins; it begins with a slash where the address had two.
	Path string
	// IsFolder tells that the address names no file: it ends with a slash, or its last part has no extension.
	IsFolder bool

	text string // the host as it was sent, for the answer
}

// ParseAddress reads host/path/file.png, with forward slashes. The host may have a port, and the whole may begin
// with sftp://. Parts that lead upwards and control characters are refused. field is what the caller calls it.
func ParseAddress(field, text string) (Address, error) {
	rest := text
	if len(rest) >= 7 && strings.EqualFold(rest[:7], "sftp://") {
		rest = rest[7:]
	}
	site, file, _ := strings.Cut(rest, "/")
	var a Address
	a.text = site
	host, port, err := net.SplitHostPort(site)
	if err != nil {
		host, port = strings.TrimSuffix(strings.TrimPrefix(site, "["), "]"), "22"
	}
	if strings.Contains(site, "@") {
		return a, invalid(field, "%s must not contain a user name; it belongs into SftpUsername", field)
	}
	number, err := strconv.Atoi(port)
	if err != nil || number < 1 || number > 65535 {
		return a, invalid(field, "%s must have a port between 1 and 65535, or none", field)
	}
	if _, err := netip.ParseAddr(host); err != nil && !isHostName(host) {
		return a, invalid(field, "%s must begin with the name of a host, as in sftp.example.com/folder/file.png", field)
	}
	a.Host, a.Port = strings.ToLower(host), strconv.Itoa(number)
	if strings.Contains(file, `\`) {
		return a, invalid(field, "%s must have forward slashes", field)
	}
	if !utf8.ValidString(file) || strings.ContainsFunc(file, func(r rune) bool { return !isFileRune(r) && r != '/' }) {
		return a, invalid(field, "%s contains characters that no file name may have", field)
	}
	isAbsolute := strings.HasPrefix(file, "/")
	var parts []string
	for part := range strings.SplitSeq(file, "/") {
		switch part {
		case "", ".":
		case "..":
			return a, invalid(field, "%s must not lead upwards", field)
		default:
			if len(part) > 255 {
				return a, invalid(field, "%s has a part that is longer than 255 bytes", field)
			}
			parts = append(parts, part)
		}
	}
	a.Path = strings.Join(parts, "/")
	if isAbsolute {
		a.Path = "/" + a.Path
	}
	a.IsFolder = len(parts) == 0 || strings.HasSuffix(file, "/") || path.Ext(parts[len(parts)-1]) == ""
	return a, nil
}

// isFileRune tells what may stand in a file's name: no control characters, no marks that turn the direction of
// writing, by which exe.jpg is shown for gpj.exe, and nothing that is not to be seen.
func isFileRune(r rune) bool {
	return r != utf8.RuneError && (unicode.IsGraphic(r) || r == '\u200d') && !unicode.Is(unicode.Cf, r)
}

// In is the address of a file in a folder.
func (a Address) In(fileName string) Address {
	if a.Path != "" && a.Path != "/" {
		a.Path += "/"
	}
	a.Path, a.IsFolder = a.Path+fileName, false
	return a
}

// String is the address without what is secret, as it was sent but for superfluous slashes.
func (a Address) String() string {
	return a.text + "/" + a.Path
}

// FileName is the last part.
func (a Address) FileName() string { return path.Base(a.Path) }

// hostPort is what is connected to, and what a host key is pinned for.
func (a Address) hostPort() string { return net.JoinHostPort(a.Host, a.Port) }
