-- refused 3:3 age() does not say the same each time
SELECT t AS d, old FROM
  aged
