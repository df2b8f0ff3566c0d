-- Who signs in: package people. Everything that opens something is kept as SHA-256, but for the password (argon2id) and the
-- secret of the second factor, which is sealed by the installation's own secret.

-- Handle is how a passkey names its person. TotpPending is a secret that was shown and not confirmed yet; TotpLast is the last step
-- of thirty seconds whose code was used. ActingNum is the membership that was last acted in.
CREATE TABLE `person` (
  `PersonNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `Name` VARCHAR(255) NOT NULL,
  `Email` VARCHAR(255) NOT NULL,
  `EmailFold` VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
  `Handle` VARCHAR(64) COLLATE utf8mb4_bin NOT NULL,
  `PasswordHash` VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
  `PasswordAt` DATETIME NOT NULL,
  `TotpSecret` VARCHAR(255) COLLATE utf8mb4_bin NOT NULL DEFAULT '',
  `TotpPending` VARCHAR(255) COLLATE utf8mb4_bin NOT NULL DEFAULT '',
  `TotpLast` BIGINT NOT NULL DEFAULT 0,
  `FailedCount` BIGINT NOT NULL DEFAULT 0,
  `FailedAt` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `LockedUntil` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `ActingNum` BIGINT NOT NULL DEFAULT 0,
  `CreatedAt` DATETIME NOT NULL,
  `SeenAt` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `DisabledAt` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00'
);

CREATE UNIQUE INDEX `person_EmailFold` ON `person` (`EmailFold`);
CREATE UNIQUE INDEX `person_Handle` ON `person` (`Handle`);

-- AreaNum 0 is all areas of the organisation
CREATE TABLE `membership` (
  `MembershipNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `PersonNum` BIGINT NOT NULL,
  `OrganisationNum` BIGINT NOT NULL,
  `Role` VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
  `AreaNum` BIGINT NOT NULL DEFAULT 0,
  `CreatedAt` DATETIME NOT NULL,
  `EndedAt` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00'
);

CREATE INDEX `membership_PersonNum` ON `membership` (`PersonNum`);
CREATE INDEX `membership_OrganisationNum` ON `membership` (`OrganisationNum`, `PersonNum`);

-- InviterNum is the person who invited, 0 the operator; AcceptedNum the person that it became. ResetNum is the person whom the link lets
-- choose a new password, 0 for an invitation, and has no organisation and no role.
CREATE TABLE `invitation` (
  `InvitationNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `TokenHash` VARCHAR(64) COLLATE utf8mb4_bin NOT NULL,
  `Name` VARCHAR(255) NOT NULL,
  `Email` VARCHAR(255) NOT NULL,
  `EmailFold` VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
  `OrganisationNum` BIGINT NOT NULL,
  `Role` VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
  `AreaNum` BIGINT NOT NULL DEFAULT 0,
  `InviterNum` BIGINT NOT NULL,
  `ResetNum` BIGINT NOT NULL DEFAULT 0,
  `CreatedAt` DATETIME NOT NULL,
  `ExpiresAt` DATETIME NOT NULL,
  `AcceptedAt` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `AcceptedNum` BIGINT NOT NULL DEFAULT 0,
  `RevokedAt` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00'
);

CREATE UNIQUE INDEX `invitation_TokenHash` ON `invitation` (`TokenHash`);
CREATE INDEX `invitation_OrganisationNum` ON `invitation` (`OrganisationNum`, `EmailFold`);

-- the link by which the first administrator comes; there is one at most
CREATE TABLE `setuplink` (
  `TokenHash` VARCHAR(64) COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
  `CreatedAt` DATETIME NOT NULL,
  `ExpiresAt` DATETIME NOT NULL
);

CREATE TABLE `personsession` (
  `SessionNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `SessionHash` VARCHAR(64) COLLATE utf8mb4_bin NOT NULL,
  `PersonNum` BIGINT NOT NULL,
  `MembershipNum` BIGINT NOT NULL,
  `Browser` VARCHAR(100) NOT NULL,
  `CreatedAt` DATETIME NOT NULL,
  `SeenAt` DATETIME NOT NULL,
  `ExpiresAt` DATETIME NOT NULL
);

CREATE UNIQUE INDEX `personsession_SessionHash` ON `personsession` (`SessionHash`);
CREATE INDEX `personsession_PersonNum` ON `personsession` (`PersonNum`);
CREATE INDEX `personsession_ExpiresAt` ON `personsession` (`ExpiresAt`);

-- what was begun and waits for its second step: Kind is 'code', 'passkey' or 'new passkey'; opened once, and good for minutes
CREATE TABLE `personstep` (
  `StepHash` VARCHAR(64) COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
  `Kind` VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
  `PersonNum` BIGINT NOT NULL,
  `Data` MEDIUMTEXT NOT NULL,
  `ExpiresAt` DATETIME NOT NULL
);

CREATE INDEX `personstep_ExpiresAt` ON `personstep` (`ExpiresAt`);
CREATE INDEX `personstep_PersonNum` ON `personstep` (`PersonNum`);

-- Credential is what the authenticator gave, as JSON: public keys and counters
CREATE TABLE `passkey` (
  `PasskeyNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `PersonNum` BIGINT NOT NULL,
  `CredentialHash` VARCHAR(64) COLLATE utf8mb4_bin NOT NULL,
  `Name` VARCHAR(100) NOT NULL,
  `Credential` MEDIUMTEXT NOT NULL,
  `CreatedAt` DATETIME NOT NULL,
  `UsedAt` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00'
);

CREATE UNIQUE INDEX `passkey_CredentialHash` ON `passkey` (`CredentialHash`);
CREATE INDEX `passkey_PersonNum` ON `passkey` (`PersonNum`);

CREATE TABLE `recoverycode` (
  `CodeNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `PersonNum` BIGINT NOT NULL,
  `CodeHash` VARCHAR(64) COLLATE utf8mb4_bin NOT NULL,
  `UsedAt` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00'
);

CREATE UNIQUE INDEX `recoverycode_CodeHash` ON `recoverycode` (`PersonNum`, `CodeHash`);
