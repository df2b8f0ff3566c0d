-- Referrals: what travels between practices, and what is owed on the way; package referral.

-- the three letters that the practice's URNs begin with; '' until the first one is taken
ALTER TABLE `practice` ADD COLUMN
  `UrnPrefix` VARCHAR(3) COLLATE utf8mb4_bin NOT NULL DEFAULT '';

-- what the head of a form says of the practice
ALTER TABLE `practice` ADD COLUMN
  `Address` VARCHAR(500) NOT NULL DEFAULT '';
ALTER TABLE `practice` ADD COLUMN
  `Phone` VARCHAR(50) NOT NULL DEFAULT '';
ALTER TABLE `practice` ADD COLUMN
  `Email` VARCHAR(255) NOT NULL DEFAULT '';

-- the last number of each prefix; a prefix belongs to one practice for good
CREATE TABLE `urncounter` (
  `Prefix` VARCHAR(3) COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
  `PracticeNum` BIGINT NOT NULL,
  `LastNumber` BIGINT NOT NULL
);

-- a key of the Dental Referrals API V2; kept as SHA-256, with its first signs for people to tell keys apart
CREATE TABLE `formkey` (
  `FormKeyNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `PracticeNum` BIGINT NOT NULL,
  `KeyHash` VARCHAR(64) COLLATE utf8mb4_bin NOT NULL,
  `Beginning` VARCHAR(6) NOT NULL,
  `FormTypes` VARCHAR(2000) NOT NULL DEFAULT '',
  `CreatedAt` DATETIME NOT NULL,
  `RevokedAt` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00'
);

CREATE UNIQUE INDEX `formkey_KeyHash` ON `formkey` (`KeyHash`);

-- one referral; State and Seq are the fold of its events
CREATE TABLE `referral` (
  `ReferralNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `Urn` VARCHAR(10) COLLATE utf8mb4_bin NOT NULL,
  `PracticeNum` BIGINT NOT NULL,
  `State` VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
  `Seq` BIGINT NOT NULL,
  `Version` BIGINT NOT NULL DEFAULT 0,
  `Priority` VARCHAR(10) NOT NULL DEFAULT 'routine',
  `FormType` VARCHAR(100) COLLATE utf8mb4_bin NOT NULL DEFAULT '',
  `FormVersion` VARCHAR(40) COLLATE utf8mb4_bin NOT NULL DEFAULT '',
  `Origin` VARCHAR(20) NOT NULL,
  `FormKeyNum` BIGINT NOT NULL DEFAULT 0,
  `SystemType` VARCHAR(2) NOT NULL DEFAULT '',
  `ReferrerName` VARCHAR(255) NOT NULL DEFAULT '',
  `Reason` VARCHAR(255) NOT NULL DEFAULT '',
  `PatientFirst` VARCHAR(255) NOT NULL DEFAULT '',
  `PatientLast` VARCHAR(255) NOT NULL DEFAULT '',
  `PatientFold` VARCHAR(600) COLLATE utf8mb4_bin NOT NULL DEFAULT '',
  `BirthDate` DATE NOT NULL DEFAULT '0001-01-01',
  `NhsNumber` VARCHAR(10) NOT NULL DEFAULT '',
  `PtGuid` VARCHAR(28) COLLATE utf8mb4_bin NOT NULL DEFAULT '',
  `CreatedAt` DATETIME NOT NULL,
  `SubmittedAt` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `ReplacesNum` BIGINT NOT NULL DEFAULT 0,
  `IsSingleFile` TINYINT NOT NULL DEFAULT 0,
  `FileKinds` VARCHAR(60) NOT NULL DEFAULT '',
  `WebhookUrl` VARCHAR(2000) NOT NULL DEFAULT '',
  `FileUploadNum` BIGINT NOT NULL DEFAULT 0,
  `StatusText` VARCHAR(600) NOT NULL DEFAULT '',
  `PartyRole` VARCHAR(20) NOT NULL DEFAULT '',
  `PartyNum` BIGINT NOT NULL DEFAULT 0,
  `NextStep` VARCHAR(100) NOT NULL DEFAULT '',
  `DueAt` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00'
);

CREATE UNIQUE INDEX `referral_Urn` ON `referral` (`Urn`);
CREATE INDEX `referral_Submitted` ON `referral` (`PracticeNum`, `SubmittedAt`, `Urn`);
CREATE INDEX `referral_PtGuid` ON `referral` (`PracticeNum`, `PtGuid`, `SubmittedAt`);
CREATE INDEX `referral_State` ON `referral` (`State`, `CreatedAt`);
CREATE INDEX `referral_FileUploadNum` ON `referral` (`FileUploadNum`);

-- what was given by the call that opened the referral, and what was answered so far
CREATE TABLE `referralanswers` (
  `ReferralNum` BIGINT NOT NULL PRIMARY KEY,
  `Rev` BIGINT NOT NULL,
  `Given` MEDIUMTEXT NOT NULL,
  `Answers` MEDIUMTEXT NOT NULL,
  `UpdatedAt` DATETIME NOT NULL
);

-- what was submitted; never rewritten
CREATE TABLE `referralversion` (
  `VersionNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `ReferralNum` BIGINT NOT NULL,
  `Version` BIGINT NOT NULL,
  `FormType` VARCHAR(100) COLLATE utf8mb4_bin NOT NULL,
  `FormVersion` VARCHAR(40) COLLATE utf8mb4_bin NOT NULL,
  `Answers` MEDIUMTEXT NOT NULL,
  `SubmittedAt` DATETIME NOT NULL,
  `FilesReadyAt` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00'
);

CREATE UNIQUE INDEX `referralversion_Version` ON `referralversion` (`ReferralNum`, `Version`);

-- a version of a form type that a referral was made on
CREATE TABLE `formversion` (
  `FormVersionNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `FormType` VARCHAR(100) COLLATE utf8mb4_bin NOT NULL,
  `FormVersion` VARCHAR(40) COLLATE utf8mb4_bin NOT NULL,
  `Body` MEDIUMTEXT NOT NULL
);

CREATE UNIQUE INDEX `formversion_Version` ON `formversion` (`FormType`, `FormVersion`);

-- one step of a referral; append only
CREATE TABLE `referralevent` (
  `EventNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `ReferralNum` BIGINT NOT NULL,
  `Seq` BIGINT NOT NULL,
  `Move` VARCHAR(3) NOT NULL,
  `FromState` VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
  `ToState` VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
  `ActorRole` VARCHAR(20) NOT NULL,
  `ActorNum` BIGINT NOT NULL,
  `ActorName` VARCHAR(255) NOT NULL,
  `HappenedAt` DATETIME NOT NULL,
  `ReasonCode` VARCHAR(40) NOT NULL DEFAULT '',
  `TextPublic` VARCHAR(2000) NOT NULL DEFAULT '',
  `TextInternal` VARCHAR(2000) NOT NULL DEFAULT '',
  `Allocation` BIGINT NOT NULL DEFAULT 0,
  `Data` MEDIUMTEXT
);

CREATE UNIQUE INDEX `referralevent_Seq` ON `referralevent` (`ReferralNum`, `Seq`);

-- whom a referral is with; at most one of a referral is open
CREATE TABLE `allocation` (
  `AllocationNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `ReferralNum` BIGINT NOT NULL,
  `Ordinal` BIGINT NOT NULL,
  `ProviderNum` BIGINT NOT NULL DEFAULT 0,
  `ProviderName` VARCHAR(255) NOT NULL,
  `ClinicianName` VARCHAR(255) NOT NULL DEFAULT '',
  `OpenedAt` DATETIME NOT NULL,
  `ClosedAt` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `ClosedAs` VARCHAR(40) NOT NULL DEFAULT ''
);

CREATE UNIQUE INDEX `allocation_Ordinal` ON `allocation` (`ReferralNum`, `Ordinal`);

-- a link that opens one form, or with ReferralNum 0 the practice's list, in a browser, once
CREATE TABLE `preparedlink` (
  `TokenHash` VARCHAR(64) COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
  `PracticeNum` BIGINT NOT NULL,
  `FormKeyNum` BIGINT NOT NULL,
  `ReferralNum` BIGINT NOT NULL,
  `CreatedAt` DATETIME NOT NULL,
  `ExpiresAt` DATETIME NOT NULL,
  `UsedAt` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00'
);

CREATE INDEX `preparedlink_ExpiresAt` ON `preparedlink` (`ExpiresAt`);
CREATE INDEX `preparedlink_ReferralNum` ON `preparedlink` (`ReferralNum`);

-- a browser that has opened one
CREATE TABLE `websession` (
  `SessionHash` VARCHAR(64) COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
  `PracticeNum` BIGINT NOT NULL,
  `FormKeyNum` BIGINT NOT NULL,
  `ReferralNum` BIGINT NOT NULL,
  `CreatedAt` DATETIME NOT NULL,
  `ExpiresAt` DATETIME NOT NULL
);

CREATE INDEX `websession_ExpiresAt` ON `websession` (`ExpiresAt`);

-- files that are sent before their form
CREATE TABLE `fileupload` (
  `FileUploadNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `PracticeNum` BIGINT NOT NULL,
  `CreatedAt` DATETIME NOT NULL,
  `LinkedAt` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `ExpiredAt` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00'
);

-- a file of an upload (ReferralNum 0), or of a referral; its body is in bodyuse
CREATE TABLE `referralfile` (
  `FileNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `FileUploadNum` BIGINT NOT NULL,
  `ReferralNum` BIGINT NOT NULL,
  `FileName` VARCHAR(255) NOT NULL,
  `ContentType` VARCHAR(100) NOT NULL,
  `Size` BIGINT NOT NULL,
  `BodyHash` VARCHAR(64) COLLATE utf8mb4_bin NOT NULL,
  `Kind` VARCHAR(20) NOT NULL,
  `TakenOn` DATE NOT NULL DEFAULT '0001-01-01',
  `CreatedAt` DATETIME NOT NULL,
  `RemovedAt` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00'
);

CREATE INDEX `referralfile_FileUploadNum` ON `referralfile` (`FileUploadNum`);
CREATE INDEX `referralfile_ReferralNum` ON `referralfile` (`ReferralNum`);

-- a PDF that was made of a version; its body is in bodyuse
CREATE TABLE `attachment` (
  `AttachmentNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `ReferralNum` BIGINT NOT NULL,
  `Version` BIGINT NOT NULL,
  `Kind` VARCHAR(20) NOT NULL,
  `FileName` VARCHAR(255) NOT NULL,
  `Size` BIGINT NOT NULL,
  `BodyHash` VARCHAR(64) COLLATE utf8mb4_bin NOT NULL,
  `CreatedAt` DATETIME NOT NULL
);

CREATE UNIQUE INDEX `attachment_Kind` ON `attachment` (`ReferralNum`, `Version`, `Kind`);

-- a call that tells a practice's system that files are ready; the times are in Unix milliseconds
CREATE TABLE `webhookdelivery` (
  `DeliveryNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `DeliveryId` VARCHAR(40) COLLATE utf8mb4_bin NOT NULL,
  `PracticeNum` BIGINT NOT NULL,
  `ReferralNum` BIGINT NOT NULL,
  `Version` BIGINT NOT NULL,
  `Url` VARCHAR(2000) NOT NULL,
  `Host` VARCHAR(255) NOT NULL,
  `Body` MEDIUMTEXT NOT NULL,
  `State` VARCHAR(10) COLLATE utf8mb4_bin NOT NULL,
  `FirstAt` BIGINT NOT NULL DEFAULT 0,
  `DueAt` BIGINT NOT NULL,
  `Attempts` BIGINT NOT NULL DEFAULT 0,
  `LastStatus` BIGINT NOT NULL DEFAULT 0,
  `LastAt` BIGINT NOT NULL DEFAULT 0
);

CREATE INDEX `webhookdelivery_DueAt` ON `webhookdelivery` (`State`, `DueAt`);
CREATE INDEX `webhookdelivery_ReferralNum` ON `webhookdelivery` (`ReferralNum`);

-- background work that a commit owes; DueAt is in Unix milliseconds
CREATE TABLE `job` (
  `JobNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `Kind` VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
  `ReferralNum` BIGINT NOT NULL,
  `Version` BIGINT NOT NULL,
  `State` VARCHAR(10) COLLATE utf8mb4_bin NOT NULL,
  `DueAt` BIGINT NOT NULL,
  `Attempts` BIGINT NOT NULL DEFAULT 0,
  `LastFault` VARCHAR(200) NOT NULL DEFAULT ''
);

CREATE INDEX `job_DueAt` ON `job` (`State`, `DueAt`);
CREATE INDEX `job_ReferralNum` ON `job` (`ReferralNum`, `Version`);

-- the answers to calls that may be sent again; sealed
CREATE TABLE `idempotency` (
  `KeyHash` VARCHAR(64) COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
  `PracticeNum` BIGINT NOT NULL,
  `RequestHash` VARCHAR(64) COLLATE utf8mb4_bin NOT NULL,
  `Answer` VARCHAR(2000) COLLATE utf8mb4_bin NOT NULL,
  `CreatedAt` DATETIME NOT NULL
);

CREATE INDEX `idempotency_CreatedAt` ON `idempotency` (`CreatedAt`);

-- a row that needs a body, as in a practice's database
CREATE TABLE `bodyuse` (
  `BodyUseNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `Sha256` VARCHAR(64) COLLATE utf8mb4_bin NOT NULL,
  `OwnerTable` VARCHAR(64) COLLATE utf8mb4_bin NOT NULL,
  `OwnerNum` BIGINT NOT NULL,
  `Role` VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
  `Size` BIGINT NOT NULL,
  `KindName` VARCHAR(20) COLLATE utf8mb4_bin NOT NULL
);

CREATE UNIQUE INDEX `bodyuse_Owner` ON `bodyuse` (`OwnerTable`, `OwnerNum`, `Role`);
CREATE INDEX `bodyuse_Sha256` ON `bodyuse` (`Sha256`);

-- a body that is being removed, or was: the count goes up each time
CREATE TABLE `bodysweep` (
  `Sha256` VARCHAR(64) COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
  `Sweeps` BIGINT NOT NULL,
  `IsRunning` TINYINT NOT NULL
);
