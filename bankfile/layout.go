package bankfile

// This file is data: how banks name, print and sign things. Another bank is
// another entry; code changes only for a convention that is new.

// column is what a column of a statement means.
type column int

const (
	noColumn     column = iota
	postDate            // the day the bank booked it
	valueDate           // the day it counts from
	narration           //
	reference           // cheque number, UTR, RRN: whatever the bank puts there
	debit               // withdrawals
	credit              // deposits
	amount              // one column for both, with drcr or a sign
	drcr                // "Dr" or "Cr" of amount; right of a balance: of the balance
	balance             //
	balanceDrCr         //
	ignored             // known, not needed: serial number, branch
	columnsCount = iota
)

// columnWords name the columns in messages.
var columnWords = [columnsCount]string{postDate: "the date", narration: "the narration", debit: "withdrawals",
	credit: "deposits", amount: "the amount"}

// columnNames are the headings, folded by foldHeading, that mean a column at any bank.
// Sources: the layouts of ../spec/matching.md 3.5 and the samples in testdata.
var columnNames = map[column][]string{
	postDate: {"date", "txndate", "trandate", "transactiondate", "transdate", "postdate", "postingdate", "bookingdate", "entrydate",
		"txnposteddate", "txnpostingdate", "transactionposteddate", "dateoftransaction", "tradate", "txndatetime", "transactiondatetime"},
	valueDate: {"valuedate", "valuedt", "valuedat", "valdate", "valdt", "effectivedate"},
	narration: {"narration", "description", "particulars", "details", "remarks", "transactionremarks", "transactiondescription",
		"transactiondetails", "transactionparticulars", "tranparticulars", "txndescription", "txnparticulars", "descriptionnarration", "narrationdescription", "naration", "accountdescription", "paymentnarration"},
	reference: {"chqrefno", "chqrefnumber", "chqno", "chequeno", "chequenumber", "chqnumber", "refnochequeno", "refnochqno", "refchqno", "refchequeno",
		"chequerefno", "chequerefnumber", "chequenoreferenceno", "chequenumberreferencenumber", "chqnoreferenceno", "chequedetails", "chequeid", "chequenorefno", "chqnorefno", "referenceno", "referencenumber", "reference", "refno", "refnumber", "utr", "utrno", "utrnumber",
		"bankreference", "transactionreference", "instrumentno", "instrumentid"},
	debit: {"debit", "dr", "debits", "withdrawal", "withdrawals", "withdrawalamt", "withdrawalamount", "debitamount", "debitamt", "dramount", "dramt",
		"withdrawaldr", "debitdr", "paidout", "withdrawlamt", "withdrawl", "withdrawlamount"},
	credit: {"credit", "cr", "credits", "deposit", "deposits", "depositamt", "depositamount", "creditamount", "creditamt", "cramount", "cramt",
		"depositcr", "creditcr", "paidin"},
	amount:  {"amount", "amt", "transactionamount", "txnamount", "tranamount", "transactionamt", "txnamt"},
	drcr:    {"drcr", "crdr", "debitcredit", "creditdebit", "drcrindicator", "crdrindicator", "debitcreditindicator", "drorcr", "crordr", "indicator", "transactiontype"},
	balance: {"balance", "bal", "closingbalance", "runningbalance", "availablebalance", "ledgerbalance", "balanceamount", "balanceamt", "closingbal"},
	ignored: {"sno", "slno", "srno", "serialno", "no", "branchcode", "branch", "branchname", "sol", "solid", "initbr", "initiatingbranch", "transactionid", "tranid", "txnid",
		"time", "transactiontime", "currency", "ccy"},
}

// layout is how one bank is told from the others.
type layout struct {
	bank string
	// own are headings, folded, that this bank uses and few others do.
	own []string
	// marks are words, in upper case, in the rows above the header.
	marks []string
}

// layouts of the banks known by name. A mark counts as much as markWeight own
// headings; minLayoutScore is what a bank needs to be named.
var layouts = []layout{
	{"hdfc", []string{"chqrefno", "chqrefnumber", "valuedt", "withdrawalamt", "depositamt", "closingbalance", "narration"}, []string{"HDFC BANK", "HDFC0"}},
	{"sbi", []string{"txndate", "refnochequeno", "branchcode", "description"}, []string{"STATE BANK OF INDIA", "SBIN0"}},
	{"axis", []string{"trandate", "chqno", "particulars", "dr", "cr", "bal", "sol", "initbr", "transactionparticulars"}, []string{"AXIS BANK", "UTIB0"}},
	{"icici", []string{"sno", "transactionremarks", "chequenumber", "withdrawalamount", "depositamount", "txnposteddate", "availablebalance"}, []string{"ICICI BANK", "ICIC0"}},
	{"kotak", []string{"chqrefno", "slno", "drcr", "transactiondate", "description"}, []string{"KOTAK MAHINDRA", "KKBK0"}},
}

const (
	markWeight     = 4
	minLayoutScore = 3
)

// dateForms are tried in turn; Indian banks put the day first, always.
var dateForms = []string{
	"2/1/06", "2/1/2006", "2-1-2006", "2-1-06", "2.1.2006", "2.1.06",
	"2 Jan 2006", "2-Jan-2006", "2/Jan/2006", "2 Jan 06", "2-Jan-06", "2 January 2006", "2-January-2006",
	"2006-1-2", "2006/1/2",
	"Jan 2 2006", "Jan 2, 2006", "January 2 2006", "January 2, 2006", // the name says which is the month
}

// noReference are the cells, folded, that banks print for "none".
var noReference = []string{"na", "nil", "none", "null", "nonref", "notprovided", "notavailable", "noref"}

// noAmount are the cells, folded, that banks print for "nothing on this side".
var noAmount = []string{"", "na", "nil", "none", "null"}

// footerWords, folded, mark a row without a transaction as part of what banks
// print below them. They are looked for at the start of the row's text.
var footerWords = []string{
	"statementsummary", "endofstatement", "thisisacomputer", "computergenerated", "thisisasystem", "systemgenerated", "legend", "unlesstheconstituent", "disclaimer",
	"note", "abbreviation", "generatedon", "generatedby", "requestingbranch", "registeredoffice", "regdoffice", "contentsofthis", "stateaccountbranchgstn", "gstin", "gstn",
	"hdfcbankgst", "page", "total", "grandtotal", "transactiontotal", "drcount", "closingbalance", "openingbalance", "accountsummary", "summary", "printedon", "printedby",
	"importantmessage", "important", "iconfirm", "wemay", "pleaseexamine", "pleasecheck", "incaseof", "foranyquer", "customercare", "signature", "authorisedsignatory",
	"effectiveavailable", "debitcount", "creditcount", "statementdownloaded", "thisstatement", "endofreport", "carriedforward", "broughtforward", "closingbal", "openingbal",
	"debits", "credits", "noofdebits", "noofcredits", "bfbalance", "cfbalance",
}

// totalWords, folded, are the rows with amounts and no date that banks print on
// purpose. Nothing longer counts: a payer may be called Total.
var totalWords = []string{"total", "totals", "grandtotal", "transactiontotal", "pagetotal", "subtotal", "totalamount"}

// openingWords and closingWords, folded, name a stated balance.
var (
	openingWords = []string{"openingbalance", "openingbal", "broughtforward", "balancebf", "balancebroughtforward", "bf", "bfbalance"}
	closingWords = []string{"closingbalance", "closingbal", "carriedforward", "balancecf", "balancecarriedforward", "cf", "cfbalance"}
)
