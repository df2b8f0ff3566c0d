-- Callers' own SQL: the commands that were run or refused, each beside its entry of the trail, which holds the hash
-- of the command; package audit.

CREATE TABLE `auditcommand` (
  `AuditNum` BIGINT NOT NULL PRIMARY KEY,
  `Command` MEDIUMTEXT NOT NULL
);
