-- The forms on which a waiting list takes referrals, with commas between; '' is all. Package directory, list.go.
ALTER TABLE `waitinglist` ADD COLUMN
  `FormTypes` VARCHAR(2000) NOT NULL DEFAULT '';
