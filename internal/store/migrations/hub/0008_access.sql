-- Who may see a referral beside those who sign in, and who has seen it.

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

-- Who has opened a referral: one row for a person, in a role and for an organisation, with the first and the last time.
CREATE TABLE `viewing` (
  `ViewingNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `ReferralNum` BIGINT NOT NULL,
  `PersonNum` BIGINT NOT NULL,
  `OrganisationNum` BIGINT NOT NULL,
  `Role` VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
  `PersonName` VARCHAR(255) NOT NULL,
  `OrganisationName` VARCHAR(255) NOT NULL,
  `FirstAt` DATETIME NOT NULL,
  `LastAt` DATETIME NOT NULL
);

CREATE UNIQUE INDEX `viewing_Who` ON `viewing` (`ReferralNum`, `PersonNum`, `OrganisationNum`, `Role`);

-- Why an administrator had to read what is clinical.
CREATE TABLE `viewreason` (
  `ReasonNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `ReferralNum` BIGINT NOT NULL,
  `PersonNum` BIGINT NOT NULL,
  `Reason` VARCHAR(500) NOT NULL,
  `CreatedAt` DATETIME NOT NULL
);

CREATE INDEX `viewreason_Who` ON `viewreason` (`ReferralNum`, `PersonNum`, `CreatedAt`);

-- The version of a referral's answers with which a file was sent; 0 as long as it was not.
ALTER TABLE `referralfile` ADD COLUMN
  `Version` BIGINT NOT NULL DEFAULT 0;

UPDATE `referralfile` SET `Version` = COALESCE((SELECT r.`Version` FROM `referral` AS r WHERE r.`ReferralNum` = `referralfile`.`ReferralNum`), 0);

-- The last letter of the referral that a chart has; its number is the attachment's.
ALTER TABLE `networklink` ADD COLUMN
  `LetterNum` BIGINT NOT NULL DEFAULT 0;

-- A file that came with a message of a referral's thread; Seq is the message's step.
CREATE TABLE `messagefile` (
  `MessageFileNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `ReferralNum` BIGINT NOT NULL,
  `Seq` BIGINT NOT NULL,
  `FileName` VARCHAR(255) NOT NULL,
  `ContentType` VARCHAR(100) NOT NULL,
  `Size` BIGINT NOT NULL,
  `BodyHash` VARCHAR(64) COLLATE utf8mb4_bin NOT NULL,
  `CreatedAt` DATETIME NOT NULL
);

CREATE INDEX `messagefile_Seq` ON `messagefile` (`ReferralNum`, `Seq`);
