// Command openapi prints the OpenAPI document of all routes.
package main

import (
	"os"

	"github.com/jobledger/jobledger/httpadapter"
)

func main() {
	if _, err := os.Stdout.Write(httpadapter.OpenAPI("/api/v1", nil)); err != nil {
		os.Exit(1)
	}
}
