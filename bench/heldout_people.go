package main

import (
	"math/rand/v2"
	"strings"
)

// The people of the second lender: from the east, the hills, the far south and
// the coast, named as people are named there.
var (
	eastGiven = strings.Fields(`Santosh Bijaya Sabita Kuni Basanti Rabindra Prasanta Sasmita Tapan Mamata Namita Dhaneswar Jhunu Kabita Banamali Pramila Subash Gitanjali Ranjan Sukanti Nibedita Bibhuti
		Mithun Sandhya Nirupama Debasis Kartick Sumitra Bablu Chhabi Haripada Ruma`)
	eastFamily = strings.Fields(`Pradhan Swain Jena Rout Biswal Dalai Majhi Khuntia Samal Barik Mahapatra Tudu Hembram Murmu Soren Bag Dolui Maity Pramanik Halder Gharami Sardar Boro Deka Gogoi Bora
		Nishad Dewangan Dhruw Netam Sah Kewat`)
	hillGiven  = strings.Fields(`Tashi Dolma Pemba Karma Lhamu Passang Aijaz Mudasir Shazia Bilal Nusrat Fayaz Rukhsana Tariq Ulfat Lobsang Kinley Hemlata Khem Tikaram Bhuwan Sunder Kamla Mohinder`)
	hillFamily = strings.Fields(`Bhat Dar Lone Wani Mir Rather Ganai Sherpa Tamang Gurung Limbu Bhutia Lepcha Chettri Subba Rana Koli Thakur Kanwar Negi`)
	southGiven = strings.Fields(`Muthukumar Selvaraj Kasthuri Palanisamy Karuppasamy Thenmozhi Sivakumar Vijayalakshmi Ponnusamy Ramalingam Saraswathi Ganapathy Chandrasekaran Mariyappan Veeramani Arumugam
		Venkateswarlu Nageswara Subbarao Satyavathi Narasimhulu Ramanamma Koteswara Mallikarjuna Lingaraju Shivappa Basavaraj Gangamma Siddappa Sharanappa Ouseph Ammini Rajappan Thankamani Sudheer Mini Biju`)
	southHouse = strings.Fields(`Pothuri Gadde Chintala Boddu Kasireddy Hiremath Badiger Talwar Kattimani Hosamani Nambiar Kurian Thomas Chacko Pillai Panicker Achari Reddy Goud Yadagiri Bandaru`)
	westGiven  = strings.Fields(`Jignesh Hansa Bhikhu Savita Ramila Dahyabhai Kokila Mansukh Champa Revati Dattatray Sunanda Pandurang Mangal Shantaram Kesar Gopi Hema Laxmi Bhanwar Mohan Pushpa Ratan Sohan Radha`)
	westFamily = strings.Fields(`Meena Gurjar Shekhawat Rathore Bairwa Mali Kumawat Damor Vasava Gamit Chaudhary Thakor Padhiyar Kamble Jadhav Salunkhe Dhotre Naik Gaonkar Fernandes Dsouza Lalwani Advani`)
	trades     = strings.Fields(`Tractors Agencies Electricals Bakery Silks Jewellers Footwear Fertilizers Poultry Marketing Engineering Printers Digital Opticals Catering Timbers`)
	tradeHeads = []string{"Maa Tarini", "Sri Balaji", "Jay Jagannath", "Venkateswara", "Royal", "New Kashmir", "St Antony", "Amman", "Basaveshwara", "Shree Ramdev", "Khodiyar", "Himalaya", "Star", "J K"}
)

// remitter is a bank that people pay from: its code, and its name as it is printed.
type remitter struct{ code, name, short string }

var remitters = []remitter{{"SBIN", "STATE BANK OF INDIA", "SBI"}, {"SBIN", "STATE BANK OF INDIA", "SBI"}, {"UTIB", "AXIS BANK", "AXIS"}, {"CNRB", "CANARA BANK", "CANARA"}, {"UBIN", "UNION BANK OF INDIA", "UNION"},
	{"PUNB", "PUNJAB NATIONAL BANK", "PNB"}, {"HDFC", "HDFC BANK LTD", "HDFC"}, {"ICIC", "ICICI BANK LTD", "ICICI"}, {"IDIB", "INDIAN BANK", "INDIAN"}, {"JAKA", "JAMMU AND KASHMIR BANK", "JKB"},
	{"FDRL", "FEDERAL BANK", "FEDERAL"}, {"KKBK", "KOTAK MAHINDRA BANK", "KOTAK"}, {"BARB", "BANK OF BARODA", "BOB"}, {"BKID", "BANK OF INDIA", "BOI"}, {"UCBA", "UCO BANK", "UCO"},
	{"IDFB", "IDFC FIRST BANK", "IDFC"}, {"INDB", "INDUSIND BANK", "INDUSIND"}, {"AIRP", "AIRTEL PAYMENTS BANK", "AIRTEL"}, {"IPOS", "INDIA POST PAYMENTS BANK", "IPPB"}, {"TMBL", "TAMILNAD MERCANTILE BANK", "TMB"}}

// handles are the ends of UPI addresses of the apps people pay with.
var handles = strings.Fields(`ybl ybl ibl axl okaxis okhdfcbank okicici oksbi paytm ptyes ptsbi pthdfc upi sbi waaxis superyes naviaxis axisb yesg fam`)

// resident is somebody who may borrow.
func resident(r *rand.Rand) string {
	switch n := r.IntN(100); {
	case n < 28:
		return pick(r, eastGiven) + pick(r, []string{" ", " ", " Kumar ", " Rani ", " Chandra ", " Bala "}) + pick(r, eastFamily)
	case n < 40:
		return pick(r, hillGiven) + pick(r, []string{" ", " ", " Ahmad ", " Singh ", " Devi "}) + pick(r, hillFamily)
	case n < 62:
		return southern(r)
	case n < 82:
		return pick(r, westGiven) + pick(r, []string{" ", " ", " Ben ", " Lal ", " Bai ", " Bhai "}) + pick(r, westFamily)
	case n < 91:
		return pick(r, slicesOf(eastGiven, westGiven, hillGiven)) + pick(r, []string{" Devi", " Bibi", " Khatun", " Bai", ""})
	}
	return pick(r, tradeHeads) + " " + pick(r, trades)
}

// southern is a name with a house or with initials before or after it.
func southern(r *rand.Rand) string {
	letter := func() string { return string(rune('A' + r.IntN(22))) }
	given := pick(r, southGiven)
	switch r.IntN(5) {
	case 0:
		return letter() + " " + given
	case 1:
		return given + " " + letter()
	case 2:
		return letter() + " " + letter() + " " + given
	case 3:
		return given + " " + pick(r, []string{"Rao ", "", "Nair ", ""}) + pick(r, southHouse)
	}
	return pick(r, southHouse) + " " + given
}

func slicesOf(lists ...[]string) []string {
	var out []string
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}

// relativeOf is a husband, a wife, a son: of the same family name, or not.
func relativeOf(r *rand.Rand, name string) string {
	words := strings.Fields(name)
	if chance(r, 60) && len(words) > 1 && len(words[len(words)-1]) > 2 {
		return pick(r, slicesOf(eastGiven, westGiven, hillGiven)) + " " + words[len(words)-1]
	}
	return resident(r)
}

// respell writes a name as another office would.
func respell(r *rand.Rand, name string) string {
	words := strings.Fields(name)
	last := len(words) - 1
	switch r.IntN(8) {
	case 0:
		return pick(r, []string{"MRS. ", "Mr ", "Smt. ", "Sri ", "MS "}) + name
	case 1:
		if last > 0 {
			return words[last] + " " + strings.Join(words[:last], " ")
		}
	case 2:
		if last > 0 {
			return strings.Join(words, "")
		}
	case 3:
		if last == 2 {
			return words[0] + " " + words[2]
		}
	case 4:
		if last > 0 && len(words[last]) > 3 {
			return strings.Join(words[:last], " ") + " " + words[last][:1]
		}
	case 5:
		if last == 1 && len(words[0]) > 3 {
			return words[0][:1] + " " + words[1]
		}
	}
	for _, pair := range [][2]string{{"Lax", "Laksh"}, {"aksh", "ax"}, {"oo", "u"}, {"ee", "i"}, {"swar", "shwar"}, {"v", "b"}, {"th", "t"}, {"ay", "oy"}, {"sh", "s"}, {"ai", "ay"}, {"ou", "au"}, {"a", "aa"}, {"i", "ee"}} {
		if at := strings.Index(name, pair[0]); at > 0 {
			return name[:at] + pair[1] + name[at+len(pair[0]):]
		}
	}
	return name
}

// addressOf is a UPI address: made of the name, or of the phone.
func addressOf(r *rand.Rand, name, phone string) string {
	at := "@" + pick(r, handles)
	if phone != "" {
		return phone + pick(r, []string{"", "", "-2", "-1"}) + at
	}
	words := strings.Fields(strings.ToLower(name))
	switch {
	case len(words) > 1 && chance(r, 25):
		return words[0] + words[1][:1] + digits(r, 3) + at
	case len(words) > 1 && chance(r, 40):
		return words[0] + "." + words[1] + at
	case chance(r, 20):
		return "q" + digits(r, 9) + at
	}
	return cut(strings.Join(words, ""), 16) + digits(r, 1+r.IntN(4)) + at
}
