-- A practice's list of everything that it has sent, in its orders: package referral, list.go. The order of time is that of
-- referral_Submitted. The others have closed referrals in them too, and would have to be sorted each time.

CREATE INDEX `referral_Patient` ON `referral` (`PracticeNum`, `PatientFold`);
CREATE INDEX `referral_Form` ON `referral` (`PracticeNum`, `FormType`, `SubmittedAt`);
CREATE INDEX `referral_Status` ON `referral` (`PracticeNum`, `State`, `SubmittedAt`);
