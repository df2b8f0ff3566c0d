-- Letters of referrals that ended: package od, networkletter.go.

-- a letter that is among the patient's documents; LetterNum is its number in the hub
CREATE TABLE `networkletter` (
  `LetterNum` BIGINT NOT NULL PRIMARY KEY,
  `DocNum` BIGINT NOT NULL
);
