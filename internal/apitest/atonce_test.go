package apitest

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/practice"
)

// What a client is answered must not depend on who asks beside it. Every vector that only reads is sent by several
// clients at the same time, each in an order of its own, and is answered as it is alone: the same bytes.
func TestReadersAtTheSameTimeAreAnsweredAsEachIsAlone(t *testing.T) {
	type reading struct {
		name    string
		request Request
		alone   string
	}
	s := OpenServer(t, freshDemo(t)(t))
	answered := func(authorization string, r Request) string {
		w := s.DoAs(authorization, r.Method, r.Path, r.Text())
		return http.StatusText(w.Code) + "\n" + string(clockReadings.ReplaceAll(w.Body.Bytes(), nil))
	}
	var readings []reading
	for file, vectors := range LoadVectors(t, "opendental") {
		for _, v := range vectors {
			reads := v.Request.Method == http.MethodGet || strings.HasPrefix(v.Request.Path, "/queries/")
			if reads && v.Demo.Skip == "" && !v.Demo.Given && len(*v.Changes) == 0 {
				readings = append(readings, reading{file + "/" + v.Name, v.Request, answered(Authorization, v.Request)})
			}
		}
	}
	if len(readings) < 150 {
		t.Errorf("only %d vectors read", len(readings))
	}
	var clients sync.WaitGroup
	for client := range uint64(6) {
		key := s.CreateKey(t, fmt.Sprint("Client ", client), Groups(), practice.Secrets{})
		order := rand.New(rand.NewPCG(client, 1)).Perm(len(readings))
		clients.Go(func() {
			for _, i := range slices.Concat(order, order, order) {
				if beside := answered(key, readings[i].request); beside != readings[i].alone {
					t.Errorf("client %d, %s: beside others\n%s\nand alone\n%s", client, readings[i].name, beside, readings[i].alone)
				}
			}
		})
	}
	clients.Wait()
}
