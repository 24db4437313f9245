package views

// Question is about money that may be the same as other money: the program shows
// both, and a person says which.
type Question struct {
	ID    string // of the element
	Lead  string
	Text  string
	Other Link // the record that it is about
	Acts  []QuestionAct
	// WhyNot says why this person may not answer, "" when they may.
	WhyNot string
}

// QuestionAct is one answer: a button that posts some fields.
type QuestionAct struct {
	Label, Path string
	Fields      []Field
	Ask         string // what the person has to say with it; "" is nothing
}
