-- Tables that no endpoint serves, but that callers' own SQL reads.

-- the practice's copy of the list of its API keys; what opens a key is kept nowhere, so that CustApiKey is blank
CREATE TABLE `apikey` (
  `APIKeyNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `CustApiKey` VARCHAR(255) NOT NULL DEFAULT '',
  `DevName` VARCHAR(255) NOT NULL DEFAULT ''
);

-- ranges of procedure codes that may not overlap in time
CREATE TABLE `appointmentrule` (
  `AppointmentRuleNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `RuleDesc` VARCHAR(255),
  `CodeStart` VARCHAR(15),
  `CodeEnd` VARCHAR(15),
  `IsEnabled` TINYINT NOT NULL DEFAULT 0
);
