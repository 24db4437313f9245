package matching

import "strings"

// The rails money comes on, in the words package bankfile uses.
const (
	railNEFT     = "neft"
	railRTGS     = "rtgs"
	railIMPS     = "imps"
	railUPI      = "upi"
	railNACH     = "nach"
	railCash     = "cash"
	railCheque   = "cheque"
	railTransfer = "transfer"
)

// wordSet makes a set of the words of a text.
func wordSet(text string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(text) {
		set[w] = true
	}
	return set
}

// stopWords are the words of a remark or a bank that name nobody.
var stopWords = wordSet(`
	A AC ACC ACCT ACCOUNT ADVANCE AGAINST AMOUNT AMT AND APP APRIL AUG AUGUST APR AUTO BAL BALANCE BANK BANKING BHARATPE BHIM BOTH
	BRANCH BR BY C CAM CASH CDM BNA CHARGE CHARGES CHG CHGS CHQ CHEQUE CLG CSH CTS MICR CLOSURE CR CREDIT CREDITED CUSTOMER D DEBIT DEC DECEMBER DEP DEPOSIT DEPOSITED DR DUE DUES
	E ECS EMI EMIS HAFTA HAPTA KISHTI KISTI KISTH MAHINE MAHINA MASIK DONO BEHALF FEB FEBRUARY FEE FINAL FINANCE FOR FORECLOSURE FRM FROM FT FULL FUND FUNDS GOLD GOOGLE GPAY HOME IB ID IMPS IN INB INDN INFT INST INSTALMENT INSTALMENTS
	INSTALLMENT INSTALLMENTS INT INTEREST INWARD INW JAN JANUARY JUL JULY JUN JUNE KA KE KI KIST KISHT LATE LN LOAN LOANS LN LTD M MAR MARCH MAY MB MMT MOB MOBILE MONTH
	MONTHS MONTHLY MR MY NA NACH NEFT NET NETBANKING NIL NO NONE NOV NOVEMBER NUM NUMBER O OCT OCTOBER OF ON ONLINE OUT OVERDUE P2A P2M P2P PAID PART PARTIAL PAY PAYING
	PAYMENT PAYMENTS PAYTM PENALTY PENDING PERSONAL PHONE PHONEPE PMT PYMT RECD RECEIVED REF REFERENCE REGULAR REPAY REPAYMENT RRN RS RTGS RUPEES S SE SELF SENT SEP SEPT
	SEPTEMBER TFR TRFR THE THIS THROUGH TILL TO TOTAL TOWARDS TPT TRANSFER TRANSFERRED TRF TWO TXN UPI USING UTR VIA VIKAS VYAJ WITH YONO THREE WHEELER BUSINESS`)

// remarkWords begin a remark that follows a name without a separator.
var remarkWords = wordSet("EMI EMIS LOAN LOANS KIST KISHT HAPTA INSTALMENT INSTALLMENT PAYMENT PMT REPAYMENT TOWARDS FOR REF LAN ACNO RMK REMARK REMARKS NARR MONTHLY")

// isStop says that a word of a remark names nobody. Banks cut remarks, so the
// beginning of such a word counts too when four letters of it are left.
func isStop(w string) bool {
	if len(w) < 2 || stopWords[w] {
		return true
	}
	if len(w) < 4 {
		return false
	}
	for _, s := range cutWords {
		if strings.HasPrefix(s, w) {
			return true
		}
	}
	return false
}

// cutWords are the stop words long enough to be met with their end cut off.
var cutWords = []string{"PAYMENT", "REPAYMENT", "INSTALMENT", "INSTALLMENT", "MONTHLY", "ADVANCE", "PARTIAL", "TRANSFER", "ACCOUNT", "CHARGES", "PHONEPE", "INTEREST", "TOWARDS", "DEPOSIT"}

// notLoanWords stand before numbers that are something else than a loan's.
var notLoanWords = wordSet(`INV INVOICE BILL BILLNO ORDER ORD CHQ CHEQUE CAM CDM ATM TERMINAL SESSION BATCH SLIP SEQ SEQNO RECEIPT RCPT TOKEN POLICY PNR OTP PO GRN CHALLAN`)

// bankNames begin the names of banks as they are printed, cut or not.
var bankNames = strings.Split("AXIS BANK|AIRTEL PAYMENTS BANK|AU SMALL FINANCE|BANDHAN BANK|BANK OF BARODA|BANK OF INDIA|BANK OF MAHARASHTRA|CANARA BANK|CENTRAL BANK OF INDIA|"+
	"CITY UNION BANK|CITIBANK|CITI BANK|CSB BANK|DBS BANK|DCB BANK|DEUTSCHE BANK|DHANLAXMI BANK|EQUITAS SMALL|ESAF SMALL|FEDERAL BANK|FINO PAYMENTS|HDFC BANK|HSBC|"+
	"ICICI BANK|IDBI BANK|IDFC FIRST|INDIA POST PAYMENTS BANK|INDIAN BANK|INDIAN OVERSEAS BANK|INDUSIND BANK|JAMMU AND KASHMIR|JANA SMALL|JIO PAYMENTS|KARNATAKA BANK|"+
	"KARUR VYSYA|KOTAK MAHINDRA BANK|NSDL PAYMENTS|PAYTM PAYMENTS|PUNJAB AND SIND|PUNJAB NATIONAL BANK|RBL BANK|SARASWAT|SOUTH INDIAN BANK|STANDARD CHARTERED|"+
	"STATE BANK OF INDIA|SURYODAY|TAMILNAD MERCANTILE|UCO BANK|UJJIVAN|UNION BANK OF INDIA|UTKARSH|YES BANK", "|")

// bankCodes are the first four letters of IFSCs often seen.
var bankCodes = wordSet(`AIRP AUBL BARB BDBL BKID CBIN CIUB CITI CNRB CSBK DBSS DCBL DLXB ESFB ESMF FDRL FINO HDFC HSBC IBKL ICIC IDFB IDIB INDB IOBA IPOS JAKA JIOP JSFB KARB KKBK KVBL
	MAHB NSPB PSIB PUNB PYTM RATN SBIN SCBL SIBL SRCB TMBL UBIN UCBA UJVN USFB UTIB UTKS YESB`)

// bankShorts are how banks are called for short.
var bankShorts = wordSet(`SBI PNB BOB BOI BOM IOB UBI CBI UCO JKB IPPB KVB CUB SIB RBL DBS TMB KBL IDBI IDFC HDFC ICICI HSBC PSB DCB CSB YBL AXIS KOTAK`)

// isBankCode says that a text field is the code of a bank, or what it is called
// for short.
func isBankCode(field string) bool { return bankCodes[field] || bankShorts[field] }

// isBank says that a text field is the name or code of a bank.
func isBank(field string) bool {
	f := strings.Join(strings.Fields(field), " ")
	if isBankCode(f) {
		return true
	}
	if len(f) < 4 {
		return false
	}
	for _, n := range bankNames {
		if strings.HasPrefix(n, f) || strings.HasPrefix(f, n) {
			return true
		}
	}
	return strings.HasSuffix(f, " BANK") || strings.Contains(f, "CO-OP") || strings.Contains(f, "GRAMIN")
}

// namesSomebody says that a text field may be a name: it has a word that is no
// stop word, and no digits.
func namesSomebody(field string) bool {
	if countDigits(field) > 0 {
		return false
	}
	for _, r := range runsOf(field, 0, len(field)) {
		if !isStop(r.text) {
			return true
		}
	}
	return false
}
