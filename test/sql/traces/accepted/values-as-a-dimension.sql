SELECT e.t AS d, l.label FROM events e JOIN (VALUES ('purchase', 'P'), ('view', 'V')) AS l(kind, label) USING (kind)
