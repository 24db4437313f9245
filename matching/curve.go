package matching

// curve is the calibration that the engine comes with: isotonic regression over
// 893 proposals of the benchmark's sample and those of the made-up books of seeds 1 to 4,
// 4583 in all. It is written by
//
//	go run ./bench matching --data DIR --seeds N --fit matching/curve.go
//
// and by nobody's hand.
var curve = Calibration{Knots: []Knot{
	{Share: 600, Confidence: 4054},
	{Share: 1267, Confidence: 4583},
	{Share: 1991, Confidence: 6470},
	{Share: 3170, Confidence: 7777},
	{Share: 4367, Confidence: 8095},
	{Share: 5696, Confidence: 8500},
	{Share: 6780, Confidence: 9634},
	{Share: 8022, Confidence: 9756},
	{Share: 8970, Confidence: 9885},
	{Share: 9527, Confidence: 9942},
	{Share: 9950, Confidence: 9997},
}}
