package paper

import (
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"io"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

//go:embed fonts/*.gz
var fontFiles embed.FS

// face is one font. It is unpacked when a document first needs it, and then kept: the one for Chinese takes 3.4 MB.
type face struct {
	name   string // in fontFiles, and as the document knows it
	opened func() (opened, error)
}

type opened struct {
	data  []byte
	table *sfnt.Font
}

func newFace(name string) *face {
	return &face{name: name, opened: sync.OnceValues(func() (opened, error) {
		packed, err := fontFiles.Open("fonts/" + name + ".ttf.gz")
		if err != nil {
			return opened{}, err
		}
		defer packed.Close()
		unpacked, err := gzip.NewReader(packed)
		if err != nil {
			return opened{}, err
		}
		var data bytes.Buffer
		if _, err := io.Copy(&data, unpacked); err != nil {
			return opened{}, err
		}
		table, err := sfnt.Parse(data.Bytes())
		return opened{data.Bytes(), table}, err
	})}
}

// The faces, in the order in which they are asked for a character: the first one that has it writes it.
var (
	regular   = newFace("NotoSans-Regular")
	bold      = newFace("NotoSans-Bold")
	fallbacks = []*face{newFace("NotoSansArabic-Regular"), newFace("NotoSansHebrew-Regular"), newFace("NotoSansDevanagari-Regular"),
		newFace("NotoSansBengali-Regular"), newFace("NotoSansGujarati-Regular"), newFace("NotoSansGurmukhi-Regular"),
		newFace("NotoSansTamil-Regular"), newFace("NotoSansThai-Regular"), newFace("DroidSansFallback")}
)

// glyph is a character of a face, or of none.
type glyph struct {
	face    *face
	advance float64 // of a size of 1
}

// type case is taken: a typist's tray holds what has been looked up for one document.
type tray struct {
	buffer sfnt.Buffer
	found  [2]map[rune]glyph // regular, bold
}

func newTray() *tray { return &tray{found: [2]map[rune]glyph{{}, {}}} }

// glyph finds who writes a character. It fails for a broken program only: the fonts are part of it.
func (t *tray) glyph(r rune, isBold bool) (glyph, error) {
	found, first := t.found[0], regular
	if isBold {
		found, first = t.found[1], bold
	}
	if g, ok := found[r]; ok {
		return g, nil
	}
	var g glyph
	// The writer of documents counts characters in sixteen bits.
	for i := -1; i < len(fallbacks) && r <= 0xffff; i++ {
		candidate := first
		if i >= 0 {
			candidate = fallbacks[i]
		}
		opened, err := candidate.opened()
		if err != nil {
			return g, fmt.Errorf("paper: the font %s cannot be read: %w", candidate.name, err)
		}
		index, err := opened.table.GlyphIndex(&t.buffer, r)
		if err != nil || index == 0 {
			continue
		}
		em := fixed.I(int(opened.table.UnitsPerEm()))
		advance, err := opened.table.GlyphAdvance(&t.buffer, index, em, font.HintingNone)
		if err != nil {
			continue
		}
		g = glyph{candidate, float64(advance) / float64(em)}
		break
	}
	found[r] = g
	return g, nil
}
