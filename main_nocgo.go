//go:build !cgo

// This file is all of the program when it is built without a C compiler.
package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "lekha: SQLite is compiled from C. Install a C compiler (Debian: apt-get install gcc libc6-dev, macOS: xcode-select --install) and build with CGO_ENABLED=1.")
	os.Exit(1)
}
