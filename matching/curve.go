package matching

// curve is the calibration that the engine comes with: isotonic regression over
// 892 proposals of the benchmark's sample and those of the made-up books of
// seeds 1 to 8, of 200 1000 5000 20000 accounts in turn,
// 8277 in all. It is written by
//
//	go run ./bench matching --data DIR --seeds N --fit matching/curve.go
//
// and by nobody's hand.
var curve = Calibration{Knots: []Knot{
	{Share: 192, Confidence: 800},
	{Share: 390, Confidence: 1875},
	{Share: 622, Confidence: 3833},
	{Share: 1253, Confidence: 4689},
	{Share: 1848, Confidence: 5200},
	{Share: 2124, Confidence: 5909},
	{Share: 2630, Confidence: 7027},
	{Share: 3404, Confidence: 7524},
	{Share: 4198, Confidence: 7594},
	{Share: 4816, Confidence: 7750},
	{Share: 5452, Confidence: 8904},
	{Share: 6232, Confidence: 8936},
	{Share: 7770, Confidence: 9876},
	{Share: 9198, Confidence: 9919},
	{Share: 9678, Confidence: 9956},
	{Share: 9868, Confidence: 9968},
	{Share: 9969, Confidence: 9991},
	{Share: 9998, Confidence: 9997},
}}
