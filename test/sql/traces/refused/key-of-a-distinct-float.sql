-- refused 3:8 CAST(score AS VARCHAR) can differ for equal values -> let the input have such a column, or make this `kind: table`, which is rebuilt as a whole
-- key: id
SELECT CAST(score AS VARCHAR) AS id FROM (SELECT DISTINCT score FROM users)
