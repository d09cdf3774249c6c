"""`python spark_race.py FILE OUT`: the work of shop-millrace-main.ts by PySpark on all cores, to Parquet files.

The rules of the contract are a filter; nothing is kept of what breaks them. The clock starts when the session is there
and warm. The last line is the report that `runOf` reads.
"""

import json
import resource
import sys
import time

from pyspark.sql import SparkSession
from pyspark.sql import functions as f

file, out = sys.argv[1:3]
spark = (
    SparkSession.builder.master("local[*]")
    .config("spark.driver.memory", "4g")
    .config("spark.driver.host", "127.0.0.1")
    .config("spark.driver.bindAddress", "127.0.0.1")
    .config("spark.ui.enabled", "false")
    .config("spark.sql.session.timeZone", "UTC")
    .config("spark.sql.shuffle.partitions", "8")
    .config("spark.sql.parquet.compression.codec", "zstd")
    .getOrCreate()
)
spark.sparkContext.setLogLevel("ERROR")
spark.range(1000).groupBy(f.col("id") % 7).count().collect()

parts = {}


def step(name, work):
    started = time.perf_counter()
    work()
    parts[name] = time.perf_counter() - started


def load():
    names = ["event_time", "event_type", "product_id", "category_id", "category_code", "brand", "price", "user_id", "user_session"]
    text = spark.read.csv(file, header=True, schema=", ".join(f"{name} STRING" for name in names))
    events = text.select(
        f.try_to_timestamp("event_time", f.lit("yyyy-MM-dd HH:mm:ss 'UTC'")).alias("event_time"),
        "event_type",
        f.expr("TRY_CAST(product_id AS BIGINT) AS product_id"),
        f.expr("TRY_CAST(category_id AS BIGINT) AS category_id"),
        "category_code",
        "brand",
        f.expr("TRY_CAST(price AS DECIMAL(12, 2)) AS price"),
        f.expr("TRY_CAST(user_id AS BIGINT) AS user_id"),
        "user_session",
    )
    fits = f.expr("event_type IN ('view', 'cart', 'purchase') AND price >= 0 AND event_time IS NOT NULL")
    day = f.to_date(f.from_utc_timestamp("event_time", "America/Hermosillo"))
    events.where(fits).withColumn("_day", day).write.partitionBy("_day").parquet(f"{out}/events")


OPERATIONS = """
SELECT event_time, CAST(from_utc_timestamp(event_time, 'America/Hermosillo') AS DATE) AS day, event_type AS operation,
  user_id, user_session, product_id,
  coalesce(nullif(split_part(category_code, '.', 1), ''), 'other') AS department,
  coalesce(nullif(split_part(category_code, '.', -1), ''), 'other') AS product,
  coalesce(nullif(brand, ''), 'other') AS brand, price,
  CAST(CASE WHEN event_type = 'purchase' THEN coalesce(price, 0) ELSE 0 END AS DECIMAL(12, 2)) AS revenue
FROM events"""

BRANDS = """
SELECT day, department, brand, count(*) AS operations,
  count(*) FILTER (WHERE operation = 'view') AS views, count(*) FILTER (WHERE operation = 'cart') AS carts,
  count(*) FILTER (WHERE operation = 'purchase') AS purchases, sum(revenue) AS revenue
FROM operations GROUP BY day, department, brand"""


def models():
    spark.read.parquet(f"{out}/events").createOrReplaceTempView("events")
    spark.sql(OPERATIONS).write.partitionBy("day").parquet(f"{out}/operations")
    spark.read.parquet(f"{out}/operations").createOrReplaceTempView("operations")
    spark.sql(BRANDS).write.parquet(f"{out}/department_brand")


step("load", load)
step("models", models)
brands = spark.read.parquet(f"{out}/department_brand")
[row] = brands.agg(f.sum("operations").alias("operations"), f.sum("revenue").alias("revenue")).collect()
java = spark.sparkContext._gateway.proc
spark.stop()
# what the JVM has used is known once it has ended, which it does when nobody is there to tell it anything
java.stdin.close()
java.wait()
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(
    json.dumps(
        {
            "seconds": sum(parts.values()),
            "parts": parts,
            "cpuSeconds": used.ru_utime + used.ru_stime,
            "peakMB": used.ru_maxrss / 1024,
            "answer": f"{row['operations']} operations, {row['revenue']} of revenue",
        }
    )
)
