package matching

import "testing"

func TestAlikeNames(t *testing.T) {
	tests := []struct {
		printed, known string
		low, high      int
	}{
		{"LAKSHMI DEVI", "LAXMI DEVI", 975, 1000},
		{"SUNITA DEVI", "ANITA DEVI", 0, 749},
		{"SRI BALAJI TRADERS", "SRI BALAJI TEXTILES", 0, 749},
		{"RAMESH KUMAR", "RAKESH KUMAR", 0, 749},
		{"SURESH PATEL", "NARESH PATEL", 0, 749},
		{"KAVITA SHARMA", "SAVITA SHARMA", 0, 749},
		{"SANDHU USHA", "Usha Sandhu", 965, 1000},
		{"MOHD IRFAN", "Mohammed Irfan", 965, 1000},
		{"SK ABDUL", "Shaikh Abdul", 965, 1000},
		{"SMT ABDUL DESHMUKH D O M", "Abdul Deshmukh", 965, 1000},
		{"HITESHTHAKUR S O HITESH", "Hitesh Thakur", 965, 1000},
		{"AGARWAL MS HARISH RAJ", "Harish Raj Agarwal", 965, 1000},
		{"M/S SRI VENKATESWARA ENGINEERING WO", "Sri Venkateswara Engineering Works", 940, 1000},
		{"SRI VENKATESWARA AUTO WORKS", "Sri Venkateswara Engineering Works", 0, 749},
		{"GURPREETKANT SHUKLA", "Gurpreet Kant Shukla", 965, 1000},
		{"VISHWANATTIWARI", "Vishwanath Tiwari", 940, 1000},
		{"AHARISH", "A Harish", 960, 1000},
		{"SUNITAK", "Sunita Kumar", 800, 930},
		{"JAGADISH CHANDRA GIL", "Jagadish Chandra Gill", 960, 1000},
		{"SHRI PATEL AJAY BH", "Ajay Bhai Patel", 930, 1000},
		{"BALJIT R PILLAI", "Baljit Rao Pillai", 820, 964},
		{"U KHAN", "Usha Khan", 780, 920},
		{"SUSHILA", "Sushila Chatterjee", 900, 964},
		{"MERI BAYI", "Mary Bai", 820, 1000},
		{"AJOY PATEL", "Ajay Bhai Patel", 820, 964},
		{"NEW BHARAT PROWISION STORES", "New Bharat Provision Stores", 965, 1000},
		{"D'SOUZA AJAY", "Dsouza Ajay", 965, 1000},
		{"CHOWDHURY ANIL", "Anil Chaudhari", 900, 1000},
		{"", "Anil", 0, 0},
		{"ANIL", "", 0, 0},
		{"KUMAR", "Anil Kumar", 0, 819},
	}
	for _, tt := range tests {
		if got := AlikeNames(tt.printed, tt.known); got < tt.low || got > tt.high {
			t.Errorf("AlikeNames(%q, %q) = %d, want %d..%d", tt.printed, tt.known, got, tt.low, tt.high)
		}
	}
}
