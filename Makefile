# Everything that is checked, in one command. Warnings are errors.
GO ?= go
SOURCES = $(shell git ls-files '*.go' | grep -v '_templ\.go$$')

.PHONY: check format generate test

check: ## gofmt, templ, vet, staticcheck, go fix, tests
	@test -z "$$(gofmt -l $(SOURCES))" || { echo "gofmt:"; gofmt -l $(SOURCES); exit 1; }
	$(GO) tool templ fmt -fail views
	$(GO) tool templ generate -check
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	$(GO) fix -diff ./...
	$(GO) test ./...

format: ## put sources into shape
	gofmt -w $(SOURCES)
	$(GO) tool templ fmt views

generate: ## make views/*_templ.go from views/*.templ
	$(GO) tool templ generate

test:
	$(GO) test ./...
