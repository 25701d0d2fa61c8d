package main

func Example() {
	main()
	// Output:
	// created daily-sales: version 1 is active and runs at "0 2 * * *"
	// drafted version 2 from version 1, to run at "0 3 * * *"
	// published it: version 2 is active and runs at "0 3 * * *"
	// went back: version 1 is active and runs at "0 2 * * *"
	//   the ledger keeps version 1, based on 0, published
	//   the ledger keeps version 2, based on 1, published
	// the team data-eng has 1 job: daily-sales
}
