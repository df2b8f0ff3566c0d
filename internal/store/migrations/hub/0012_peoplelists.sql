-- Names as they are searched and ordered: package people, colleagues.go. They are folded by the program, which fills in those that
-- are there already when it begins to serve (Room.Tidy).
ALTER TABLE `person` ADD COLUMN
  `NameFold` VARCHAR(255) COLLATE utf8mb4_bin NOT NULL DEFAULT '';

ALTER TABLE `invitation` ADD COLUMN
  `NameFold` VARCHAR(255) COLLATE utf8mb4_bin NOT NULL DEFAULT '';
