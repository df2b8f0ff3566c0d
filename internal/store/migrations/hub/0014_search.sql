-- A practice's referrals as they are searched for by a part of their URN: package referral, searching.go. By a part of a name they
-- are searched for in referral_Patient.
CREATE INDEX `referral_Reference` ON `referral` (`PracticeNum`, `Urn`);
