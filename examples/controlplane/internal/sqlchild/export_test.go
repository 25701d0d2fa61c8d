package sqlchild

// Trim is trim, for its table.
var Trim = trim
