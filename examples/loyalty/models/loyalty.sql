/*
description: What each customer has spent, and what is due to them
kind: merge
key: [customer_id]
columns:
  total_spend: { description: All that was paid, unit: THB }
  points: { description: One for every 25 baht of the total }
  tier: { description: "GOLD from 200 points on, SILVER from 50, else BASIC" }
  promotion: { description: What the customer gets with the next order }
checks:
  unique: [[customer_id]]
  accepted: { tier: [BASIC, SILVER, GOLD] }
*/
WITH spent AS (
  SELECT
    c.customer_id,
    c.name,
    c.email,
    c.gender,
    c.member_since,
    CAST(coalesce(sum(t.price), 0) AS decimal(38, 2)) AS total_spend,
    count(t.ordered_at) AS visits,
    max(t.ordered_at) AS last_visit
  FROM customers_cln c
  LEFT JOIN transactions_cln t ON t.customer_id = c.customer_id
  GROUP BY c.customer_id, c.name, c.email, c.gender, c.member_since
), scored AS (
  SELECT *, CAST(floor(total_spend / 25) AS bigint) AS points FROM spent
)
SELECT
  *,
  CASE WHEN points >= 200 THEN 'GOLD' WHEN points >= 50 THEN 'SILVER' ELSE 'BASIC' END AS tier,
  CASE
    WHEN visits = 0 THEN 'welcome drink'
    WHEN visits % 10 = 9 THEN 'the tenth is free'
    WHEN points >= 200 THEN 'a size up'
    WHEN points >= 50 THEN 'half price pastry'
    ELSE 'none'
  END AS promotion
FROM scored
