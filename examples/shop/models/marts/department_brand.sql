/*
description: What each brand of a department did each day
kind: incremental
time: day
grain: day
columns:
  day: { description: Day in the shop's zone }
  revenue: { description: Price of what was bought, unit: USD }
checks:
  not_null: [day, department, brand]
  unique: [[day, department, brand]]
  expr:
    operations_add_up: operations = views + carts + purchases
    revenue_of_purchases: purchases > 0 OR revenue = 0
*/
SELECT
  day,
  department,
  brand,
  count(*) AS operations,
  count(*) FILTER (WHERE operation = 'view') AS views,
  count(*) FILTER (WHERE operation = 'cart') AS carts,
  count(*) FILTER (WHERE operation = 'purchase') AS purchases,
  sum(revenue) AS revenue
FROM operations
GROUP BY day, department, brand
