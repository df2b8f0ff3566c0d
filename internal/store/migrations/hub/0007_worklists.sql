-- The lists that people work from: package referral, worklist.go. Each index begins with what a list is of and goes on in its
-- order; a closed referral has no party and no due moment, and lies outside of what any list reads.

-- when something was last done, for those that nobody moves
ALTER TABLE `referral` ADD COLUMN
  `LastAt` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00';

UPDATE `referral` SET `LastAt` = COALESCE((SELECT MAX(e.`HappenedAt`) FROM `referralevent` AS e WHERE e.`ReferralNum` = `referral`.`ReferralNum`), '0001-01-01 00:00:00');

-- the area whose referral centre it is for, as its referring practice's was when it was submitted
ALTER TABLE `referral` ADD COLUMN
  `AreaNum` BIGINT NOT NULL DEFAULT 1;

CREATE INDEX `referral_Party` ON `referral` (`PartyRole`, `PartyNum`, `State`, `DueAt`);
CREATE INDEX `referral_Queue` ON `referral` (`PartyRole`, `Priority`, `SubmittedAt`, `ReferralNum`, `DueAt`, `AreaNum`);
CREATE INDEX `referral_Outbound` ON `referral` (`PracticeNum`, `DueAt`, `ReferralNum`, `PartyRole`, `State`);
CREATE INDEX `referral_Due` ON `referral` (`DueAt`, `ReferralNum`, `PartyRole`, `AreaNum`);

-- another system says something else of it: few are, so that their list is sorted when it is read
ALTER TABLE `referral` ADD COLUMN
  `IsDisputed` TINYINT NOT NULL DEFAULT 0;

UPDATE `referral` SET `IsDisputed` = 1 WHERE `ReferralNum` IN (SELECT `ReferralNum` FROM `referralevent` WHERE `Move` = 'N02' OR `Move` = 'N03');

CREATE INDEX `referral_Disputed` ON `referral` (`IsDisputed`, `AreaNum`);
