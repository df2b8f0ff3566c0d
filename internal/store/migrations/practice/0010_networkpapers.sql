-- What charts have of referrals, letters and what was sent: package od, networkpaper.go. It takes the place of networkletter.

-- a paper that is among the patient's documents; PaperNum is its number in the hub, among the PDFs or among the files
CREATE TABLE `networkpaper` (
  `IsFile` TINYINT NOT NULL,
  `PaperNum` BIGINT NOT NULL,
  `RefAttachNum` BIGINT NOT NULL,
  `DocNum` BIGINT NOT NULL,
  PRIMARY KEY (`IsFile`, `PaperNum`)
);
CREATE INDEX `networkpaper_attach` ON `networkpaper` (`RefAttachNum`);

-- Letters that charts have already. They stay where they are: only what was sent moves with a patient who is linked anew.
INSERT INTO `networkpaper` (`IsFile`, `PaperNum`, `RefAttachNum`, `DocNum`)
  SELECT 0, `LetterNum`, 0, `DocNum` FROM `networkletter`;
