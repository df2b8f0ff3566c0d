-- Which practices' charts follow a referral: package referral, network.go.

-- Side is 'from' for the referring practice and 'to' for one that treats. SentKey names the attachment that the referral was
-- sent of, so that it is sent once. IsOwed until DeliveredSeq is the referral's last step.
CREATE TABLE `networklink` (
  `LinkNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `ReferralNum` BIGINT NOT NULL,
  `PracticeNum` BIGINT NOT NULL,
  `Side` VARCHAR(4) COLLATE utf8mb4_bin NOT NULL,
  `SentKey` VARCHAR(50) COLLATE utf8mb4_bin,
  `DeliveredSeq` BIGINT NOT NULL DEFAULT 0,
  `IsOwed` TINYINT NOT NULL DEFAULT 1
);

CREATE UNIQUE INDEX `networklink_Side` ON `networklink` (`ReferralNum`, `Side`, `PracticeNum`);
CREATE UNIQUE INDEX `networklink_SentKey` ON `networklink` (`SentKey`);
CREATE INDEX `networklink_IsOwed` ON `networklink` (`IsOwed`, `LinkNum`);
