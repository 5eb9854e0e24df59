-- A lane that is left alone for a while is so in memory only.
ALTER TABLE lane DROP COLUMN not_before;
