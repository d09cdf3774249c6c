-- Day by day, in the shop’s own time zone
SELECT
  day,
  sum(revenue) AS revenue,
  CAST(sum(purchases) AS BIGINT) AS purchases,
  CAST(sum(carts) AS BIGINT) AS carts,
  CAST(sum(views) AS BIGINT) AS views
FROM department_brand
GROUP BY day
ORDER BY day
