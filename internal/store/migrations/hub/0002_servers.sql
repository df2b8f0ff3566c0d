-- Practices may live on other servers than the hub.

-- the name under which the operator has listed the server; '' is where the hub is
ALTER TABLE `practice` ADD COLUMN
  `ServerName` VARCHAR(30) NOT NULL DEFAULT '';
