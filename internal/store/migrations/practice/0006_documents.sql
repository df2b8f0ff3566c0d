-- Documents and mounts, and what is known of their files: package document.

-- image and document metadata
CREATE TABLE `document` (
  `DocNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `Description` VARCHAR(255) NOT NULL DEFAULT '',
  `DateCreated` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `DocCategory` BIGINT NOT NULL DEFAULT 0,
  `PatNum` BIGINT NOT NULL DEFAULT 0,
  `FileName` VARCHAR(255) NOT NULL DEFAULT '',
  `ImgType` TINYINT NOT NULL DEFAULT 0,
  `IsFlipped` TINYINT NOT NULL DEFAULT 0,
  `DegreesRotated` DOUBLE NOT NULL DEFAULT 0,
  `ToothNumbers` VARCHAR(255) NOT NULL DEFAULT '',
  `Note` MEDIUMTEXT,
  `SigIsTopaz` TINYINT NOT NULL DEFAULT 0,
  `Signature` TEXT,
  `CropX` INT NOT NULL DEFAULT 0,
  `CropY` INT NOT NULL DEFAULT 0,
  `CropW` INT NOT NULL DEFAULT 0,
  `CropH` INT NOT NULL DEFAULT 0,
  `WindowingMin` INT NOT NULL DEFAULT 0,
  `WindowingMax` INT NOT NULL DEFAULT 0,
  `MountItemNum` BIGINT NOT NULL DEFAULT 0,
  `DateTStamp` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `RawBase64` MEDIUMTEXT,
  `Thumbnail` TEXT,
  `ExternalGUID` VARCHAR(255) NOT NULL DEFAULT '',
  `ExternalSource` VARCHAR(255) NOT NULL DEFAULT 'None',
  `ProvNum` BIGINT NOT NULL DEFAULT 0,
  `IsCropOld` TINYINT NOT NULL DEFAULT 0,
  `OcrResponseData` TEXT,
  `ImageCaptureType` TINYINT NOT NULL DEFAULT 0,
  `PrintHeading` TINYINT NOT NULL DEFAULT 0,
  `ChartLetterStatus` TINYINT NOT NULL DEFAULT 0,
  `UserNum` BIGINT NOT NULL DEFAULT 0,
  `ChartLetterHash` VARCHAR(255) NOT NULL DEFAULT ''
);

CREATE INDEX `document_PatNum` ON `document` (`PatNum`, `DateCreated`);
CREATE INDEX `document_MountItemNum` ON `document` (`MountItemNum`);

-- mount of several images
CREATE TABLE `mount` (
  `MountNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `PatNum` BIGINT NOT NULL DEFAULT 0,
  `DocCategory` BIGINT NOT NULL DEFAULT 0,
  `DateCreated` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `Description` VARCHAR(255) NOT NULL DEFAULT '',
  `Note` TEXT,
  `Width` INT NOT NULL DEFAULT 0,
  `Height` INT NOT NULL DEFAULT 0,
  `ColorBack` INT NOT NULL DEFAULT 0,
  `ProvNum` BIGINT NOT NULL DEFAULT 0,
  `ColorFore` INT NOT NULL DEFAULT 0,
  `ColorTextBack` INT NOT NULL DEFAULT 0,
  `FlipOnAcquire` TINYINT NOT NULL DEFAULT 0,
  `AdjModeAfterSeries` TINYINT NOT NULL DEFAULT 0
);

CREATE INDEX `mount_PatNum` ON `mount` (`PatNum`, `DateCreated`);

-- position in a mount
CREATE TABLE `mountitem` (
  `MountItemNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `MountNum` BIGINT NOT NULL DEFAULT 0,
  `Xpos` INT NOT NULL DEFAULT 0,
  `Ypos` INT NOT NULL DEFAULT 0,
  `ItemOrder` INT NOT NULL DEFAULT 0,
  `Width` INT NOT NULL DEFAULT 0,
  `Height` INT NOT NULL DEFAULT 0,
  `RotateOnAcquire` INT NOT NULL DEFAULT 0,
  `ToothNumbers` VARCHAR(255) NOT NULL DEFAULT '',
  `TextShowing` TEXT,
  `FontSize` DOUBLE NOT NULL DEFAULT 0
);

CREATE INDEX `mountitem_MountNum` ON `mountitem` (`MountNum`);

-- a row that needs a body: the file of a document, or a picture that was made of it
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

-- the key by which an SFTP server was first known
CREATE TABLE `sshhostkey` (
  `SshHostKeyNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `Host` VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
  `PublicKey` TEXT NOT NULL,
  `PinnedAt` DATETIME NOT NULL
);

CREATE UNIQUE INDEX `sshhostkey_Host` ON `sshhostkey` (`Host`);

-- a transfer that took longer than the request for it; it never holds a user name or a password
CREATE TABLE `transfer` (
  `TransferNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `Action` VARCHAR(30) NOT NULL,
  `State` TINYINT NOT NULL,
  `Work` VARCHAR(100) COLLATE utf8mb4_bin NOT NULL,
  `Address` VARCHAR(2000) NOT NULL,
  `PatNum` BIGINT NOT NULL DEFAULT 0,
  `DocNum` BIGINT NOT NULL DEFAULT 0,
  `MountNum` BIGINT NOT NULL DEFAULT 0,
  `DateTimeStart` DATETIME NOT NULL,
  `DateTimeEnd` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `Problem` VARCHAR(2000) NOT NULL DEFAULT ''
);

CREATE INDEX `transfer_State` ON `transfer` (`State`);
