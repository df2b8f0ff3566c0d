-- Referrals that travel to and from other practices: package od, network.go.

-- a referral source that is a practice on this installation; outgoing referrals to it are sent
CREATE TABLE `networksource` (
  `ReferralNum` BIGINT NOT NULL PRIMARY KEY,
  `PracticeNum` BIGINT NOT NULL
);

-- an attachment that is a referral of the network; IsOwed until the network has taken what was done here. Wish is the
-- RefToStatus that somebody has set by hand, -1 for none. AppliedSeq is the last step of the referral that was noted here.
CREATE TABLE `networkreferral` (
  `RefAttachNum` BIGINT NOT NULL PRIMARY KEY,
  `Urn` VARCHAR(10) COLLATE utf8mb4_bin NOT NULL DEFAULT '',
  `IsOutgoing` TINYINT NOT NULL,
  `AppliedSeq` BIGINT NOT NULL DEFAULT 0,
  `Wish` INT NOT NULL DEFAULT -1,
  `IsGone` TINYINT NOT NULL DEFAULT 0,
  `IsOwed` TINYINT NOT NULL DEFAULT 0
);

CREATE INDEX `networkreferral_IsOwed` ON `networkreferral` (`IsOwed`);
CREATE INDEX `networkreferral_Urn` ON `networkreferral` (`Urn`);
