/*
description: Customers as they can be counted
columns:
  gender: { description: "MALE, FEMALE, or NA for all that is neither" }
  card: { description: The digits of the loyalty card }
checks:
  unique: [[customer_id]]
  accepted: { gender: [MALE, FEMALE, NA] }
*/
SELECT
  customer_id,
  home_store,
  trim(name) AS name,
  lower(trim(email)) AS email,
  since AS member_since,
  regexp_replace(card, '[^0-9]', '', 'g') AS card,
  born,
  birth_year,
  CASE upper(trim(gender)) WHEN 'M' THEN 'MALE' WHEN 'F' THEN 'FEMALE' ELSE 'NA' END AS gender
FROM customers
