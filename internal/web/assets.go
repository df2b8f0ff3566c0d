package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"mime"
	"net/http"
	"path"
)

//go:embed assets
var assetFiles embed.FS

// asset is a style sheet, script or picture of the pages. Its address has its hash, so that a browser keeps it for
// ever and asks anew when the program has another one.
type asset struct {
	body        []byte
	contentType string
	href        string
}

// assets are all of them, by name.
var assets = func() map[string]asset {
	entries, err := assetFiles.ReadDir("assets")
	if err != nil {
		panic(err) // what is embedded is there
	}
	all := make(map[string]asset, len(entries))
	for _, entry := range entries {
		name := entry.Name()
		body, err := assetFiles.ReadFile("assets/" + name)
		if err != nil {
			panic(err)
		}
		sum := sha256.Sum256(body)
		all[name] = asset{body, mime.TypeByExtension(path.Ext(name)), "/assets/" + hex.EncodeToString(sum[:6]) + "/" + name}
	}
	return all
}()

// hrefOf is an asset's address; one that there is not is a fault of a page.
func hrefOf(name string) (string, error) {
	a, ok := assets[name]
	if !ok {
		return "", fmt.Errorf("web: there is no asset %q", name)
	}
	return a.href, nil
}

// serveAsset answers with an asset; with the address of an older one too, for pages that were open when the program changed.
func (s *Site) serveAsset(w http.ResponseWriter, r *http.Request) error {
	a, ok := assets[r.PathValue("name")]
	if !ok {
		return notFound
	}
	cache := "public, max-age=31536000, immutable"
	if a.href != r.URL.Path {
		cache = "no-cache"
	}
	w.Header().Set("Cache-Control", cache)
	w.Header().Set("Content-Type", a.contentType)
	w.Header().Set("Content-Length", fmt.Sprint(len(a.body)))
	if r.Method == http.MethodGet {
		_, err := w.Write(a.body)
		return ignoreGone(err)
	}
	return nil
}
