-- What charts have of referrals: their papers, and patients who were made for them; package od, network*.go, match.go.

-- a paper that is among the patient's documents; PaperNum is its number in the hub, among the PDFs or among the files
CREATE TABLE `networkpaper` (
  `IsFile` TINYINT NOT NULL,
  `PaperNum` BIGINT NOT NULL,
  `RefAttachNum` BIGINT NOT NULL,
  `DocNum` BIGINT NOT NULL,
  PRIMARY KEY (`IsFile`, `PaperNum`)
);
CREATE INDEX `networkpaper_attach` ON `networkpaper` (`RefAttachNum`);

-- the patient who was made for a referral that came in; 0 where one was there
ALTER TABLE `networkreferral` ADD COLUMN
  `MadePatNum` BIGINT NOT NULL DEFAULT 0;
