package bankfile

import (
	"bytes"
	"compress/zlib"
	"io"
	"strings"
)

// Bounds of the text of a PDF: far more than an invoice of many pages has.
const (
	maxPDFStreams = 500
	maxPDFInflate = 8 << 20
)

// pdfText takes the text out of the content streams of a PDF: plain ones and those
// that are deflated. Fonts with an encoding of their own give nothing readable, and
// scans give nothing at all.
func pdfText(data []byte) string {
	var out strings.Builder
	for n := 0; n < maxPDFStreams && out.Len() < maxPDFInflate; n++ {
		start := bytes.Index(data, []byte("stream"))
		if start < 0 {
			break
		}
		head := data[:start]
		body := data[start+len("stream"):]
		body = bytes.TrimPrefix(bytes.TrimPrefix(body, []byte("\r")), []byte("\n"))
		before, after, ok := bytes.Cut(body, []byte("endstream"))
		if !ok {
			break
		}
		if i := bytes.LastIndex(head, []byte(" obj")); i >= 0 {
			head = head[i:]
		}
		stream := before
		if bytes.Contains(head, []byte("FlateDecode")) {
			stream = inflated(stream)
		}
		if bytes.Contains(stream, []byte("BT")) {
			shownText(&out, stream)
		}
		data = after
	}
	return out.String()
}

func inflated(stream []byte) []byte {
	r, err := zlib.NewReader(bytes.NewReader(stream))
	if err != nil {
		return nil
	}
	defer r.Close()
	text, _ := io.ReadAll(io.LimitReader(r, maxPDFInflate)) // what came before the fault is still text
	return text
}

// shownText writes the strings that a content stream shows, a line for each move to
// another line.
func shownText(out *strings.Builder, stream []byte) {
	for i := 0; i < len(stream); i++ {
		switch c := stream[i]; {
		case c == '(':
			var text []byte
			text, i = literal(stream, i)
			out.Write(text)
		case c == '<' && i+1 < len(stream) && stream[i+1] != '<':
			end := bytes.IndexByte(stream[i:], '>')
			if end < 0 {
				return
			}
			out.Write(unhexed(stream[i+1 : i+end]))
			i += end
		case c == 'T' && i+1 < len(stream) && bytes.IndexByte([]byte("dDm*"), stream[i+1]) >= 0, c == 'E' && i+1 < len(stream) && stream[i+1] == 'T', c == '\'', c == '"':
			out.WriteByte('\n')
		case c == ']':
			out.WriteByte(' ')
		}
	}
}

// literal reads a string in brackets from its opening one, and says where it ends.
func literal(stream []byte, at int) ([]byte, int) {
	var text []byte
	depth := 0
	for i := at; i < len(stream); i++ {
		switch c := stream[i]; c {
		case '\\':
			if i++; i < len(stream) {
				switch e := stream[i]; {
				case e == 'n' || e == 'r':
					text = append(text, '\n')
				case e == 't':
					text = append(text, ' ')
				case e >= '0' && e <= '7':
					code := 0
					for n := 0; n < 3 && i < len(stream) && stream[i] >= '0' && stream[i] <= '7'; n++ {
						code, i = code*8+int(stream[i]-'0'), i+1
					}
					i--
					text = append(text, byte(code))
				default:
					text = append(text, e)
				}
			}
		case '(':
			if depth++; depth > 1 {
				text = append(text, c)
			}
		case ')':
			if depth--; depth == 0 {
				return text, i
			}
			text = append(text, c)
		default:
			text = append(text, c)
		}
	}
	return text, len(stream)
}

// unhexed reads a string in hexadecimal digits; of two bytes a character the lower one.
func unhexed(digits []byte) []byte {
	var raw []byte
	high, have := byte(0), false
	for _, c := range digits {
		var d byte
		switch {
		case c >= '0' && c <= '9':
			d = c - '0'
		case c >= 'a' && c <= 'f':
			d = c - 'a' + 10
		case c >= 'A' && c <= 'F':
			d = c - 'A' + 10
		default:
			continue
		}
		if have {
			raw = append(raw, high<<4|d)
		}
		high, have = d, !have
	}
	var text []byte
	for _, b := range raw {
		if b >= ' ' {
			text = append(text, b)
		}
	}
	return text
}
