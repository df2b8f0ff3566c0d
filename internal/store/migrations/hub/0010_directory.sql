-- Who refers, triages and treats, where, and by which rules referrals are sent: package directory.

-- what a referral centre is responsible for; Clocks and Holidays are JSON, '' what the program begins with
CREATE TABLE `area` (
  `AreaNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `Name` VARCHAR(255) NOT NULL,
  `NameFold` VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
  `CentreNum` BIGINT NOT NULL DEFAULT 0,
  `IsApproval` TINYINT NOT NULL DEFAULT 0,
  `Targets` MEDIUMTEXT NOT NULL,
  `Holidays` MEDIUMTEXT NOT NULL,
  `Rev` BIGINT NOT NULL DEFAULT 1
);

CREATE UNIQUE INDEX `area_NameFold` ON `area` (`NameFold`);
CREATE INDEX `area_CentreNum` ON `area` (`CentreNum`);

INSERT INTO `area` (`AreaNum`, `Name`, `NameFold`, `Targets`, `Holidays`) VALUES (1, 'Everywhere', 'everywhere', '', '');

-- an organisation; one that is a practice of this installation has the practice's number
CREATE TABLE `organisation` (
  `OrganisationNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `Name` VARCHAR(255) NOT NULL,
  `NameFold` VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
  `Address` VARCHAR(500) NOT NULL DEFAULT '',
  `Phone` VARCHAR(50) NOT NULL DEFAULT '',
  `Email` VARCHAR(255) NOT NULL DEFAULT '',
  `Website` VARCHAR(500) NOT NULL DEFAULT '',
  `Hours` VARCHAR(1000) NOT NULL DEFAULT '',
  `IsReferring` TINYINT NOT NULL DEFAULT 0,
  `IsTreating` TINYINT NOT NULL DEFAULT 0,
  `IsCentre` TINYINT NOT NULL DEFAULT 0,
  `AreaNum` BIGINT NOT NULL DEFAULT 1,
  `IsActive` TINYINT NOT NULL DEFAULT 1,
  `Rev` BIGINT NOT NULL DEFAULT 1
);

CREATE INDEX `organisation_NameFold` ON `organisation` (`NameFold`);
CREATE INDEX `organisation_AreaNum` ON `organisation` (`AreaNum`);

-- numbers up to 1,000,000 are the practices', and never given here
INSERT INTO `organisation` (`OrganisationNum`, `Name`, `NameFold`) VALUES (1000000, '', '');
DELETE FROM `organisation` WHERE `OrganisationNum` = 1000000;

INSERT INTO `organisation` (`OrganisationNum`, `Name`, `NameFold`, `Address`, `Phone`, `Email`, `IsReferring`)
  SELECT `PracticeNum`, `Name`, `NameFold`, `Address`, `Phone`, `Email`, 1 FROM `practice`;

-- an organisation that has treated
UPDATE `organisation` SET `IsTreating` = 1 WHERE `OrganisationNum` IN (SELECT `ProviderNum` FROM `allocation`);

-- what an organisation treats; FormTypes, Tiers, Anaesthesia and Facilities are lists with commas between
CREATE TABLE `service` (
  `ServiceNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `OrganisationNum` BIGINT NOT NULL,
  `Name` VARCHAR(255) NOT NULL,
  `NameFold` VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
  `FormTypes` VARCHAR(2000) NOT NULL,
  `MinAge` BIGINT NOT NULL DEFAULT 0,
  `MaxAge` BIGINT NOT NULL DEFAULT 0,
  `Tiers` VARCHAR(50) NOT NULL DEFAULT '',
  `Anaesthesia` VARCHAR(50) NOT NULL DEFAULT '',
  `Facilities` VARCHAR(500) NOT NULL DEFAULT '',
  `Hours` VARCHAR(1000) NOT NULL DEFAULT '',
  `Capacity` BIGINT NOT NULL DEFAULT 0,
  `WaitDays` BIGINT NOT NULL DEFAULT 0,
  `IsOpen` TINYINT NOT NULL DEFAULT 1,
  `Rev` BIGINT NOT NULL DEFAULT 1
);

CREATE UNIQUE INDEX `service_NameFold` ON `service` (`OrganisationNum`, `NameFold`);

-- who treats at an organisation
CREATE TABLE `clinician` (
  `ClinicianNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `OrganisationNum` BIGINT NOT NULL,
  `Name` VARCHAR(255) NOT NULL,
  `NameFold` VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
  `GdcNumber` VARCHAR(10) NOT NULL DEFAULT '',
  `IsActive` TINYINT NOT NULL DEFAULT 1,
  `Rev` BIGINT NOT NULL DEFAULT 1
);

CREATE UNIQUE INDEX `clinician_NameFold` ON `clinician` (`OrganisationNum`, `NameFold`, `GdcNumber`);

CREATE TABLE `clinicianservice` (
  `ClinicianServiceNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `ClinicianNum` BIGINT NOT NULL,
  `ServiceNum` BIGINT NOT NULL
);

CREATE UNIQUE INDEX `clinicianservice_Both` ON `clinicianservice` (`ClinicianNum`, `ServiceNum`);
CREATE INDEX `clinicianservice_ServiceNum` ON `clinicianservice` (`ServiceNum`);

-- a list on which referrals wait for a place
CREATE TABLE `waitinglist` (
  `ListNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `AreaNum` BIGINT NOT NULL,
  `Name` VARCHAR(255) NOT NULL,
  `NameFold` VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
  `IsOpen` TINYINT NOT NULL DEFAULT 1,
  `Rev` BIGINT NOT NULL DEFAULT 1
);

CREATE UNIQUE INDEX `waitinglist_NameFold` ON `waitinglist` (`AreaNum`, `NameFold`);

-- where an area's referrals go; the first rule that holds decides. '' and, for MaxAge, 0 is no condition
CREATE TABLE `route` (
  `RouteNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `AreaNum` BIGINT NOT NULL,
  `Position` BIGINT NOT NULL,
  `Name` VARCHAR(255) NOT NULL,
  `FormTypes` VARCHAR(2000) NOT NULL DEFAULT '',
  `MinAge` BIGINT NOT NULL DEFAULT 0,
  `MaxAge` BIGINT NOT NULL DEFAULT 0,
  `Priorities` VARCHAR(50) NOT NULL DEFAULT '',
  `Tiers` VARCHAR(50) NOT NULL DEFAULT '',
  `Anaesthesia` VARCHAR(50) NOT NULL DEFAULT '',
  `ServiceNum` BIGINT NOT NULL DEFAULT 0,
  `ListNum` BIGINT NOT NULL DEFAULT 0,
  `IsAuto` TINYINT NOT NULL DEFAULT 0,
  `IsActive` TINYINT NOT NULL DEFAULT 1,
  `Rev` BIGINT NOT NULL DEFAULT 1
);

CREATE INDEX `route_AreaNum` ON `route` (`AreaNum`, `Position`);
CREATE INDEX `route_ServiceNum` ON `route` (`ServiceNum`);
CREATE INDEX `route_ListNum` ON `route` (`ListNum`);

-- how many open referrals each provider has, by form: read from the index alone
CREATE INDEX `referral_Held` ON `referral` (`PartyRole`, `PartyNum`, `FormType`);
