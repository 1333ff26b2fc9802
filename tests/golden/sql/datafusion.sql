-- numbers
SELECT c."id" AS id
FROM "customers" c
WHERE COALESCE(NULLIF(NULLIF((c."spend" / NULLIF(CAST(c."employees" AS DOUBLE), 0e0)), CAST('inf' AS DOUBLE)), -CAST('inf' AS DOUBLE)) >= 5e-1 AND NULLIF(NULLIF((c."spend" / NULLIF(CAST(c."employees" AS DOUBLE), 0e0)), CAST('inf' AS DOUBLE)), -CAST('inf' AS DOUBLE)) < 1e2, FALSE)

-- texts
SELECT c."id" AS id
FROM "customers" c
WHERE COALESCE(translate(c."country", 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') = 'de' OR CASE WHEN c."plan" IN ('a', 'pro') THEN TRUE WHEN c."plan" IN ('free') THEN FALSE END, FALSE)

-- pattern
SELECT c."id" AS id
FROM "customers" c
WHERE COALESCE(c."country" ~ '^[A-Z]{2}.(a|b)$', FALSE)

-- days
SELECT c."id" AS id
FROM "customers" c
WHERE COALESCE((2026 - CAST(date_part('YEAR', c."birthday") AS BIGINT) - CASE WHEN (CAST(date_part('MONTH', c."birthday") AS BIGINT) * 100 + CAST(date_part('DAY', c."birthday") AS BIGINT)) > 601 THEN 1 ELSE 0 END) >= 18 AND (CAST(date_part('MONTH', c."signup") AS BIGINT) * 100 + CAST(date_part('DAY', c."signup") AS BIGINT)) BETWEEN 601 AND 608, FALSE)

-- instants
SELECT c."id" AS id
FROM "customers" c
WHERE COALESCE((arrow_cast(DATE '2026-06-01', 'Int32') - arrow_cast(CAST(c."seen" AS DATE), 'Int32')) <= 30, FALSE)

-- sets
SELECT c."id" AS id
FROM "customers" c
WHERE COALESCE(CASE WHEN c."tags" IS NOT NULL THEN COALESCE(array_length(array_intersect(['vip', 'b2b'], c."tags")), 0) = 2 AND COALESCE(array_length(array_distinct(c."tags")), 0) = 2 END, FALSE)

-- states
SELECT c."id" AS id
FROM "customers" c
WHERE COALESCE(COALESCE(CASE WHEN NOT (c."spend" IS NOT NULL) THEN COALESCE(c."spend__state", 'missing') END = 'null', FALSE) OR COALESCE(c."country" = '', FALSE), FALSE)

-- events
WITH seg_0 AS (SELECT e."customer" AS customer, COUNT(*) AS v0, COALESCE(SUM(e."amount"), 0e0) AS v1 FROM "events" e WHERE e."at" < TIMESTAMP '2026-06-02 00:00:00.000000' AND e."day" <= DATE '2026-06-01' AND e."kind" = 'purchase' AND e."at" >= TIMESTAMP '2026-03-04 00:00:00.000000' AND (e."channel" = 'app') GROUP BY e."customer")
SELECT c."id" AS id
FROM "customers" c
LEFT JOIN seg_0 ON seg_0.customer = c."id"
WHERE COALESCE(CASE WHEN seg_0.customer IS NULL THEN 0e0 ELSE NULLIF(NULLIF(seg_0.v1, CAST('inf' AS DOUBLE)), -CAST('inf' AS DOUBLE)) END >= 5e2, FALSE)

-- around
WITH seg_0 AS (SELECT e."customer" AS customer, COUNT(*) AS v0, MIN(e."at") AS v1 FROM "events" e WHERE e."at" < TIMESTAMP '2026-06-02 00:00:00.000000' AND e."day" <= DATE '2026-06-01' AND e."kind" = 'visit' GROUP BY e."customer"),
seg_1 AS (SELECT e."customer" AS customer, COUNT(*) AS v0 FROM "events" e JOIN seg_0 ON seg_0.customer = e."customer" WHERE e."at" < TIMESTAMP '2026-06-02 00:00:00.000000' AND e."day" <= DATE '2026-06-01' AND e."kind" = 'purchase' AND e."at" >= seg_0.v1 AND e."at" < (seg_0.v1 + INTERVAL '1209600 seconds') GROUP BY e."customer")
SELECT c."id" AS id
FROM "customers" c
LEFT JOIN seg_1 ON seg_1.customer = c."id"
WHERE COALESCE(COALESCE(seg_1.v0, 0) >= 2, FALSE)

-- restarted
WITH seg_0 AS (SELECT e."customer" AS customer, COUNT(*) AS v0 FROM "events" e WHERE e."at" < TIMESTAMP '2026-06-02 00:00:00.000000' AND e."day" <= DATE '2026-06-01' AND e."kind" = 'purchase' AND e."at" >= TIMESTAMP '2026-05-03 00:00:00.000000' GROUP BY e."customer"),
seg_1 AS (SELECT e."customer" AS customer, COUNT(*) AS v0 FROM "events" e WHERE e."at" < TIMESTAMP '2026-06-02 00:00:00.000000' AND e."day" <= DATE '2026-06-01' AND e."kind" = 'purchase' AND e."at" >= TIMESTAMP '2025-11-03 00:00:00.000000' AND e."at" < TIMESTAMP '2026-05-03 00:00:00.000000' GROUP BY e."customer"),
seg_2 AS (SELECT e."customer" AS customer, COUNT(*) AS v0 FROM "events" e WHERE e."at" < TIMESTAMP '2026-06-02 00:00:00.000000' AND e."day" <= DATE '2026-06-01' AND e."kind" = 'purchase' AND e."at" < TIMESTAMP '2025-11-03 00:00:00.000000' GROUP BY e."customer")
SELECT c."id" AS id
FROM "customers" c
LEFT JOIN seg_0 ON seg_0.customer = c."id"
LEFT JOIN seg_1 ON seg_1.customer = c."id"
LEFT JOIN seg_2 ON seg_2.customer = c."id"
WHERE COALESCE(COALESCE(seg_0.v0, 0) > 0 AND COALESCE(seg_1.v0, 0) = 0 AND COALESCE(seg_2.v0, 0) > 0, FALSE)

-- sequence
WITH seg_0 AS (SELECT DISTINCT s0."customer" AS customer FROM "events" s0 JOIN "events" s2 ON s2."customer" = s0."customer" WHERE s0."at" < TIMESTAMP '2026-06-02 00:00:00.000000' AND s0."day" <= DATE '2026-06-01' AND s0."kind" = 'visit' AND (s0."channel" = 'app') AND s2."at" < TIMESTAMP '2026-06-02 00:00:00.000000' AND s2."day" <= DATE '2026-06-01' AND s2."kind" = 'purchase' AND (s2."item" = s0."item") AND (s2."at" > s0."at" OR (s2."at" = s0."at" AND s2."position" > s0."position")) AND s2."at" <= (s0."at" + INTERVAL '259200 seconds') AND NOT EXISTS (SELECT 1 FROM "events" x1 WHERE x1."customer" = s0."customer" AND x1."at" < TIMESTAMP '2026-06-02 00:00:00.000000' AND x1."day" <= DATE '2026-06-01' AND x1."kind" = 'return' AND (x1."at" > s0."at" OR (x1."at" = s0."at" AND x1."position" > s0."position")) AND (s2."at" > x1."at" OR (s2."at" = x1."at" AND s2."position" > x1."position"))))
SELECT c."id" AS id
FROM "customers" c
LEFT JOIN seg_0 ON seg_0.customer = c."id"
WHERE COALESCE(seg_0.customer IS NOT NULL, FALSE)

-- place
SELECT c."id" AS id
FROM "customers" c
WHERE COALESCE(CASE WHEN c."home__latitude" IS NOT NULL AND c."home__longitude" IS NOT NULL THEN asin(LEAST(sqrt(sin((9.166469231474219e-1 - c."home__latitude" * 1.7453292519943295e-2) / 2e0) * sin((9.166469231474219e-1 - c."home__latitude" * 1.7453292519943295e-2) / 2e0) + 6.084844593680822e-1 * cos(c."home__latitude" * 1.7453292519943295e-2) * sin((1.3405e1 - c."home__longitude") * 1.7453292519943295e-2 / 2e0) * sin((1.3405e1 - c."home__longitude") * 1.7453292519943295e-2 / 2e0)), 1e0)) * 1.27420176e4 <= 1e1 END, FALSE)

-- version
-- refused: key `audiences.version.dynamic`: DataFusion cannot say how versions compare: versions do not compare as texts or numbers do, and it has no arrays that compare part by part

-- network
-- refused: key `audiences.network.dynamic`: DataFusion cannot say whether an address is in a network: it has no type for addresses

-- bucket
SELECT c."id" AS id
FROM "customers" c
WHERE COALESCE(((strpos('123456789abcdef', substr(md5(('exp-1:' || CAST(c."id" AS VARCHAR))), 1, 1)) * 268435456 + strpos('123456789abcdef', substr(md5(('exp-1:' || CAST(c."id" AS VARCHAR))), 2, 1)) * 16777216 + strpos('123456789abcdef', substr(md5(('exp-1:' || CAST(c."id" AS VARCHAR))), 3, 1)) * 1048576 + strpos('123456789abcdef', substr(md5(('exp-1:' || CAST(c."id" AS VARCHAR))), 4, 1)) * 65536 + strpos('123456789abcdef', substr(md5(('exp-1:' || CAST(c."id" AS VARCHAR))), 5, 1)) * 4096 + strpos('123456789abcdef', substr(md5(('exp-1:' || CAST(c."id" AS VARCHAR))), 6, 1)) * 256 + strpos('123456789abcdef', substr(md5(('exp-1:' || CAST(c."id" AS VARCHAR))), 7, 1)) * 16 + strpos('123456789abcdef', substr(md5(('exp-1:' || CAST(c."id" AS VARCHAR))), 8, 1)) * 1) % 10000) < 5000, FALSE)

-- items
WITH seg_0 AS (SELECT i."customer" AS customer, MAX(CASE WHEN i."plan" = 'pro' AND i."seats" >= 10 THEN 2 WHEN NOT (i."plan" = 'pro' AND i."seats" >= 10) THEN 0 ELSE 1 END) AS v0 FROM "subscriptions" i GROUP BY i."customer")
SELECT c."id" AS id
FROM "customers" c
LEFT JOIN seg_0 ON seg_0.customer = c."id"
WHERE COALESCE(CASE WHEN seg_0.v0 = 2 THEN TRUE WHEN seg_0.v0 = 1 THEN NULL ELSE FALSE END, FALSE)

-- folding
SELECT c."id" AS id
FROM "customers" c
WHERE COALESCE(c."country" ~ '(?i)\A(?:straße)', FALSE)

-- months
-- refused: key `audiences.months.dynamic.left.window`: DataFusion cannot say months after an instant that is not in the definition: nobody has tried what they do at the end of a month

-- score
WITH seg_0 AS (SELECT e."customer" AS customer, COUNT(*) AS v0, SUM(power(5e-1, (CAST((arrow_cast(arrow_cast(TIMESTAMP '2026-06-02 00:00:00.000000', 'Timestamp(Microsecond, None)'), 'Int64') - arrow_cast(arrow_cast(e."at", 'Timestamp(Microsecond, None)'), 'Int64')) AS DOUBLE) / 2.592e12))) AS v1 FROM "events" e WHERE e."at" < TIMESTAMP '2026-06-02 00:00:00.000000' AND e."day" <= DATE '2026-06-01' AND e."kind" = 'visit' GROUP BY e."customer")
SELECT c."id" AS id
FROM "customers" c
LEFT JOIN seg_0 ON seg_0.customer = c."id"
WHERE COALESCE(NULLIF(NULLIF(GREATEST((GREATEST(LEAST(CASE WHEN c."active" = TRUE THEN 5e0 ELSE 0e0 END, 8e0), 0e0) + GREATEST(LEAST((5e-1 * COALESCE(CAST(c."employees" AS DOUBLE), 0e0)), 2e1), (-2e1)) + (2e0 * COALESCE(seg_0.v1, 0e0))), 0e0), CAST('inf' AS DOUBLE)), -CAST('inf' AS DOUBLE)) >= 1e1, FALSE)

-- of others
WITH seg_0 AS (SELECT c."id" AS customer FROM "customers" c WHERE COALESCE(NULLIF(NULLIF((c."spend" / NULLIF(CAST(c."employees" AS DOUBLE), 0e0)), CAST('inf' AS DOUBLE)), -CAST('inf' AS DOUBLE)) >= 5e-1 AND NULLIF(NULLIF((c."spend" / NULLIF(CAST(c."employees" AS DOUBLE), 0e0)), CAST('inf' AS DOUBLE)), -CAST('inf' AS DOUBLE)) < 1e2, FALSE)),
seg_1 AS (SELECT e."customer" AS customer, COUNT(*) AS v0, COALESCE(SUM(e."amount"), 0e0) AS v1 FROM "events" e WHERE e."at" < TIMESTAMP '2026-06-02 00:00:00.000000' AND e."day" <= DATE '2026-06-01' AND e."kind" = 'purchase' AND e."at" >= TIMESTAMP '2026-03-04 00:00:00.000000' AND (e."channel" = 'app') GROUP BY e."customer"),
seg_2 AS (SELECT c."id" AS customer FROM "customers" c LEFT JOIN seg_1 ON seg_1.customer = c."id" WHERE COALESCE(CASE WHEN seg_1.customer IS NULL THEN 0e0 ELSE NULLIF(NULLIF(seg_1.v1, CAST('inf' AS DOUBLE)), -CAST('inf' AS DOUBLE)) END >= 5e2, FALSE))
SELECT c."id" AS id
FROM "customers" c
LEFT JOIN seg_0 ON seg_0.customer = c."id"
LEFT JOIN seg_2 ON seg_2.customer = c."id"
WHERE COALESCE(CASE WHEN CASE WHEN seg_0.customer IS NOT NULL THEN 1 ELSE 0 END + CASE WHEN seg_2.customer IS NOT NULL THEN 1 ELSE 0 END + CASE WHEN c."active" = TRUE THEN 1 ELSE 0 END >= 2 THEN TRUE WHEN CASE WHEN NOT (seg_0.customer IS NOT NULL) THEN 1 ELSE 0 END + CASE WHEN NOT (seg_2.customer IS NOT NULL) THEN 1 ELSE 0 END + CASE WHEN NOT (c."active" = TRUE) THEN 1 ELSE 0 END > 1 THEN FALSE END, FALSE)

