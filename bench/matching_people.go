package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// The names, firms and places of made-up books. They have nothing to do with any
// other data set: an engine that was tuned to one shows it on the other.
var (
	givenNames = strings.Fields(`Arvind Parveen Kulwinder Thangaraj Bhavesh Zubeda Lalitha Gopal Chinnappa Ishwar Nagaraj Shabana Tejinder Urmila Vimala Wasim Yashoda Zakir Bimal Charulata
		Dinesh Eknath Farida Girija Hemant Indira Jaspal Kishore Leela Manjula Nirmala Omprakash Padma Qasim Ranjit Sarojini Tukaram Uday Vasant Balwinder Chhaya Dhanraj Gayatri Hariprasad Jamuna
		Keshav Laxman Mumtaz Narayan Prakash Rajeshwari Salim Tulsi Vinod Bharati Devendra Geeta Iqbal Jyotsna Kalyani Madhav Nasreen Pratibha Rafiq Shakuntala Trilok Vandana Ganpat Ramlal Phulmati`)
	familyNames = strings.Fields(`Yadav Chauhan Gowda Naidu Iyer Mondal Mahato Solanki Rathod Ansari Qureshi Siddiqui Mistry Bhattacharya Mukherjee Kulkarni Shetty Rawat Bisht Negi Thapa Oraon Munda
		Sahu Behera Mohanty Panigrahi Nayak Patil Gaikwad Shinde More Pawar Bhosale Waghmare Parmar Makwana Vaghela Dhillon Sidhu Grewal Bajwa Menon Kurup Varghese Mathai Pereira Lobo Chettiar Mudaliar
		Gounder Konar Reang Debbarma Baruah Saikia Kalita Hazarika Minz Tirkey Lohar Kumhar Prajapati Vishwakarma Paswan Manjhi`)
	middleNames = strings.Fields(`Kumar Lal Devi Bai Singh Prasad Nath Rani Ben Bhai Chandra Mohan Kaur Begum Ram`)
	firmHeads   = []string{"Om Sai", "New Delhi", "Al Ameen", "Jyoti", "Sri Lakshmi", "Bharat", "Ganesh", "Sai Krupa", "Shiv Shakti", "Madina", "Guru Nanak", "Annapoorna"}
	firmTails   = []string{"Hardware", "Sweets", "Mobiles", "Tailors", "Medicals", "Garments", "Kirana Stores", "Enterprises", "Traders", "Steel Works", "Dairy Farm", "Auto Spares", "Cloth House"}
	payerBanks  = [][2]string{{"HDFC", "HDFC BANK"}, {"SBIN", "STATE BANK OF INDIA"}, {"BARB", "BANK OF BARODA"}, {"PUNB", "PUNJAB NATIONAL BANK"}, {"CNRB", "CANARA BANK"},
		{"UBIN", "UNION BANK OF INDIA"}, {"ICIC", "ICICI BANK"}, {"UTIB", "AXIS BANK"}, {"KKBK", "KOTAK MAHINDRA BANK"}, {"MAHB", "BANK OF MAHARASHTRA"}, {"KVBL", "KARUR VYSYA BANK"},
		{"IOBA", "INDIAN OVERSEAS BANK"}, {"BDBL", "BANDHAN BANK"}, {"AUBL", "AU SMALL FINANCE BANK"}, {"FINO", "FINO PAYMENTS BANK"}, {"SIBL", "SOUTH INDIAN BANK"}}
	upiHandles = strings.Fields(`okaxis okicici oksbi okhdfcbank ybl ibl axl paytm apl upi kotak barodampay cnrb jupiteraxis freecharge airtel`)
)

// person is a made-up name: of a person, or now and then of a firm.
func person(r *rand.Rand) string {
	given, family := pick(r, givenNames), pick(r, familyNames)
	switch r.IntN(20) {
	case 0:
		return family + " " + given
	case 1:
		return given[:1] + " " + family
	case 2:
		return given + " " + family[:1]
	case 3, 4:
		return pick(r, firmHeads) + " " + pick(r, firmTails)
	case 5, 6, 7, 8, 9:
		return given + " " + pick(r, middleNames) + " " + family
	}
	return given + " " + family
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// chance is true in so many of a hundred cases.
func chance(r *rand.Rand, percent int) bool { return r.IntN(100) < percent }

// digits are n random digits, the first not a zero.
func digits(r *rand.Rand, n int) string {
	var b strings.Builder
	for i := range n {
		if i == 0 {
			fmt.Fprintf(&b, "%d", 1+r.IntN(9))
			continue
		}
		fmt.Fprintf(&b, "%d", r.IntN(10))
	}
	return b.String()
}

// misspell writes a name as another clerk would: another vowel, a letter more or
// less, an initial, words turned round or run together, a title, a father.
func misspell(r *rand.Rand, name string) string {
	words := strings.Fields(name)
	switch r.IntN(9) {
	case 0:
		return pick(r, []string{"MR ", "MRS ", "SMT ", "SHRI ", "M/S ", "Ms "}) + name
	case 1:
		return name + pick(r, []string{" S/O ", " W/O ", " D/O "}) + pick(r, givenNames)
	case 2:
		return strings.Join(words, "")
	case 3:
		if len(words) == 2 {
			return words[1] + " " + words[0]
		}
	case 4:
		if len(words) == 3 {
			return words[0] + " " + words[1][:1] + " " + words[2]
		}
	case 5:
		if len(words) == 3 {
			return words[0] + " " + words[2]
		}
	case 6:
		for _, pair := range [][2]string{{"sh", "s"}, {"v", "w"}, {"ee", "i"}, {"th", "t"}, {"dh", "d"}, {"oo", "u"}, {"ksh", "x"}, {"aa", "a"}, {"ch", "chh"}, {"i", "ee"}, {"j", "z"}} {
			if strings.Contains(name, pair[0]) {
				return strings.Replace(name, pair[0], pair[1], 1)
			}
		}
	case 7:
		at := len(words[0]) - 1
		if at > 3 {
			return words[0][:at-1] + words[0][at:] + strings.TrimPrefix(name, words[0])
		}
	}
	return name
}
