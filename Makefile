# What can be done here. `make` alone lists it.

.DEFAULT_GOAL := help
BIN := bin/bridgework
# So many inputs, and not so many seconds: at the end of a time Go may call a test failed that is not. A full run of the tests looks
# briefly; who hunts says FUZZTIME=1000000x.
FUZZTIME ?= 5000x

help: ## List what can be done
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## Build bin/bridgework
	go build -o $(BIN) ./cmd/bridgework

run: build ## Build and start the demo on 127.0.0.1:30222
	$(BIN) demo

test: needs check unit-race unit-mariadb clients fuzz browser ## Install what the tests need, and run everything

needs: ## Install what the tests need (Debian packages, when it may)
	@scripts/install-needs

check: ## Format, vet, staticcheck
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); if [ -n "$$unformatted" ]; then echo "gofmt would change:"; echo "$$unformatted"; exit 1; fi
	go vet ./...
	go tool staticcheck ./...

unit: ## Run the tests in random order
	go test -shuffle=on -timeout 20m ./...

# SQLite is C that was translated to Go, and password hashing is arithmetic: the race detector finds nothing
# in them, and makes them ten times as slow. How we use them it still sees.
unit-race: ## Run the tests with the race detector (slow)
	go test -race -gcflags='modernc.org/...=-race=false' -gcflags='golang.org/x/crypto/...=-race=false' -shuffle=on -timeout 30m ./...

unit-mariadb: ## Run the tests on the second engine, and compare the two (slow)
	BRIDGEWORK_TEST_ENGINE=mariadb go test -shuffle=on -timeout 30m ./cmd/bridgework ./internal/apitest ./internal/audit ./internal/clerk ./internal/directory ./internal/document ./internal/drapi ./internal/loop ./internal/notify/webhook ./internal/people ./internal/practice ./internal/record ./internal/referral ./internal/sandbox ./internal/sandbox/network ./internal/sfapi ./internal/web

clients: ## Drive a server with standard client libraries from the npm registry
	npm ci --prefix test/salesforce --ignore-scripts --no-audit --no-fund --loglevel=error
	JSFORCE=1 go test ./internal/sfapi -run TestAStandardClientLibraryDrivesTheIntake -count=1

fuzz: ## Run each fuzz target for FUZZTIME
	go test ./internal/od -run '^$$' -fuzz '^FuzzDecode$$' -fuzztime $(FUZZTIME) -fuzzminimizetime 1x
	go test ./internal/query -run '^$$' -fuzz '^FuzzCommand$$' -fuzztime $(FUZZTIME) -fuzzminimizetime 1x
	go test ./internal/od -run '^$$' -fuzz '^FuzzReadERA$$' -fuzztime $(FUZZTIME) -fuzzminimizetime 1x
	go test ./internal/sfapi -run '^$$' -fuzz '^FuzzNoBodyIsAnsweredWithAnErrorOfOurs$$' -fuzztime 5000x -fuzzminimizetime 1x
	go test ./internal/form -run '^$$' -fuzz '^FuzzParse$$' -fuzztime $(FUZZTIME) -fuzzminimizetime 1x
	go test ./internal/form -run '^$$' -fuzz '^FuzzDecode$$' -fuzztime $(FUZZTIME) -fuzzminimizetime 1x
	go test ./internal/resource -run '^$$' -fuzz '^FuzzDateFormat$$' -fuzztime $(FUZZTIME) -fuzzminimizetime 1x
	go test ./internal/store/mysql -run '^$$' -fuzz '^FuzzRow$$' -fuzztime $(FUZZTIME) -fuzzminimizetime 1x
	go test ./internal/document -run '^$$' -fuzz '^FuzzReadDicom$$' -fuzztime $(FUZZTIME) -fuzzminimizetime 1x
	go test ./internal/drapi -run '^$$' -fuzz '^FuzzParameters$$' -fuzztime $(FUZZTIME) -fuzzminimizetime 1x
	go test ./internal/document -run '^$$' -fuzz '^FuzzParseAddress$$' -fuzztime $(FUZZTIME) -fuzzminimizetime 1x
	go test ./internal/paper -run '^$$' -fuzz '^FuzzUpload$$' -fuzztime $(FUZZTIME) -fuzzminimizetime 1x
	go test ./internal/proxy -run '^$$' -fuzz '^FuzzNobodyBehindAStrangerIsBelieved$$' -fuzztime $(FUZZTIME)
	go test ./internal/directory -run '^$$' -fuzz '^FuzzCSV$$' -fuzztime $(FUZZTIME) -fuzzminimizetime 1x
	go test ./internal/directory -run '^$$' -fuzz '^FuzzACellComesBackAsItWas$$' -fuzztime $(FUZZTIME) -fuzzminimizetime 1x

RIG := bin/browser-rig

browser: needs build ## Drive the pages in Chromium: every form's story, every page and state, the closed loop
	go build -o $(RIG) ./test/browser/rig
	cd test/browser && RIG=$(CURDIR)/$(RIG) BRIDGEWORK=$(CURDIR)/$(BIN) node --test *.test.mjs

screenshots: needs ## Make pictures of all pages and states, and a contact sheet, in bin/screenshots
	go build -o $(RIG) ./test/browser/rig
	cd test/browser && RIG=$(CURDIR)/$(RIG) SHOTS=$(CURDIR)/bin/screenshots node screenshots.mjs

plans: ## Write the golden plans of the resources anew
	go test ./internal/od -run TestThePlanOfEachResourceIsAsWritten -update

endpoints: build ## List the endpoints of the specification that are not served
	@scripts/endpoints $(BIN)

docs: ## Write the reference pages in docs/api anew
	go test ./internal/apidoc -run TestTheReferencePagesAreAsTheDeclarationsAre -update

bench: ## Measure the ratios to the static limit and to peers, on both engines
	go run ./bench
	go run ./bench -engine mariadb

bench-queries: ## Measure callers' SQL against SQLite's shell and MariaDB, and the memory of two million rows
	QUERY_SPEED=1 go test ./internal/query -run TestSpeed -count=1 -v -timeout 30m
	QUERY_SPEED=1 go test ./internal/apitest -run TestTwoMillionRows -bench BesideFourHeavyQueries -benchtime 5x -count=1 -v -timeout 10m

bench-documents: ## Measure a gigabyte in and out of the documents against io.Copy, and the memory that it takes
	DOCUMENT_BENCH=1 go test ./internal/apitest -run TestAGigabyteInAndOut -count=1 -v -timeout 10m

bench-referrals: ## Measure the PDFs a second of one core, and webhooks with and without receivers that hang
	go test ./internal/paper -run '^$$' -bench . -benchtime 5s -cpu 1
	go test ./internal/notify/webhook -run '^$$' -bench SlowReceivers -benchtime 3x

bench-worklists: ## Measure the worklists among 20,000 open referrals, with few and with many closed ones
	go test ./internal/referral -run '^$$' -bench Worklists -benchtime 1000x -timeout 30m

bench-demo: ## Measure how soon a demo answers, and its processor time until then and until its network is there
	go test ./internal/apitest -run '^$$' -bench TheDemosStart -benchtime 10x

.PHONY: help build run test needs clients browser screenshots check unit unit-race unit-mariadb fuzz plans docs endpoints bench
