package views

import (
	"strconv"

	"lekha/lending"
)

// Papers are the files that were attached to a record or a request.
type Papers struct {
	Subject string // ref that more are attached to
	Files   []PaperFile
	Form    Form
	WhyNot  string // why this person may attach none
}

// PaperFile is one of them.
type PaperFile struct {
	Path, Name string
	Size       int
	By         string
	On         lending.Date
}

// size is how large it is, for people.
func (f PaperFile) size() string {
	switch {
	case f.Size >= 1<<20:
		tenths := f.Size * 10 >> 20
		return strconv.Itoa(tenths/10) + "." + strconv.Itoa(tenths%10) + " MB"
	case f.Size >= 1<<10:
		return strconv.Itoa(f.Size>>10) + " KB"
	}
	return Counted(f.Size, "byte", "bytes")
}

// papersWhy names the sentence that says why a file was refused.
func papersWhy(p Papers) string {
	if p.Form.Refused == "" {
		return ""
	}
	return "papers-why"
}
