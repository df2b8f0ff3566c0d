package referral

// TakeURN is for tests: what a transaction does to get a URN.
var TakeURN = takeURN
