/*
description: One row per operation of the shop, ready for dashboards
kind: incremental
time: event_time
grain: day
partition: [day]
columns:
  day: { description: Day of the operation in the shop's zone }
  operation: { description: What was done }
  department: { description: 'First part of the category, other where it is unknown' }
  product: { description: 'Last part of the category, other where it is unknown' }
  brand: { description: 'Brand of the product, other where it is unknown' }
  price: { description: Price of the product, unit: USD }
  revenue: { description: Price of what was bought, unit: USD }
checks:
  not_null: [event_time, day, user_id, department, product, brand, revenue]
  accepted: { operation: [view, cart, purchase] }
  expr:
    revenue_not_negative: revenue >= 0
    revenue_of_purchases: operation = 'purchase' OR revenue = 0
    price_known: { expr: price IS NOT NULL, severity: warn }
*/
SELECT
  event_time,
  (event_time AT TIME ZONE 'America/Hermosillo')::DATE AS day,
  event_type AS operation,
  user_id,
  user_session,
  product_id,
  coalesce(nullif(split_part(category_code, '.', 1), ''), 'other') AS department,
  coalesce(nullif(split_part(category_code, '.', -1), ''), 'other') AS product,
  coalesce(nullif(brand, ''), 'other') AS brand,
  price,
  CASE WHEN event_type = 'purchase' THEN coalesce(price, 0) ELSE 0 END::DECIMAL(12, 2) AS revenue
FROM events
