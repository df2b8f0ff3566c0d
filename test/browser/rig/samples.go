package main

import (
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
)

// samples writes files to upload, and answers with where they are.
func (r rig) samples(*http.Request) (any, error) {
	paths := map[string]string{
		"radiograph": filepath.Join(r.dir, "periapical UR6.jpg"), "letter": filepath.Join(r.dir, "Letter.pdf"),
		"pretender": filepath.Join(r.dir, "not really.pdf"), "program": filepath.Join(r.dir, "run.exe"),
		"large": filepath.Join(r.dir, "panoramic, Łódź.jpg"),
	}
	for name, content := range map[string]string{"letter": smallPDF, "pretender": "<html><script>alert(1)</script></html>", "program": "MZ"} {
		if err := os.WriteFile(paths[name], []byte(content), 0o600); err != nil {
			return nil, err
		}
	}
	for name, film := range map[string]image.Image{"radiograph": radiograph(), "large": grain()} {
		if err := writeFilm(paths[name], film); err != nil {
			return nil, err
		}
	}
	return paths, nil
}

func writeFilm(path string, film image.Image) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(jpeg.Encode(file, film, &jpeg.Options{Quality: 95}), file.Close())
}

// grain is a film of nothing but noise, which makes a file of several megabytes.
func grain() image.Image {
	film := image.NewGray(image.Rect(0, 0, 2800, 2400))
	dice := rand.New(rand.NewPCG(1, 2))
	for i := range film.Pix {
		film.Pix[i] = uint8(dice.Uint32())
	}
	return film
}

// radiograph draws what looks from afar like three molars on a film.
func radiograph() image.Image {
	const width, height = 900, 700
	film := image.NewGray(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			light := 30 + 25*math.Sin(float64(x+2*y)/70)
			for tooth := range 3 {
				cx := 160 + 290*float64(tooth)
				dx, dy := (float64(x)-cx)/120, (float64(y)-250)/140
				crown := dx*dx*dx*dx + dy*dy*dy*dy
				root := math.Min(math.Abs(float64(x)-cx+60), math.Abs(float64(x)-cx-60)) / 38
				switch {
				case crown < 0.75:
					light = 190
				case crown < 1:
					light = 235
				case y > 330 && y < 610 && root < 1-float64(y-330)/420:
					light = 150
				}
			}
			film.SetGray(x, y, color.Gray{Y: uint8(light)})
		}
	}
	return film
}
