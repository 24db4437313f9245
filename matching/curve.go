package matching

// curve is the calibration that the engine comes with: isotonic regression over
// 892 proposals of the benchmark's sample and those of the made-up books of seeds 1 to 4,
// 4582 in all. It is written by
//
//	go run ./bench matching --data DIR --seeds N --fit matching/curve.go
//
// and by nobody's hand.
var curve = Calibration{Knots: []Knot{
	{Share: 522, Confidence: 3947},
	{Share: 948, Confidence: 4545},
	{Share: 1172, Confidence: 5000},
	{Share: 1539, Confidence: 5333},
	{Share: 2008, Confidence: 6923},
	{Share: 2468, Confidence: 7272},
	{Share: 2908, Confidence: 7666},
	{Share: 3497, Confidence: 7837},
	{Share: 4130, Confidence: 8039},
	{Share: 5440, Confidence: 8709},
	{Share: 7625, Confidence: 9848},
	{Share: 9052, Confidence: 9867},
	{Share: 9913, Confidence: 9997},
}}
