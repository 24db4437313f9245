package bankfile

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"lekha/lending"
)

// bankTable is the table of a bank as its portal prints it, from the headings on,
// with what stands above and below. Three things happened, on 5, 6 and 7 June 2026:
// 2,150.00 came, 500.00 went, 1,05,000.50 came.
type bankTable struct {
	bank               string
	above, rows, below string
	reference          bool // the column of references holds the one of the first credit
}

var bankTables = []bankTable{
	{bank: "pnb", above: "Account Statement for Account Number 1234000100012345\nBranch Details,\nIFSC Code,PUNB0123400\n\n",
		rows: "Txn No.,Txn Date,Description,Branch Name,Cheque No.,Dr Amount,Cr Amount,Balance\n" +
			"S1111,05/06/2026,NEFT_IN:null//SBINN52026060512345678/RAO,MAIN,,,\"2,150.00\",\"12,150.00 Cr.\"\nS1112,06/06/2026,SMS CHARGES,MAIN,,500.00,,\"11,650.00 Cr.\"\nS1113,07/06/2026,RTGS/UTIBR52026060712345678/MILL,MAIN,,,\"1,05,000.50\",\"1,16,650.50 Cr.\"\n",
		below: "Unless the constituent notifies the bank immediately,\n"},
	{bank: "pnb corporate", rows: "Transaction Date,Cheque Number,Withdrawal,Deposit,Balance,Narration\n" +
		"05/06/2026,,,\"2,150.00\",\"12,150.00\",NEFT_IN:null//SBINN52026060512345678/RAO\n06/06/2026,123456,500.00,,\"11,650.00\",SMS CHARGES\n07/06/2026,,,\"1,05,000.50\",\"1,16,650.50\",RTGS MILL\n"},
	{bank: "bob", above: "Bank of Baroda\nAccount No.,12340200001234\n",
		rows: "TRAN DATE,VALUE DATE,NARRATION,CHQ.NO.,WITHDRAWAL(DR),DEPOSIT(CR),BALANCE(INR)\n" +
			"05-06-2026,05-06-2026,NEFT-SBINN52026060512345678-RAO,,,\"2,150.00\",\"12,150.00Cr\"\n06-06-2026,06-06-2026,SMS CHARGES,,500.00,,\"11,650.00Cr\"\n07-06-2026,07-06-2026,RTGS MILL,,,\"1,05,000.50\",\"1,16,650.50Cr\"\n"},
	{bank: "bob portal", rows: "S.No,Date,,Description,,Cheque No,Debit,,Credit,Balance\n" +
		"1,05/06/2026,,NEFT RAO,,,-,,\"2,150.00\",\"12,150.00 Cr\"\n2,06/06/2026,,SMS CHARGES,,,500.00,,-,\"11,650.00 Cr\"\n3,07/06/2026,,RTGS MILL,,,-,,\"1,05,000.50\",\"1,16,650.50 Cr\"\n"},
	{bank: "canara", above: "Current & Saving Account Statement\nAccount Number,=\"1234101012345\"\nSearched By,From 01 Jun 2026 To 30 Jun 2026\n",
		rows: "Txn Date,Value Date,Cheque No.,Description,Branch Code,Debit,Credit,Balance,\n" +
			"=\"05-06-2026 10:22:31\",=\"05 Jun 2026\",=\"\",\"NEFT CR-SBINN52026060512345678-RAO\",=\"1234\",,\"2,150.00\",\"12,150.00\",\n=\"06-06-2026 11:00:01\",=\"06 Jun 2026\",=\"\",\"SMS CHARGES\",=\"1234\",\"500.00\",,\"11,650.00\",\n=\"07-06-2026 23:59:59\",=\"07 Jun 2026\",=\"\",\"RTGS MILL\",=\"1234\",,\"1,05,000.50\",\"1,16,650.50\",\n"},
	{bank: "idfc", above: "STATEMENT OF ACCOUNT\nCUSTOMER NAME,NIDHI FINANCE\nACCOUNT NUMBER,10012345678\nOpening Balance,Total Debit,Total Credit,Closing Balance\n\"10,000.00\",500.00,\"1,07,150.50\",\"1,16,650.50\"\n",
		rows: "Transaction Date,Value Date,Particulars,Cheque No.,Debit,Credit,Balance\n" +
			"05-Jun-2026,05-Jun-2026,NEFT/SBINN52026060512345678/RAO,,,\"2,150.00\",\"12,150.00\"\n06-Jun-2026,06-Jun-2026,SMS CHARGES,,500.00,,\"11,650.00\"\n07-Jun-2026,07-Jun-2026,RTGS MILL,,,\"1,05,000.50\",\"1,16,650.50\"\n",
		below: "Total number of Debits,1\nTotal number of Credits,2\n"},
	{bank: "yes", rows: "Transaction Date,Value Date,Cheque No/Reference No,Description,Withdrawals,Deposits,Running Balance\n" +
		"07/06/2026,07/06/2026,UTIBR52026060712345678,RTGS MILL,,\"1,05,000.50\",\"1,16,650.50\"\n06/06/2026,06/06/2026,,SMS CHARGES,500.00,,\"11,650.00\"\n05/06/2026,05/06/2026,SBINN52026060512345678,NEFT RAO,,\"2,150.00\",\"12,150.00\"\n", reference: true},
	{bank: "federal", above: "FEDERAL BANK\nAccount Number,12340200001234\n",
		rows: "Sl. No.,Tran Date,Particulars,Value Date,Tran Type,Cheque Details,Withdrawals,Deposits,Balance Amount,Dr/Cr\n" +
			"1,05-JUN-2026,NFT/RAO/SBINN52026060512345678,05-JUN-2026,TFR,,,2150.00,12150.00,CR\n2,06-JUN-2026,SMS CHARGES,06-JUN-2026,CLG,,500.00,,11650.00,CR\n3,07-JUN-2026,RTGS MILL,07-JUN-2026,TFR,,,105000.50,116650.50,CR\n"},
	{bank: "indusind", rows: "Sr.No,Date,Type,Description,Chq/Ref No.,Debit Amount,Credit Amount,Balance\n" +
		"1,05 Jun 2026,Transfer Credit,N/SBINN52026060512345678/RAO,S123,-,\"2,150.00\",\"12,150.00\"\n2,06 Jun 2026,Charges,SMS CHARGES,S124,500.00,-,\"11,650.00\"\n3,07 Jun 2026,Transfer Credit,RTGS MILL,S125,-,\"1,05,000.50\",\"1,16,650.50\"\n"},
	{bank: "indusind corporate", rows: "Bank Reference,Value Date,Transaction Date & Time,Type,Payment Narration,Debit,Credit,Available Balance\n" +
		"'S123,05-06-2026,05-06-2026 10:22:31,CR,N/SBINN52026060512345678/RAO,,2150.00,12150.00\n'S124,06-06-2026,06-06-2026 11:22:31,DR,SMS CHARGES,500.00,,11650.00\n'S125,07-06-2026,07-06-2026 12:22:31,CR,RTGS MILL,,105000.50,116650.50\n"},
	{bank: "union", above: "Statement of Account\n",
		rows: "S.No,Date,Transaction Id,Remarks,Amount(Rs.),Balance(Rs.)\n" +
			"1,05/06/2026,AB123,NEFT:RAO SBINN52026060512345678,2150.00 (Cr),12150.00 (Cr)\n2,06/06/2026,AB124,SMS CHARGES,500.00 (Dr),11650.00 (Cr)\n3,07/06/2026,AB125,RTGS MILL,105000.50 (Cr),116650.50 (Cr)\n"},
	{bank: "indian", rows: "Post Date,Value Date,Branch,Description,Cheque No.,Debit,Credit,Balance\n" +
		"05/06/26,05/06/26,00123,BY NEFT RAO,,,\"2,150.00\",\"12,150.00 CR\"\n06/06/26,06/06/26,00123,SMS CHARGES,,500.00,,\"11,650.00 CR\"\n07/06/26,07/06/26,00123,RTGS MILL,,,\"1,05,000.50\",\"1,16,650.50 CR\"\n"},
	{bank: "boi", rows: "Sl No,Txn Date,Description,Cheque No,Withdrawal (in Rs.),Deposits (in Rs.),Balance (in Rs.)\n" +
		"1,05-06-2026,NEFT RAO,,,\"2,150.00\",\"12,150.00\"\n2,06-06-2026,SMS CHARGES,,500.00,,\"11,650.00\"\n3,07-06-2026,RTGS MILL,,,\"1,05,000.50\",\"1,16,650.50\"\n"},
	{bank: "rbl", rows: "Transaction Date,Transaction Details,Cheque ID,Value Date,Withdrawl Amt,Deposit Amt,Balance (INR)\n" +
		"05/06/2026,NEFT RAO,,05/06/2026,,2150.00,12150.00\n06/06/2026,SMS CHARGES,,06/06/2026,500.00,,11650.00\n07/06/2026,RTGS MILL,,07/06/2026,,105000.50,116650.50\n"},
	{bank: "au", rows: "Trans Date,Value Date,Description/Narration,Chq./Ref. No.,Debit(₹),Credit(₹),Balance(₹)\n" +
		"05 Jun 2026,05 Jun 2026,NEFT RAO,,-,\"2,150.00\",\"12,150.00\"\n06 Jun 2026,06 Jun 2026,SMS CHARGES,,500.00,-,\"11,650.00\"\n07 Jun 2026,07 Jun 2026,RTGS MILL,,-,\"1,05,000.50\",\"1,16,650.50\"\n"},
	{bank: "bandhan", rows: "Transaction Date,Value Date,Description,Amount,Dr / Cr,Balance,Dr / Cr\n" +
		"June 05 2026,June 05 2026,NEFT RAO,\"INR2,150.00\",Cr,\"INR12,150.00\",Cr\nJune 06 2026,June 06 2026,SMS CHARGES,INR500.00,Dr,\"INR11,650.00\",Cr\nJune 07 2026,June 07 2026,RTGS MILL,\"INR1,05,000.50\",Cr,\"INR1,16,650.50\",Cr\n"},
	{bank: "iob", rows: "Date,Chq No,Naration,COD,Debit,Credit,Balance\n" +
		"05-Jun-26,,NEFT RAO,TRF,,2150.00,12150.00\n06-Jun-26,,SMS CHARGES,CHG,500.00,,11650.00\n07-Jun-26,,RTGS MILL,TRF,,105000.50,116650.50\n"},
	{bank: "central", rows: "Post Date,Txn Date,Branch Code,Cheque Number,Account Description,Debit,Credit,Balance\n" +
		"05/06/2026,05/06/2026,1234,,NEFT RAO,,\"2,150.00\",\"12,150.00 CR\"\n06/06/2026,06/06/2026,1234,,SMS CHARGES,500.00,,\"11,650.00 CR\"\n07/06/2026,07/06/2026,1234,,RTGS MILL,,\"1,05,000.50\",\"1,16,650.50 CR\"\n"},
	{bank: "signed", rows: "Posting Date;Details;Amount;Closing Balance\n05.06.2026;NEFT RAO;2150.00;12150.00\n06.06.2026;SMS CHARGES;-500.00;11650.00\n07.06.2026;RTGS MILL;105000.50;116650.50\n"},
	{bank: "devanagari", rows: "Date,Narration,Debit,Credit,Balance\n०५/०६/२०२६,NEFT RAO,,\"२,१५०.००\",\"१२,१५०.००\"\n०६/०६/२०२६,SMS CHARGES,५००.००,,\"११,६५०.००\"\n०७/०६/२०२६,RTGS MILL,,\"१,०५,०००.५०\",\"१,१६,६५०.५०\"\n"},
}

// TestBanksOneMeets: the tables of banks that no layout is written for are read by
// their headings or by the mapping that is proposed, as a person would read them.
func TestBanksOneMeets(t *testing.T) {
	for _, tt := range bankTables {
		data := []byte(tt.above + tt.rows + tt.below)
		s, err := Read(tt.bank+".csv", data)
		if err != nil {
			p, guessErr := Guess(tt.bank+".csv", data)
			if guessErr != nil {
				t.Errorf("%s: neither read (%v) nor guessed (%v)", tt.bank, describeError(err), describeError(guessErr))
				continue
			}
			s = p.Statement
		}
		var got []string
		for _, l := range s.Lines {
			got = append(got, fmt.Sprintf("%s %s %s %s", l.ValueDate, l.Credit, l.Debit, l.Balance))
		}
		want := []string{"2026-06-05 2150.00 0.00 12150.00", "2026-06-06 0.00 500.00 11650.00", "2026-06-07 105000.50 0.00 116650.50"}
		if strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("%s: got %q, %d rejected %v", tt.bank, got, len(s.Rejected), s.Rejected)
			continue
		}
		if n := s.Lines[0].Narration; !strings.Contains(n, "RAO") || len(s.Rejected) > 0 || strings.Contains(n, "12,150") || strings.Contains(n, "2026-") {
			t.Errorf("%s: narration %q, rejected %v", tt.bank, n, s.Rejected)
		}
		if got := s.Lines[0].RawReference; tt.reference && got != "SBINN52026060512345678" {
			t.Errorf("%s: reference %q", tt.bank, got)
		}
	}
}

func describeError(err error) string {
	if e, ok := errors.AsType[*lending.Error](err); ok {
		return fmt.Sprint(e.Message, e.Fields)
	}
	return err.Error()
}
