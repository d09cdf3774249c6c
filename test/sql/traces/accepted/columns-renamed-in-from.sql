SELECT x.c AS d, x.a FROM events AS x(c, a, b)
