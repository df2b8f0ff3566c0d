-- What is taken in through Salesforce's referral intake: package intake.

-- a client of an organisation; the secret is kept as SHA-256
CREATE TABLE `intakeclient` (
  `ClientNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `PracticeNum` BIGINT NOT NULL,
  `ClientId` VARCHAR(100) COLLATE utf8mb4_bin NOT NULL,
  `SecretHash` VARCHAR(64) COLLATE utf8mb4_bin NOT NULL,
  `Name` VARCHAR(255) NOT NULL,
  `HasStrictIds` TINYINT NOT NULL DEFAULT 0,
  `HasOpenPicklists` TINYINT NOT NULL DEFAULT 0,
  `CreatedAt` DATETIME NOT NULL,
  `RevokedAt` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00'
);

CREATE UNIQUE INDEX `intakeclient_ClientId` ON `intakeclient` (`ClientId`);

-- a token that a client was given; kept as SHA-256
CREATE TABLE `intaketoken` (
  `TokenHash` VARCHAR(64) COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
  `ClientNum` BIGINT NOT NULL,
  `CreatedAt` DATETIME NOT NULL,
  `ExpiresAt` DATETIME NOT NULL
);

CREATE INDEX `intaketoken_ExpiresAt` ON `intaketoken` (`ExpiresAt`);

-- a record of one of Salesforce's objects; ExternalId is the id that the sender's own organisation gave it, NULL for
-- one that was made here, whose id follows from RecordNum
CREATE TABLE `intakerecord` (
  `RecordNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `PracticeNum` BIGINT NOT NULL,
  `ObjectType` VARCHAR(40) COLLATE utf8mb4_bin NOT NULL,
  `ExternalId` VARCHAR(15) COLLATE utf8mb4_bin,
  `Fields` MEDIUMTEXT NOT NULL,
  `CreatedAt` DATETIME NOT NULL
);

CREATE UNIQUE INDEX `intakerecord_ExternalId` ON `intakerecord` (`PracticeNum`, `ExternalId`);

-- by what a patient is found again
CREATE TABLE `intakepatient` (
  `RecordNum` BIGINT NOT NULL PRIMARY KEY,
  `PracticeNum` BIGINT NOT NULL,
  `LastFold` VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
  `FirstFold` VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
  `BirthDate` DATE NOT NULL DEFAULT '0001-01-01',
  `PhoneDigits` VARCHAR(40) COLLATE utf8mb4_bin NOT NULL DEFAULT '',
  `EmailFold` VARCHAR(255) COLLATE utf8mb4_bin NOT NULL DEFAULT ''
);

CREATE INDEX `intakepatient_LastFold` ON `intakepatient` (`PracticeNum`, `LastFold`);

-- a ClinicalServiceRequest and the referral that it is
CREATE TABLE `intakerequest` (
  `RecordNum` BIGINT NOT NULL PRIMARY KEY,
  `PracticeNum` BIGINT NOT NULL,
  `ReferralNum` BIGINT NOT NULL,
  `PatientNum` BIGINT NOT NULL,
  `Notes` MEDIUMTEXT NOT NULL,
  `SourceHash` VARCHAR(64) COLLATE utf8mb4_bin NOT NULL DEFAULT '',
  `SourceIdHash` VARCHAR(64) COLLATE utf8mb4_bin NOT NULL DEFAULT '',
  `Place` BIGINT NOT NULL DEFAULT 0
);

CREATE UNIQUE INDEX `intakerequest_ReferralNum` ON `intakerequest` (`ReferralNum`);
CREATE INDEX `intakerequest_SourceHash` ON `intakerequest` (`SourceHash`);
CREATE INDEX `intakerequest_SourceIdHash` ON `intakerequest` (`PracticeNum`, `SourceIdHash`);

-- one call of a source that names what it sends; makes the same call the same referrals
CREATE TABLE `intakesource` (
  `SourceHash` VARCHAR(64) COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
  `PracticeNum` BIGINT NOT NULL,
  `CreatedAt` DATETIME NOT NULL
);
