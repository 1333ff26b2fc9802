-- numbers
SELECT c."id" AS id
FROM "customers" c
WHERE COALESCE(NULLIF(NULLIF((c."spend" / NULLIF(CAST(c."employees" AS DOUBLE), CAST('0e0' AS DOUBLE))), CAST('inf' AS DOUBLE)), -CAST('inf' AS DOUBLE)) >= CAST('5e-1' AS DOUBLE) AND NULLIF(NULLIF((c."spend" / NULLIF(CAST(c."employees" AS DOUBLE), CAST('0e0' AS DOUBLE))), CAST('inf' AS DOUBLE)), -CAST('inf' AS DOUBLE)) < CAST('1e2' AS DOUBLE), FALSE)

-- texts
SELECT c."id" AS id
FROM "customers" c
WHERE COALESCE(translate(c."country", 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') = 'de' OR CASE WHEN c."plan" IN ('a', 'pro') THEN TRUE WHEN c."plan" IN ('free') THEN FALSE END, FALSE)

-- pattern
-- refused: key `audiences.pattern.dynamic`: Snowflake cannot say a pattern: its patterns match whole texts and in other words

-- days
SELECT c."id" AS id
FROM "customers" c
WHERE COALESCE((2026 - EXTRACT(YEAR FROM c."birthday") - CASE WHEN (EXTRACT(MONTH FROM c."birthday") * 100 + EXTRACT(DAY FROM c."birthday")) > 601 THEN 1 ELSE 0 END) >= 18 AND (EXTRACT(MONTH FROM c."signup") * 100 + EXTRACT(DAY FROM c."signup")) BETWEEN 601 AND 608, FALSE)

-- instants
SELECT c."id" AS id
FROM "customers" c
WHERE COALESCE(DATEDIFF('day', CAST(CONVERT_TIMEZONE('UTC', 'UTC', c."seen") AS DATE), DATE '2026-06-01') <= 30, FALSE)

-- sets
SELECT c."id" AS id
FROM "customers" c
WHERE COALESCE(CASE WHEN c."tags" IS NOT NULL THEN ARRAY_SIZE(ARRAY_INTERSECTION(ARRAY_CONSTRUCT('vip', 'b2b'), c."tags")) = 2 AND ARRAY_SIZE(ARRAY_DISTINCT(c."tags")) = 2 END, FALSE)

-- states
SELECT c."id" AS id
FROM "customers" c
WHERE COALESCE(COALESCE(CASE WHEN NOT (c."spend" IS NOT NULL) THEN COALESCE(c."spend__state", 'missing') END = 'null', FALSE) OR COALESCE(c."country" = '', FALSE), FALSE)

-- events
WITH seg_0 AS (SELECT e."customer" AS customer, COUNT(*) AS v0, COALESCE(SUM(e."amount"), CAST('0e0' AS DOUBLE)) AS v1 FROM "events" e WHERE e."at" < CAST('2026-06-02 00:00:00.000000' AS TIMESTAMP_NTZ) AND e."day" <= DATE '2026-06-01' AND e."kind" = 'purchase' AND e."at" >= CAST('2026-03-04 00:00:00.000000' AS TIMESTAMP_NTZ) AND (e."channel" = 'app') GROUP BY e."customer")
SELECT c."id" AS id
FROM "customers" c
LEFT JOIN seg_0 ON seg_0.customer = c."id"
WHERE COALESCE(CASE WHEN seg_0.customer IS NULL THEN CAST('0e0' AS DOUBLE) ELSE NULLIF(NULLIF(seg_0.v1, CAST('inf' AS DOUBLE)), -CAST('inf' AS DOUBLE)) END >= CAST('5e2' AS DOUBLE), FALSE)

-- around
WITH seg_0 AS (SELECT e."customer" AS customer, COUNT(*) AS v0, MIN(e."at") AS v1 FROM "events" e WHERE e."at" < CAST('2026-06-02 00:00:00.000000' AS TIMESTAMP_NTZ) AND e."day" <= DATE '2026-06-01' AND e."kind" = 'visit' GROUP BY e."customer"),
seg_1 AS (SELECT e."customer" AS customer, COUNT(*) AS v0 FROM "events" e JOIN seg_0 ON seg_0.customer = e."customer" WHERE e."at" < CAST('2026-06-02 00:00:00.000000' AS TIMESTAMP_NTZ) AND e."day" <= DATE '2026-06-01' AND e."kind" = 'purchase' AND e."at" >= seg_0.v1 AND e."at" < DATEADD('second', 1209600, seg_0.v1) GROUP BY e."customer")
SELECT c."id" AS id
FROM "customers" c
LEFT JOIN seg_1 ON seg_1.customer = c."id"
WHERE COALESCE(COALESCE(seg_1.v0, 0) >= 2, FALSE)

-- restarted
WITH seg_0 AS (SELECT e."customer" AS customer, COUNT(*) AS v0 FROM "events" e WHERE e."at" < CAST('2026-06-02 00:00:00.000000' AS TIMESTAMP_NTZ) AND e."day" <= DATE '2026-06-01' AND e."kind" = 'purchase' AND e."at" >= CAST('2026-05-03 00:00:00.000000' AS TIMESTAMP_NTZ) GROUP BY e."customer"),
seg_1 AS (SELECT e."customer" AS customer, COUNT(*) AS v0 FROM "events" e WHERE e."at" < CAST('2026-06-02 00:00:00.000000' AS TIMESTAMP_NTZ) AND e."day" <= DATE '2026-06-01' AND e."kind" = 'purchase' AND e."at" >= CAST('2025-11-03 00:00:00.000000' AS TIMESTAMP_NTZ) AND e."at" < CAST('2026-05-03 00:00:00.000000' AS TIMESTAMP_NTZ) GROUP BY e."customer"),
seg_2 AS (SELECT e."customer" AS customer, COUNT(*) AS v0 FROM "events" e WHERE e."at" < CAST('2026-06-02 00:00:00.000000' AS TIMESTAMP_NTZ) AND e."day" <= DATE '2026-06-01' AND e."kind" = 'purchase' AND e."at" < CAST('2025-11-03 00:00:00.000000' AS TIMESTAMP_NTZ) GROUP BY e."customer")
SELECT c."id" AS id
FROM "customers" c
LEFT JOIN seg_0 ON seg_0.customer = c."id"
LEFT JOIN seg_1 ON seg_1.customer = c."id"
LEFT JOIN seg_2 ON seg_2.customer = c."id"
WHERE COALESCE(COALESCE(seg_0.v0, 0) > 0 AND COALESCE(seg_1.v0, 0) = 0 AND COALESCE(seg_2.v0, 0) > 0, FALSE)

-- sequence
WITH seg_0 AS (SELECT DISTINCT s0."customer" AS customer FROM "events" s0 JOIN "events" s2 ON s2."customer" = s0."customer" WHERE s0."at" < CAST('2026-06-02 00:00:00.000000' AS TIMESTAMP_NTZ) AND s0."day" <= DATE '2026-06-01' AND s0."kind" = 'visit' AND (s0."channel" = 'app') AND s2."at" < CAST('2026-06-02 00:00:00.000000' AS TIMESTAMP_NTZ) AND s2."day" <= DATE '2026-06-01' AND s2."kind" = 'purchase' AND (s2."item" = s0."item") AND (s2."at" > s0."at" OR (s2."at" = s0."at" AND s2."position" > s0."position")) AND s2."at" <= DATEADD('second', 259200, s0."at") AND NOT EXISTS (SELECT 1 FROM "events" x1 WHERE x1."customer" = s0."customer" AND x1."at" < CAST('2026-06-02 00:00:00.000000' AS TIMESTAMP_NTZ) AND x1."day" <= DATE '2026-06-01' AND x1."kind" = 'return' AND (x1."at" > s0."at" OR (x1."at" = s0."at" AND x1."position" > s0."position")) AND (s2."at" > x1."at" OR (s2."at" = x1."at" AND s2."position" > x1."position"))))
SELECT c."id" AS id
FROM "customers" c
LEFT JOIN seg_0 ON seg_0.customer = c."id"
WHERE COALESCE(seg_0.customer IS NOT NULL, FALSE)

-- place
SELECT c."id" AS id
FROM "customers" c
WHERE COALESCE(CASE WHEN c."home__latitude" IS NOT NULL AND c."home__longitude" IS NOT NULL THEN asin(LEAST(sqrt(sin((CAST('9.166469231474219e-1' AS DOUBLE) - c."home__latitude" * CAST('1.7453292519943295e-2' AS DOUBLE)) / CAST('2e0' AS DOUBLE)) * sin((CAST('9.166469231474219e-1' AS DOUBLE) - c."home__latitude" * CAST('1.7453292519943295e-2' AS DOUBLE)) / CAST('2e0' AS DOUBLE)) + CAST('6.084844593680822e-1' AS DOUBLE) * cos(c."home__latitude" * CAST('1.7453292519943295e-2' AS DOUBLE)) * sin((CAST('1.3405e1' AS DOUBLE) - c."home__longitude") * CAST('1.7453292519943295e-2' AS DOUBLE) / CAST('2e0' AS DOUBLE)) * sin((CAST('1.3405e1' AS DOUBLE) - c."home__longitude") * CAST('1.7453292519943295e-2' AS DOUBLE) / CAST('2e0' AS DOUBLE))), CAST('1e0' AS DOUBLE))) * CAST('1.27420176e4' AS DOUBLE) <= CAST('1e1' AS DOUBLE) END, FALSE)

-- version
-- refused: key `audiences.version.dynamic`: Snowflake cannot say how versions compare: versions do not compare as texts or numbers do, and it has no arrays that compare part by part

-- network
-- refused: key `audiences.network.dynamic`: Snowflake cannot say whether an address is in a network: it has no type for addresses

-- bucket
SELECT c."id" AS id
FROM "customers" c
WHERE COALESCE((TO_NUMBER(SUBSTR(MD5(('exp-1:' || CAST(c."id" AS VARCHAR))), 1, 8), 'XXXXXXXX') % 10000) < 5000, FALSE)

-- items
WITH seg_0 AS (SELECT i."customer" AS customer, MAX(CASE WHEN i."plan" = 'pro' AND i."seats" >= 10 THEN 2 WHEN NOT (i."plan" = 'pro' AND i."seats" >= 10) THEN 0 ELSE 1 END) AS v0 FROM "subscriptions" i GROUP BY i."customer")
SELECT c."id" AS id
FROM "customers" c
LEFT JOIN seg_0 ON seg_0.customer = c."id"
WHERE COALESCE(CASE WHEN seg_0.v0 = 2 THEN TRUE WHEN seg_0.v0 = 1 THEN NULL ELSE FALSE END, FALSE)

-- folding
-- refused: key `audiences.folding.dynamic`: Snowflake cannot say simple case folding: its letters fold in a way of its own

-- months
WITH seg_0 AS (SELECT e."customer" AS customer, COUNT(*) AS v0, MIN(e."at") AS v1 FROM "events" e WHERE e."at" < CAST('2026-06-02 00:00:00.000000' AS TIMESTAMP_NTZ) AND e."day" <= DATE '2026-06-01' AND e."kind" = 'visit' GROUP BY e."customer"),
seg_1 AS (SELECT e."customer" AS customer, COUNT(*) AS v0 FROM "events" e JOIN seg_0 ON seg_0.customer = e."customer" WHERE e."at" < CAST('2026-06-02 00:00:00.000000' AS TIMESTAMP_NTZ) AND e."day" <= DATE '2026-06-01' AND e."kind" = 'purchase' AND e."at" >= seg_0.v1 AND e."at" < DATEADD('month', 1, seg_0.v1) GROUP BY e."customer")
SELECT c."id" AS id
FROM "customers" c
LEFT JOIN seg_1 ON seg_1.customer = c."id"
WHERE COALESCE(COALESCE(seg_1.v0, 0) >= 2, FALSE)

-- score
WITH seg_0 AS (SELECT e."customer" AS customer, COUNT(*) AS v0, SUM(power(CAST('5e-1' AS DOUBLE), (CAST(DATEDIFF('microsecond', e."at", CAST('2026-06-02 00:00:00.000000' AS TIMESTAMP_NTZ)) AS DOUBLE) / CAST('2.592e12' AS DOUBLE)))) AS v1 FROM "events" e WHERE e."at" < CAST('2026-06-02 00:00:00.000000' AS TIMESTAMP_NTZ) AND e."day" <= DATE '2026-06-01' AND e."kind" = 'visit' GROUP BY e."customer")
SELECT c."id" AS id
FROM "customers" c
LEFT JOIN seg_0 ON seg_0.customer = c."id"
WHERE COALESCE(NULLIF(NULLIF(GREATEST((GREATEST(LEAST(CASE WHEN c."active" = TRUE THEN CAST('5e0' AS DOUBLE) ELSE CAST('0e0' AS DOUBLE) END, CAST('8e0' AS DOUBLE)), CAST('0e0' AS DOUBLE)) + GREATEST(LEAST((CAST('5e-1' AS DOUBLE) * COALESCE(CAST(c."employees" AS DOUBLE), CAST('0e0' AS DOUBLE))), CAST('2e1' AS DOUBLE)), CAST('-2e1' AS DOUBLE)) + (CAST('2e0' AS DOUBLE) * COALESCE(seg_0.v1, CAST('0e0' AS DOUBLE)))), CAST('0e0' AS DOUBLE)), CAST('inf' AS DOUBLE)), -CAST('inf' AS DOUBLE)) >= CAST('1e1' AS DOUBLE), FALSE)

-- of others
WITH seg_0 AS (SELECT c."id" AS customer FROM "customers" c WHERE COALESCE(NULLIF(NULLIF((c."spend" / NULLIF(CAST(c."employees" AS DOUBLE), CAST('0e0' AS DOUBLE))), CAST('inf' AS DOUBLE)), -CAST('inf' AS DOUBLE)) >= CAST('5e-1' AS DOUBLE) AND NULLIF(NULLIF((c."spend" / NULLIF(CAST(c."employees" AS DOUBLE), CAST('0e0' AS DOUBLE))), CAST('inf' AS DOUBLE)), -CAST('inf' AS DOUBLE)) < CAST('1e2' AS DOUBLE), FALSE)),
seg_1 AS (SELECT e."customer" AS customer, COUNT(*) AS v0, COALESCE(SUM(e."amount"), CAST('0e0' AS DOUBLE)) AS v1 FROM "events" e WHERE e."at" < CAST('2026-06-02 00:00:00.000000' AS TIMESTAMP_NTZ) AND e."day" <= DATE '2026-06-01' AND e."kind" = 'purchase' AND e."at" >= CAST('2026-03-04 00:00:00.000000' AS TIMESTAMP_NTZ) AND (e."channel" = 'app') GROUP BY e."customer"),
seg_2 AS (SELECT c."id" AS customer FROM "customers" c LEFT JOIN seg_1 ON seg_1.customer = c."id" WHERE COALESCE(CASE WHEN seg_1.customer IS NULL THEN CAST('0e0' AS DOUBLE) ELSE NULLIF(NULLIF(seg_1.v1, CAST('inf' AS DOUBLE)), -CAST('inf' AS DOUBLE)) END >= CAST('5e2' AS DOUBLE), FALSE))
SELECT c."id" AS id
FROM "customers" c
LEFT JOIN seg_0 ON seg_0.customer = c."id"
LEFT JOIN seg_2 ON seg_2.customer = c."id"
WHERE COALESCE(CASE WHEN CASE WHEN seg_0.customer IS NOT NULL THEN 1 ELSE 0 END + CASE WHEN seg_2.customer IS NOT NULL THEN 1 ELSE 0 END + CASE WHEN c."active" = TRUE THEN 1 ELSE 0 END >= 2 THEN TRUE WHEN CASE WHEN NOT (seg_0.customer IS NOT NULL) THEN 1 ELSE 0 END + CASE WHEN NOT (seg_2.customer IS NOT NULL) THEN 1 ELSE 0 END + CASE WHEN NOT (c."active" = TRUE) THEN 1 ELSE 0 END > 1 THEN FALSE END, FALSE)

