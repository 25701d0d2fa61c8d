// Command receiver prints what the control plane tells of.
package main

import (
	"encoding/json"
	"flag"
	"log"
	"net/http"
	"os"
	"time"

	"example.com/nightly/wire"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:9100", "where to listen")
	flag.Parse()
	secret := os.Getenv("WEBHOOK_SECRET")
	if secret == "" {
		log.Fatal("set WEBHOOK_SECRET")
	}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var event wire.Event
		switch {
		case !wire.Shows(r, secret):
			w.WriteHeader(http.StatusUnauthorized)
		case json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10)).Decode(&event) != nil:
			w.WriteHeader(http.StatusBadRequest)
		default:
			log.Printf("%s of %s: %s", event.Kind, event.JobKey, event.Reason)
		}
	})
	server := &http.Server{Addr: *addr, Handler: handler, ReadHeaderTimeout: 5 * time.Second}
	log.Fatal(server.ListenAndServe())
}
