// Command bench measures what Lekha promises, on data that a reader can get or
// make: `go run ./bench` lists what there is.
package main

import (
	"fmt"
	"io"
	"os"
)

// benchmark is one word of the command line.
type benchmark struct {
	name  string
	usage string
	run   func(args []string, out io.Writer) error
}

// benchmarks are those there are. Each has its own files, named after it.
func benchmarks() []benchmark {
	return []benchmark{
		{"eod", eodUsage, runEOD},
		{"matching", matchingUsage, runMatching},
		{"pages", pagesUsage, runPages},
		{"replay", replayUsage, runReplay},
		{"simulate", simulateUsage, runSimulate},
	}
}

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run finds the benchmark and hands it its arguments.
func run(args []string, out io.Writer) error {
	for _, b := range benchmarks() {
		if len(args) > 0 && args[0] == b.name {
			return b.run(args[1:], out)
		}
	}
	fmt.Fprintln(out, "Benchmarks, each with its own data:")
	for _, b := range benchmarks() {
		fmt.Fprintln(out, "  go run ./bench "+b.usage)
	}
	if len(args) > 0 {
		return fmt.Errorf("there is no benchmark %s", args[0])
	}
	return nil
}
