package bankfile

// This file is data: the payout templates that come with the program. Sources:
// ../spec/matching.md 3.6; what no document says is marked, and the bank's own
// specification comes first.

// PayoutTemplates are the templates built in, each call anew: a lender keeps and
// changes copies.
func PayoutTemplates() []PayoutTemplate {
	return []PayoutTemplate{hdfcENet(), hdfcENetShort(), plainPayouts()}
}

// rtgsLeast is the least that RTGS sends: two lakh rupees.
const rtgsLeast = 2_00_000_00

// hdfcENet is HDFC Bank's file of 28 columns, without headings and without commas
// in fields. Where its answer has status and bank reference is not published: here
// they follow the row as it was sent.
func hdfcENet() PayoutTemplate {
	t := PayoutTemplate{Name: "HDFC ENet", FileName: "{client}{DD}{MM}.{serial3}", Separator: "comma", DateForm: "DD/MM/YYYY", Forbidden: `,'"!#$%^*|\<>;`,
		Methods: []PayoutMethod{{Method: NEFT, Code: "N"}, {Method: RTGS, Code: "R", Least: rtgsLeast}, {Method: Transfer, Code: "I"}},
		Columns: []PayoutColumn{
			{Heading: "Transaction Type", Field: "method", Width: 1, Required: true}, {Heading: "Beneficiary Code", Field: "beneficiary_code", Width: 13},
			{Heading: "Beneficiary Account Number", Field: "account_no", Width: 25, Required: true}, {Heading: "Amount", Field: "amount", Width: 17, Required: true},
			{Heading: "Beneficiary Name", Field: "name", Width: 200, Required: true, Clean: true},
			{Heading: "Drawee Location", Width: 20}, {Heading: "Print Location", Width: 20},
			{Heading: "Address 1", Width: 70}, {Heading: "Address 2", Width: 70}, {Heading: "Address 3", Width: 70}, {Heading: "Address 4", Width: 70}, {Heading: "Address 5", Width: 20},
			{Heading: "Instruction Reference", Width: 20}, {Heading: "Customer Reference", Field: "reference", Width: 20, Required: true},
			{Heading: "Payment Details 1", Field: "remark", Width: 30, Clean: true, Cut: true}, {Heading: "Payment Details 2", Width: 30}, {Heading: "Payment Details 3", Width: 30},
			{Heading: "Payment Details 4", Width: 30}, {Heading: "Payment Details 5", Width: 30}, {Heading: "Payment Details 6", Width: 30}, {Heading: "Payment Details 7", Width: 30},
			{Heading: "Cheque Number", Width: 12}, {Heading: "Date", Field: "date", Width: 10, Required: true}, {Heading: "MICR", Width: 15},
			{Heading: "IFSC", Field: "ifsc", Width: 15}, {Heading: "Bank Name", Field: "bank_name", Width: 100, Clean: true, Cut: true},
			{Heading: "Branch", Field: "branch", Width: 40, Clean: true, Cut: true}, {Heading: "E-mail", Field: "email", Width: 100},
		}}
	t.Reverse = ReverseLayout{Separator: "comma", Width: 31, Repeats: true, Reference: 14, Amount: 4, BankReference: 29, Status: 30, Reason: 31, Done: []string{"E"}, Failed: []string{"R"}}
	return t
}

// hdfcENetShort is the same bank's short file; its answer adds the bank's
// reference, the status and the reason.
func hdfcENetShort() PayoutTemplate {
	t := PayoutTemplate{Name: "HDFC ENet short", FileName: "{client}{DD}{MM}.{serial3}", Separator: "comma", DateForm: "YYYYMMDD", Forbidden: `,'"!#$%^*|\<>;`,
		Methods: []PayoutMethod{{Method: NEFT, Code: "N"}},
		Columns: []PayoutColumn{
			{Heading: "Customer Reference", Field: "reference", Width: 15, Required: true}, {Heading: "Beneficiary Name", Field: "name", Width: 70, Required: true, Clean: true},
			{Heading: "Beneficiary Account Number", Field: "account_no", Width: 30, Required: true}, {Heading: "IFSC", Field: "ifsc", Width: 11, Required: true},
			{Heading: "Account Type", Field: "account_type", Width: 2}, {Heading: "Amount", Field: "amount", Width: 12, Required: true}, {Heading: "Value Date", Field: "date", Width: 8, Required: true},
		}}
	t.Reverse = ReverseLayout{Separator: "comma", Width: 10, Repeats: true, Reference: 1, Amount: 6, BankReference: 8, Status: 9, Reason: 10, Done: []string{"E"}, Failed: []string{"R"}}
	return t
}

// plainPayouts is a CSV that any bank's helper can be told to turn into its own.
func plainPayouts() PayoutTemplate {
	t := PayoutTemplate{Name: "Plain CSV", FileName: "payouts-{YYYY}{MM}{DD}-{serial3}.csv", Separator: "comma", Quoted: true, Headings: true, DateForm: "YYYY-MM-DD",
		Methods: []PayoutMethod{{Method: NEFT, Code: "NEFT"}, {Method: RTGS, Code: "RTGS", Least: rtgsLeast}, {Method: IMPS, Code: "IMPS"}, {Method: Transfer, Code: "TRANSFER"}},
		Columns: []PayoutColumn{
			{Heading: "reference", Field: "reference", Width: 40, Required: true}, {Heading: "method", Field: "method", Width: 8, Required: true},
			{Heading: "debit_account", Field: "debit_account", Width: 35}, {Heading: "account_no", Field: "account_no", Width: 35, Required: true},
			{Heading: "ifsc", Field: "ifsc", Width: 11}, {Heading: "name", Field: "name", Width: 140, Required: true, Clean: true},
			{Heading: "amount", Field: "amount", Width: 17, Required: true}, {Heading: "date", Field: "date", Width: 10, Required: true},
			{Heading: "remark", Field: "remark", Width: 140, Clean: true, Cut: true}, {Heading: "email", Field: "email", Width: 100}, {Heading: "phone", Field: "phone", Width: 15},
		}}
	t.Reverse = ReverseLayout{Separator: "comma", Headings: true, Width: 5, Reference: 1, Amount: 2, Status: 3, BankReference: 4, Reason: 5,
		Done: []string{"E", "EXECUTED", "SUCCESS"}, Failed: []string{"R", "REJECTED", "FAILED"}}
	return t
}
