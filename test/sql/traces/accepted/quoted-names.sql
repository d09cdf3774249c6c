SELECT "E"."T" AS "D", "E".N AS "odd ""name""" FROM "Events" AS "E"
