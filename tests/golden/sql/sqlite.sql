-- numbers
SELECT c."id" AS id
FROM "customers" c
WHERE COALESCE(NULLIF(NULLIF((c."spend" / NULLIF(CAST(c."employees" AS REAL), 0.0)), 9e999), -9e999) >= 0.5 AND NULLIF(NULLIF((c."spend" / NULLIF(CAST(c."employees" AS REAL), 0.0)), 9e999), -9e999) < 100, FALSE)

-- texts
SELECT c."id" AS id
FROM "customers" c
WHERE COALESCE(lower(c."country" COLLATE BINARY) = 'de' OR CASE WHEN c."plan" COLLATE BINARY IN ('a', 'pro') THEN TRUE WHEN c."plan" COLLATE BINARY IN ('free') THEN FALSE END, FALSE)

-- pattern
-- refused: key `audiences.pattern.dynamic`: SQLite cannot say a pattern: it has no patterns; register `regexp` and say so with `host_functions`

-- days
SELECT c."id" AS id
FROM "customers" c
WHERE COALESCE((2026 - CAST(strftime('%Y', c."birthday" * 86400, 'unixepoch') AS INTEGER) - CASE WHEN CAST(strftime('%m%d', c."birthday" * 86400, 'unixepoch') AS INTEGER) > 601 THEN 1 ELSE 0 END) >= 18 AND CAST(strftime('%m%d', c."signup" * 86400, 'unixepoch') AS INTEGER) BETWEEN 601 AND 608, FALSE)

-- instants
SELECT c."id" AS id
FROM "customers" c
WHERE COALESCE((20605 - ((c."seen" - (((c."seen") % 86400000000) + 86400000000) % 86400000000) / 86400000000)) <= 30, FALSE)

-- sets
SELECT c."id" AS id
FROM "customers" c
WHERE COALESCE(CASE WHEN c."tags" IS NOT NULL THEN (SELECT COUNT(DISTINCT value) FROM json_each(c."tags") WHERE value IN ('vip', 'b2b')) = 2 AND (SELECT COUNT(DISTINCT value) FROM json_each(c."tags")) = 2 END, FALSE)

-- states
SELECT c."id" AS id
FROM "customers" c
WHERE COALESCE(COALESCE(CASE WHEN NOT (c."spend" IS NOT NULL) THEN COALESCE(c."spend__state", 'missing') END = 'null', FALSE) OR COALESCE(c."country" COLLATE BINARY = '', FALSE), FALSE)

-- events
WITH seg_0 AS (SELECT e."customer" AS customer, COUNT(*) AS v0, COALESCE(SUM(e."amount"), 0.0) AS v1 FROM "events" e WHERE e."at" < 1780358400000000 AND e."day" <= 20605 AND e."kind" COLLATE BINARY = 'purchase' AND e."at" >= 1772582400000000 AND (e."channel" COLLATE BINARY = 'app') GROUP BY e."customer")
SELECT c."id" AS id
FROM "customers" c
LEFT JOIN seg_0 ON seg_0.customer = c."id"
WHERE COALESCE(CASE WHEN seg_0.customer IS NULL THEN 0.0 ELSE NULLIF(NULLIF(seg_0.v1, 9e999), -9e999) END >= 500, FALSE)

-- around
WITH seg_0 AS (SELECT e."customer" AS customer, COUNT(*) AS v0, MIN(e."at") AS v1 FROM "events" e WHERE e."at" < 1780358400000000 AND e."day" <= 20605 AND e."kind" COLLATE BINARY = 'visit' GROUP BY e."customer"),
seg_1 AS (SELECT e."customer" AS customer, COUNT(*) AS v0 FROM "events" e JOIN seg_0 ON seg_0.customer = e."customer" WHERE e."at" < 1780358400000000 AND e."day" <= 20605 AND e."kind" COLLATE BINARY = 'purchase' AND e."at" >= seg_0.v1 AND e."at" < (seg_0.v1 + 1209600000000) GROUP BY e."customer")
SELECT c."id" AS id
FROM "customers" c
LEFT JOIN seg_1 ON seg_1.customer = c."id"
WHERE COALESCE(COALESCE(seg_1.v0, 0) >= 2, FALSE)

-- restarted
WITH seg_0 AS (SELECT e."customer" AS customer, COUNT(*) AS v0 FROM "events" e WHERE e."at" < 1780358400000000 AND e."day" <= 20605 AND e."kind" COLLATE BINARY = 'purchase' AND e."at" >= 1777766400000000 GROUP BY e."customer"),
seg_1 AS (SELECT e."customer" AS customer, COUNT(*) AS v0 FROM "events" e WHERE e."at" < 1780358400000000 AND e."day" <= 20605 AND e."kind" COLLATE BINARY = 'purchase' AND e."at" >= 1762128000000000 AND e."at" < 1777766400000000 GROUP BY e."customer"),
seg_2 AS (SELECT e."customer" AS customer, COUNT(*) AS v0 FROM "events" e WHERE e."at" < 1780358400000000 AND e."day" <= 20605 AND e."kind" COLLATE BINARY = 'purchase' AND e."at" < 1762128000000000 GROUP BY e."customer")
SELECT c."id" AS id
FROM "customers" c
LEFT JOIN seg_0 ON seg_0.customer = c."id"
LEFT JOIN seg_1 ON seg_1.customer = c."id"
LEFT JOIN seg_2 ON seg_2.customer = c."id"
WHERE COALESCE(COALESCE(seg_0.v0, 0) > 0 AND COALESCE(seg_1.v0, 0) = 0 AND COALESCE(seg_2.v0, 0) > 0, FALSE)

-- sequence
WITH seg_0 AS (SELECT DISTINCT s0."customer" AS customer FROM "events" s0 JOIN "events" s2 ON s2."customer" = s0."customer" WHERE s0."at" < 1780358400000000 AND s0."day" <= 20605 AND s0."kind" COLLATE BINARY = 'visit' AND (s0."channel" COLLATE BINARY = 'app') AND s2."at" < 1780358400000000 AND s2."day" <= 20605 AND s2."kind" COLLATE BINARY = 'purchase' AND (s2."item" COLLATE BINARY = s0."item" COLLATE BINARY) AND (s2."at" > s0."at" OR (s2."at" = s0."at" AND s2."position" > s0."position")) AND s2."at" <= (s0."at" + 259200000000) AND NOT EXISTS (SELECT 1 FROM "events" x1 WHERE x1."customer" = s0."customer" AND x1."at" < 1780358400000000 AND x1."day" <= 20605 AND x1."kind" COLLATE BINARY = 'return' AND (x1."at" > s0."at" OR (x1."at" = s0."at" AND x1."position" > s0."position")) AND (s2."at" > x1."at" OR (s2."at" = x1."at" AND s2."position" > x1."position"))))
SELECT c."id" AS id
FROM "customers" c
LEFT JOIN seg_0 ON seg_0.customer = c."id"
WHERE COALESCE(seg_0.customer IS NOT NULL, FALSE)

-- place
-- refused: key `audiences.place.dynamic`: SQLite cannot say a circle: it may lack `sin`, `cos` and `asin`; see that it has them and say so with `host_functions`

-- version
-- refused: key `audiences.version.dynamic`: SQLite cannot say how versions compare: versions do not compare as texts or numbers do, and it has no arrays that compare part by part

-- network
-- refused: key `audiences.network.dynamic`: SQLite cannot say whether an address is in a network: it has no type for addresses

-- bucket
-- refused: key `audiences.bucket.dynamic.left`: SQLite cannot say a bucket: it has no MD5; register `md5` and say so with `host_functions`

-- items
WITH seg_0 AS (SELECT i."customer" AS customer, MAX(CASE WHEN i."plan" COLLATE BINARY = 'pro' AND i."seats" >= 10 THEN 2 WHEN NOT (i."plan" COLLATE BINARY = 'pro' AND i."seats" >= 10) THEN 0 ELSE 1 END) AS v0 FROM "subscriptions" i GROUP BY i."customer")
SELECT c."id" AS id
FROM "customers" c
LEFT JOIN seg_0 ON seg_0.customer = c."id"
WHERE COALESCE(CASE WHEN seg_0.v0 = 2 THEN TRUE WHEN seg_0.v0 = 1 THEN NULL ELSE FALSE END, FALSE)

-- folding
-- refused: key `audiences.folding.dynamic`: SQLite cannot say simple case folding: it has no patterns; register `regexp` and say so with `host_functions`

-- months
-- refused: key `audiences.months.dynamic.left.window`: SQLite cannot say months after an instant that is not in the definition: its months run over into the next one

-- score
-- refused: key `audiences.score.dynamic.left.items.2`: SQLite cannot say a half-life: it may lack `pow`; see that it has it and say so with `host_functions`

-- of others
WITH seg_0 AS (SELECT c."id" AS customer FROM "customers" c WHERE COALESCE(NULLIF(NULLIF((c."spend" / NULLIF(CAST(c."employees" AS REAL), 0.0)), 9e999), -9e999) >= 0.5 AND NULLIF(NULLIF((c."spend" / NULLIF(CAST(c."employees" AS REAL), 0.0)), 9e999), -9e999) < 100, FALSE)),
seg_1 AS (SELECT e."customer" AS customer, COUNT(*) AS v0, COALESCE(SUM(e."amount"), 0.0) AS v1 FROM "events" e WHERE e."at" < 1780358400000000 AND e."day" <= 20605 AND e."kind" COLLATE BINARY = 'purchase' AND e."at" >= 1772582400000000 AND (e."channel" COLLATE BINARY = 'app') GROUP BY e."customer"),
seg_2 AS (SELECT c."id" AS customer FROM "customers" c LEFT JOIN seg_1 ON seg_1.customer = c."id" WHERE COALESCE(CASE WHEN seg_1.customer IS NULL THEN 0.0 ELSE NULLIF(NULLIF(seg_1.v1, 9e999), -9e999) END >= 500, FALSE))
SELECT c."id" AS id
FROM "customers" c
LEFT JOIN seg_0 ON seg_0.customer = c."id"
LEFT JOIN seg_2 ON seg_2.customer = c."id"
WHERE COALESCE(CASE WHEN CASE WHEN seg_0.customer IS NOT NULL THEN 1 ELSE 0 END + CASE WHEN seg_2.customer IS NOT NULL THEN 1 ELSE 0 END + CASE WHEN c."active" = TRUE THEN 1 ELSE 0 END >= 2 THEN TRUE WHEN CASE WHEN NOT (seg_0.customer IS NOT NULL) THEN 1 ELSE 0 END + CASE WHEN NOT (seg_2.customer IS NOT NULL) THEN 1 ELSE 0 END + CASE WHEN NOT (c."active" = TRUE) THEN 1 ELSE 0 END > 1 THEN FALSE END, FALSE)

