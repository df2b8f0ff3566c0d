package webhook

// OnStep calls fn at each step of an attempt: "sent" is between the answer and its being noted.
func (s *Sender) OnStep(fn func(string)) { s.step = fn }
