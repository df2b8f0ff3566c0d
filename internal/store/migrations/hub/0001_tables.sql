-- The tables of the hub: what is known about practices, apart from what is known by them.
-- Written for MySQL; package store prints it for SQLite.

-- a practice and where its database lives
CREATE TABLE `practice` (
  `PracticeNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `Name` VARCHAR(255) NOT NULL,
  `NameFold` VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
  `DatabaseName` VARCHAR(64) NOT NULL,
  `CreatedAt` DATETIME NOT NULL
);

CREATE UNIQUE INDEX `practice_NameFold` ON `practice` (`NameFold`);

-- a developer's key for one practice; the two halves are kept as SHA-256 only
CREATE TABLE `apikey` (
  `KeyNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `PracticeNum` BIGINT NOT NULL,
  `DeveloperName` VARCHAR(255) NOT NULL,
  `DeveloperHash` CHAR(64) NOT NULL,
  `CustomerHash` CHAR(64) NOT NULL,
  `Permissions` VARCHAR(255) NOT NULL,
  `CreatedAt` DATETIME NOT NULL,
  `RevokedAt` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00'
);

CREATE UNIQUE INDEX `apikey_CustomerHash` ON `apikey` (`CustomerHash`);

-- the hub's own trail: practices and keys made and revoked, and requests that no practice can be blamed for
CREATE TABLE `auditevent` (
  `AuditNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `LoggedAt` DATETIME NOT NULL,
  `KeyNum` BIGINT NOT NULL,
  `Caller` VARCHAR(255) NOT NULL,
  `RequestID` VARCHAR(64) NOT NULL,
  `Action` VARCHAR(20) NOT NULL,
  `Target` VARCHAR(64) NOT NULL,
  `TargetNum` BIGINT NOT NULL,
  `Detail` VARCHAR(4000) NOT NULL,
  `PrevHash` CHAR(64) NOT NULL,
  `Hash` CHAR(64) NOT NULL
);
