/*
description: What became of each product of a department, since ever
# buyers of two days are not the sum of each day's: merge asks all operations of a product anew when one is new
kind: merge
key: [department, product]
columns:
  product: { description: Named alike in two departments it is two products }
  buyers: { description: How many users have bought it }
  revenue: { description: Price of what was bought, unit: USD }
checks:
  not_null: [department, product, last_seen]
  unique: [[department, product]]
  expr:
    operations_add_up: operations = views + carts + purchases
    buyers_have_bought: buyers <= purchases
*/
SELECT
  department,
  product,
  count(*) AS operations,
  count(*) FILTER (WHERE operation = 'view') AS views,
  count(*) FILTER (WHERE operation = 'cart') AS carts,
  count(*) FILTER (WHERE operation = 'purchase') AS purchases,
  count(DISTINCT user_id) FILTER (WHERE operation = 'purchase') AS buyers,
  sum(revenue) AS revenue,
  max(event_time) AS last_seen
FROM operations
GROUP BY department, product
