-- The ten products that bring most
SELECT product, department, revenue, purchases, buyers
FROM department_product
ORDER BY revenue DESC, department, product
LIMIT 10
