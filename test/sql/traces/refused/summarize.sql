-- refused 2:31 SHOW is not followed -> write it as a SELECT, or make it `kind: table`, which is rebuilt as a whole
SELECT t AS d FROM (SUMMARIZE events), events
