-- refused 2:31 SHOW is not followed
SELECT t AS d FROM (SUMMARIZE events), events
