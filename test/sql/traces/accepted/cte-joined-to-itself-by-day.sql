WITH daily AS (SELECT day, user_id, count(*) AS n FROM events GROUP BY ALL)
SELECT a.day AS d, a.n, b.n AS m FROM daily a JOIN daily b ON a.day = b.day AND a.user_id < b.user_id
