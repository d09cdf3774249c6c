/*
description: One row per beverage that was ordered
columns:
  price: { description: What was paid, unit: THB }
checks:
  not_null: [beverage, price]
*/
SELECT
  customer_id,
  regexp_extract(ordered, '^(.*\S) +[0-9.]+$', 1) AS beverage,
  CAST(regexp_extract(ordered, '([0-9.]+)$', 1) AS decimal(12, 2)) AS price,
  ordered_at
FROM orders
