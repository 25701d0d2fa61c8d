package storagetest

// scenarios is what [Run] walks after the contract: stories told through the
// service on the store under test. Each scenario_*.go file holds one group,
//
//	var fanInScenarios = []testCase{{name: ..., why: ..., run: func(p *probe) { ... p.store ... }}}
//
// and is named here.
var scenarios = []group{}
