/*
description: What happened each minute, by kind of operation
kind: incremental
time: minute
grain: day
columns:
  minute: { description: Start of the minute }
  operations: { description: How many operations there were }
  users: { description: How many users there were }
  revenue: { description: Price of what was bought, unit: USD }
checks:
  not_null: [minute, operation, operations, users, revenue]
  unique: [[minute, operation]]
  accepted: { operation: [view, cart, purchase] }
  expr: { counted: operations >= users AND users > 0 }
*/
SELECT
  date_trunc('minute', event_time) AS minute,
  operation,
  count(*) AS operations,
  count(DISTINCT user_id) AS users,
  sum(revenue) AS revenue
FROM operations
GROUP BY minute, operation
