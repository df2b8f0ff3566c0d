-- Which service of its provider a referral is with, where the allocation names one: package directory counts what each has.

ALTER TABLE `allocation` ADD COLUMN
  `ServiceNum` BIGINT NOT NULL DEFAULT 0;

-- of the open allocation; 0 where there is none, or where it names no service
ALTER TABLE `referral` ADD COLUMN
  `ServiceNum` BIGINT NOT NULL DEFAULT 0;

-- how many open referrals each provider has, by service and form: read from the index alone, in place of referral_Held
CREATE INDEX `referral_Served` ON `referral` (`PartyRole`, `PartyNum`, `ServiceNum`, `FormType`);

-- where the reckoning of due dates by an area's new clocks has come to: after which referral it goes on; -1 where there is none to do
ALTER TABLE `area` ADD COLUMN
  `ReckonAfter` BIGINT NOT NULL DEFAULT -1;
