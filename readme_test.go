//go:build cgo

package main

import (
	"os"
	"strings"
	"testing"
)

// TestReadmeNamesEveryCommand: a command that nobody is told of does not exist.
func TestReadmeNamesEveryCommand(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range commands {
		if c.name != "version" && !strings.Contains(string(text), "lekha "+c.name) && !strings.Contains(string(text), "lekha ["+c.name) {
			t.Errorf("README.md does not name the command %s", c.name)
		}
	}
}
