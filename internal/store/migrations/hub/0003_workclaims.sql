-- Who does which piece of background work; package workclaim.

-- the token goes up each time the work changes hands; the time is in Unix milliseconds
CREATE TABLE `workclaim` (
  `Work` VARCHAR(100) NOT NULL PRIMARY KEY,
  `Holder` VARCHAR(64) NOT NULL,
  `Token` BIGINT NOT NULL,
  `ExpiresAt` BIGINT NOT NULL
);
