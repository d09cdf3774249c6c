SELECT CAST(t AT TIME ZONE 'America/New_York' AS DATE) AS d, user_id, count(*) AS n FROM events GROUP BY ALL
