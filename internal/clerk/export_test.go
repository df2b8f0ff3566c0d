package clerk

// OnStep calls fn at each step of a job: drawing, drawn, filed.
func (c *Clerk) OnStep(fn func(string)) { c.step = fn }
