package lending

// Interest of a drawing that is charged up front (domain 2.4 to 2.6).

// UpfrontInterest is the bank discount: interest on the whole amount for the tenor,
// kept back at disbursal. 8,00,000 at 12% over 60 days is 15,780.82 (SCF-01).
func UpfrontInterest(amount Money, rate Rate, days int) (Money, error) {
	return discountOver(amount, rate, days)
}

// TrueDiscount is what makes the money paid out grow to the face value: face -
// face / (1 + rate x time). On 10,00,000 at 12% over 60 days it is 19,344.44, where
// the bank discount is 19,726.03 (SCF-06).
func TrueDiscount(face Money, rate Rate, days int) (Money, error) {
	if _, err := discountOver(face, rate, days); err != nil {
		return 0, err
	}
	growth, ok := growthOf(rate, uint64(days)*(yearParts/365))
	if !ok {
		return 0, tooLarge()
	}
	a := newAnnuity(0, []uint64{growth})
	a.weigh(0, fixedOne())
	worth := a.sum // of one, on the day it is paid out
	paid := worth.Mul(worth, bigOf(face))
	out, ok := roundFixed(paid, ToPaisa)
	if !ok {
		return 0, tooLarge()
	}
	return face - out, nil
}

// UnearnedInterest is the part of upfront interest for the days that were not used:
// a liability to the borrower where the policy gives it back. Of 15,780.82 for 60
// days, paid on day 45, 11,835.61 is earned and 3,945.21 is not (SCF-03).
func UnearnedInterest(amount Money, rate Rate, tenor, used int) (unearned, earned Money, err error) {
	all, err := discountOver(amount, rate, tenor)
	if err != nil {
		return 0, 0, err
	}
	unearned, err = discountOver(amount, rate, max(tenor-used, 0))
	return unearned, all - unearned, err
}

// Kinds of deduction of a drawing whose interest an anchor bears in part: the share as
// interest that is earned over the tenor, and the same as owed by the anchor, which is
// negative, because the borrower is paid it.
const (
	SubventionInterest = "subvention_interest"
	SubventionShare    = "subvention"
)

// Subvention splits interest over a tenor by days: the anchor bears the first ones,
// the borrower the rest, which is what is left of the whole (SCF-07).
func Subvention(amount Money, rate Rate, tenor, anchorDays int) (anchor, borrower Money, err error) {
	all, err := discountOver(amount, rate, tenor)
	if err != nil {
		return 0, 0, err
	}
	anchor, err = discountOver(amount, rate, min(max(anchorDays, 0), tenor))
	return anchor, all - anchor, err
}

// PartOf is part/whole of an amount, rounded half up to the paisa: a share of interest
// that falls to one of two. 1,000.00 x 1/3 is 333.33.
func PartOf(amount, part, whole Money) Money {
	if amount <= 0 || part <= 0 || whole <= 0 {
		return 0
	}
	out, ok := ToPaisa.quotient(multiply(uint64(amount), uint64(part)), uint64(whole))
	if !ok {
		return 0
	}
	return out
}

func discountOver(amount Money, rate Rate, days int) (Money, error) {
	if amount < 0 || amount > maxMoney || rate < 0 || rate > maxRate || days < 0 || days > maxEvery {
		return 0, RefuseField("tenor", "discount.range", "A discount needs a positive amount, rate and tenor.")
	}
	share, fits := interestOn(amount, rate, uint64(days)*(yearParts/365))
	interest, ok := ToPaisa.quotient(share, interestScale)
	if !fits || !ok {
		return 0, tooLarge()
	}
	return interest, nil
}
