-- Departments by revenue
SELECT
  department,
  sum(revenue) AS revenue,
  CAST(sum(purchases) AS BIGINT) AS purchases,
  CAST(sum(carts) AS BIGINT) AS carts,
  CAST(sum(views) AS BIGINT) AS views
FROM department_brand
GROUP BY department
ORDER BY revenue DESC, department
