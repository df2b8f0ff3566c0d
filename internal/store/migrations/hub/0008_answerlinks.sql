-- Links by which a specialist without an account answers one referral: package referral, answerlink.go.

-- The token is kept as SHA-256. Ordinal is the allocation that was open when the link was made: with its end the link is dead.
CREATE TABLE `answerlink` (
  `LinkNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `TokenHash` VARCHAR(64) COLLATE utf8mb4_bin NOT NULL,
  `ReferralNum` BIGINT NOT NULL,
  `Ordinal` BIGINT NOT NULL,
  `CreatedAt` DATETIME NOT NULL,
  `ExpiresAt` DATETIME NOT NULL,
  `RevokedAt` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00'
);

CREATE UNIQUE INDEX `answerlink_TokenHash` ON `answerlink` (`TokenHash`);
CREATE INDEX `answerlink_ReferralNum` ON `answerlink` (`ReferralNum`);
