-- What charts have of referrals: letters of those that ended, and patients who were made for them; package od, network*.go, match.go.

-- a letter that is among the patient's documents; LetterNum is its number in the hub
CREATE TABLE `networkletter` (
  `LetterNum` BIGINT NOT NULL PRIMARY KEY,
  `DocNum` BIGINT NOT NULL
);

-- the patient who was made for a referral that came in; 0 where one was there
ALTER TABLE `networkreferral` ADD COLUMN
  `MadePatNum` BIGINT NOT NULL DEFAULT 0;
