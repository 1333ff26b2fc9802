-- numbers
SELECT c."id" AS id
FROM "customers" c
WHERE COALESCE((c."spend" / NULLIF(CAST(c."employees" AS double precision), 0.0::float8)) >= 0.5::float8 AND (c."spend" / NULLIF(CAST(c."employees" AS double precision), 0.0::float8)) < 100.0::float8, FALSE)

-- texts
SELECT c."id" AS id
FROM "customers" c
WHERE COALESCE(lower(c."country" COLLATE "C") = 'de' OR CASE WHEN c."plan" IN ('a', 'pro') THEN TRUE WHEN c."plan" IN ('free') THEN FALSE END, FALSE)

-- pattern
SELECT c."id" AS id
FROM "customers" c
WHERE COALESCE(c."country" COLLATE "C" ~ E'^[A-Z]{2}[^\\n](?:a|b)$', FALSE)

-- days
SELECT c."id" AS id
FROM "customers" c
WHERE COALESCE((2026 - CAST(EXTRACT(YEAR FROM c."birthday") AS bigint) - CASE WHEN (CAST(EXTRACT(MONTH FROM c."birthday") AS bigint) * 100 + CAST(EXTRACT(DAY FROM c."birthday") AS bigint)) > 601 THEN 1 ELSE 0 END) >= 18 AND (CAST(EXTRACT(MONTH FROM c."signup") AS bigint) * 100 + CAST(EXTRACT(DAY FROM c."signup") AS bigint)) BETWEEN 601 AND 608, FALSE)

-- instants
SELECT c."id" AS id
FROM "customers" c
WHERE COALESCE((DATE '2026-06-01' - CAST(c."seen" AT TIME ZONE 'UTC' AS date)) <= 30, FALSE)

-- sets
SELECT c."id" AS id
FROM "customers" c
WHERE COALESCE(CASE WHEN c."tags" IS NOT NULL THEN (SELECT COUNT(DISTINCT v) FROM unnest(c."tags") AS t(v) WHERE v IN ('vip', 'b2b')) = 2 AND (SELECT COUNT(DISTINCT v) FROM unnest(c."tags") AS t(v)) = 2 END, FALSE)

-- states
SELECT c."id" AS id
FROM "customers" c
WHERE COALESCE(COALESCE(CASE WHEN NOT (c."spend" IS NOT NULL) THEN COALESCE(c."spend__state", 'missing') END = 'null', FALSE) OR COALESCE(c."country" = '', FALSE), FALSE)

-- events
WITH seg_0 AS (SELECT e."customer" AS customer, COUNT(*) AS v0, COALESCE(SUM(e."amount"), 0.0::float8) AS v1 FROM "events" e WHERE e."at" < TIMESTAMPTZ '2026-06-02 00:00:00.000000+00' AND e."day" <= DATE '2026-06-01' AND e."kind" = 'purchase' AND e."at" >= TIMESTAMPTZ '2026-03-04 00:00:00.000000+00' AND (e."channel" = 'app') GROUP BY e."customer")
SELECT c."id" AS id
FROM "customers" c
LEFT JOIN seg_0 ON seg_0.customer = c."id"
WHERE COALESCE(CASE WHEN seg_0.customer IS NULL THEN 0.0::float8 ELSE seg_0.v1 END >= 500.0::float8, FALSE)

-- around
WITH seg_0 AS (SELECT e."customer" AS customer, COUNT(*) AS v0, MIN(e."at") AS v1 FROM "events" e WHERE e."at" < TIMESTAMPTZ '2026-06-02 00:00:00.000000+00' AND e."day" <= DATE '2026-06-01' AND e."kind" = 'visit' GROUP BY e."customer"),
seg_1 AS (SELECT e."customer" AS customer, COUNT(*) AS v0 FROM "events" e JOIN seg_0 ON seg_0.customer = e."customer" WHERE e."at" < TIMESTAMPTZ '2026-06-02 00:00:00.000000+00' AND e."day" <= DATE '2026-06-01' AND e."kind" = 'purchase' AND e."at" >= seg_0.v1 AND e."at" < (seg_0.v1 + INTERVAL '1209600 seconds') GROUP BY e."customer")
SELECT c."id" AS id
FROM "customers" c
LEFT JOIN seg_1 ON seg_1.customer = c."id"
WHERE COALESCE(COALESCE(seg_1.v0, 0) >= 2, FALSE)

-- restarted
WITH seg_0 AS (SELECT e."customer" AS customer, COUNT(*) AS v0 FROM "events" e WHERE e."at" < TIMESTAMPTZ '2026-06-02 00:00:00.000000+00' AND e."day" <= DATE '2026-06-01' AND e."kind" = 'purchase' AND e."at" >= TIMESTAMPTZ '2026-05-03 00:00:00.000000+00' GROUP BY e."customer"),
seg_1 AS (SELECT e."customer" AS customer, COUNT(*) AS v0 FROM "events" e WHERE e."at" < TIMESTAMPTZ '2026-06-02 00:00:00.000000+00' AND e."day" <= DATE '2026-06-01' AND e."kind" = 'purchase' AND e."at" >= TIMESTAMPTZ '2025-11-03 00:00:00.000000+00' AND e."at" < TIMESTAMPTZ '2026-05-03 00:00:00.000000+00' GROUP BY e."customer"),
seg_2 AS (SELECT e."customer" AS customer, COUNT(*) AS v0 FROM "events" e WHERE e."at" < TIMESTAMPTZ '2026-06-02 00:00:00.000000+00' AND e."day" <= DATE '2026-06-01' AND e."kind" = 'purchase' AND e."at" < TIMESTAMPTZ '2025-11-03 00:00:00.000000+00' GROUP BY e."customer")
SELECT c."id" AS id
FROM "customers" c
LEFT JOIN seg_0 ON seg_0.customer = c."id"
LEFT JOIN seg_1 ON seg_1.customer = c."id"
LEFT JOIN seg_2 ON seg_2.customer = c."id"
WHERE COALESCE(COALESCE(seg_0.v0, 0) > 0 AND COALESCE(seg_1.v0, 0) = 0 AND COALESCE(seg_2.v0, 0) > 0, FALSE)

-- sequence
WITH seg_0 AS (SELECT DISTINCT s0."customer" AS customer FROM "events" s0 JOIN "events" s2 ON s2."customer" = s0."customer" WHERE s0."at" < TIMESTAMPTZ '2026-06-02 00:00:00.000000+00' AND s0."day" <= DATE '2026-06-01' AND s0."kind" = 'visit' AND (s0."channel" = 'app') AND s2."at" < TIMESTAMPTZ '2026-06-02 00:00:00.000000+00' AND s2."day" <= DATE '2026-06-01' AND s2."kind" = 'purchase' AND (s2."item" = s0."item") AND (s2."at" > s0."at" OR (s2."at" = s0."at" AND s2."position" > s0."position")) AND s2."at" <= (s0."at" + INTERVAL '259200 seconds') AND NOT EXISTS (SELECT 1 FROM "events" x1 WHERE x1."customer" = s0."customer" AND x1."at" < TIMESTAMPTZ '2026-06-02 00:00:00.000000+00' AND x1."day" <= DATE '2026-06-01' AND x1."kind" = 'return' AND (x1."at" > s0."at" OR (x1."at" = s0."at" AND x1."position" > s0."position")) AND (s2."at" > x1."at" OR (s2."at" = x1."at" AND s2."position" > x1."position"))))
SELECT c."id" AS id
FROM "customers" c
LEFT JOIN seg_0 ON seg_0.customer = c."id"
WHERE COALESCE(seg_0.customer IS NOT NULL, FALSE)

-- place
SELECT c."id" AS id
FROM "customers" c
WHERE COALESCE(CASE WHEN c."home__latitude" IS NOT NULL AND c."home__longitude" IS NOT NULL THEN asin(LEAST(sqrt(sin((0.9166469231474219::float8 - c."home__latitude" * 0.017453292519943295::float8) / 2.0::float8) * sin((0.9166469231474219::float8 - c."home__latitude" * 0.017453292519943295::float8) / 2.0::float8) + 0.6084844593680822::float8 * cos(c."home__latitude" * 0.017453292519943295::float8) * sin((13.405::float8 - c."home__longitude") * 0.017453292519943295::float8 / 2.0::float8) * sin((13.405::float8 - c."home__longitude") * 0.017453292519943295::float8 / 2.0::float8)), 1.0::float8)) * 12742.0176::float8 <= 10.0::float8 END, FALSE)

-- version
SELECT c."id" AS id
FROM "customers" c
WHERE COALESCE(CASE WHEN regexp_replace(c."app_version", '^v', '') ~ E'^(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)(-(0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)(\\.(0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*))*)?(\\+[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$' THEN CASE WHEN 18446744073709551615 >= ALL (string_to_array(regexp_replace(regexp_replace(c."app_version", '^v', ''), '[-+].*$', ''), '.')::numeric[]) THEN (string_to_array(regexp_replace(regexp_replace(c."app_version", '^v', ''), '[-+].*$', ''), '.')::numeric[] > ARRAY[2, 3, 0]::numeric[] OR (string_to_array(regexp_replace(regexp_replace(c."app_version", '^v', ''), '[-+].*$', ''), '.')::numeric[] = ARRAY[2, 3, 0]::numeric[] AND COALESCE((SELECT string_agg(CASE WHEN p ~ '^[0-9]+$' THEN '0' || lpad(length(p)::text, 9, '0') || p ELSE '1' || p END, chr(1) ORDER BY n) FROM unnest(string_to_array(substring(regexp_replace(regexp_replace(c."app_version", '^v', ''), E'\\+.*$', '') FROM '-(.*)$'), '.')) WITH ORDINALITY AS t(p, n)), '2') COLLATE "C" >= ('1beta' || chr(1) || '00000000012'))) END END, FALSE)

-- network
SELECT c."id" AS id
FROM "customers" c
WHERE COALESCE(CASE WHEN c."ip" ~ E'^((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])\\.){3}(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])$' THEN CAST(c."ip" AS inet) <<= inet '10.0.0.0/8' WHEN c."ip" ~ E'^(([0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}|([0-9A-Fa-f]{1,4}:){6}((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])\\.){3}(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])|::(|[0-9A-Fa-f]{1,4}(:[0-9A-Fa-f]{1,4}){0,6}|([0-9A-Fa-f]{1,4}:){0,5}((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])\\.){3}(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9]))|[0-9A-Fa-f]{1,4}::(|[0-9A-Fa-f]{1,4}(:[0-9A-Fa-f]{1,4}){0,5}|([0-9A-Fa-f]{1,4}:){0,4}((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])\\.){3}(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9]))|([0-9A-Fa-f]{1,4}:){1}[0-9A-Fa-f]{1,4}::(|[0-9A-Fa-f]{1,4}(:[0-9A-Fa-f]{1,4}){0,4}|([0-9A-Fa-f]{1,4}:){0,3}((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])\\.){3}(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9]))|([0-9A-Fa-f]{1,4}:){2}[0-9A-Fa-f]{1,4}::(|[0-9A-Fa-f]{1,4}(:[0-9A-Fa-f]{1,4}){0,3}|([0-9A-Fa-f]{1,4}:){0,2}((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])\\.){3}(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9]))|([0-9A-Fa-f]{1,4}:){3}[0-9A-Fa-f]{1,4}::(|[0-9A-Fa-f]{1,4}(:[0-9A-Fa-f]{1,4}){0,2}|([0-9A-Fa-f]{1,4}:){0,1}((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])\\.){3}(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9]))|([0-9A-Fa-f]{1,4}:){4}[0-9A-Fa-f]{1,4}::(|[0-9A-Fa-f]{1,4}(:[0-9A-Fa-f]{1,4}){0,1}|([0-9A-Fa-f]{1,4}:){0,0}((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])\\.){3}(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9]))|([0-9A-Fa-f]{1,4}:){5}[0-9A-Fa-f]{1,4}::(|[0-9A-Fa-f]{1,4}(:[0-9A-Fa-f]{1,4}){0,0})|([0-9A-Fa-f]{1,4}:){6}[0-9A-Fa-f]{1,4}::())$' THEN CASE WHEN CAST(c."ip" AS inet) <<= inet '::ffff:0.0.0.0/96' THEN (inet '0.0.0.0' + (CAST(c."ip" AS inet) - inet '::ffff:0.0.0.0')) <<= inet '10.0.0.0/8' ELSE CAST(c."ip" AS inet) <<= inet '2001:db8::/32' END END, FALSE)

-- bucket
SELECT c."id" AS id
FROM "customers" c
WHERE COALESCE(((('x' || substr(md5(('exp-1:' || CAST(c."id" AS text))), 1, 8))::bit(32)::bigint) % 10000) < 5000, FALSE)

-- items
WITH seg_0 AS (SELECT i."customer" AS customer, MAX(CASE WHEN i."plan" = 'pro' AND i."seats" >= 10 THEN 2 WHEN NOT (i."plan" = 'pro' AND i."seats" >= 10) THEN 0 ELSE 1 END) AS v0 FROM "subscriptions" i GROUP BY i."customer")
SELECT c."id" AS id
FROM "customers" c
LEFT JOIN seg_0 ON seg_0.customer = c."id"
WHERE COALESCE(CASE WHEN seg_0.v0 = 2 THEN TRUE WHEN seg_0.v0 = 1 THEN NULL ELSE FALSE END, FALSE)

-- folding
-- refused: key `audiences.folding.dynamic`: Postgres cannot say simple case folding: its letters fold in a way of its own

-- months
WITH seg_0 AS (SELECT e."customer" AS customer, COUNT(*) AS v0, MIN(e."at") AS v1 FROM "events" e WHERE e."at" < TIMESTAMPTZ '2026-06-02 00:00:00.000000+00' AND e."day" <= DATE '2026-06-01' AND e."kind" = 'visit' GROUP BY e."customer"),
seg_1 AS (SELECT e."customer" AS customer, COUNT(*) AS v0 FROM "events" e JOIN seg_0 ON seg_0.customer = e."customer" WHERE e."at" < TIMESTAMPTZ '2026-06-02 00:00:00.000000+00' AND e."day" <= DATE '2026-06-01' AND e."kind" = 'purchase' AND e."at" >= seg_0.v1 AND e."at" < ((seg_0.v1 AT TIME ZONE 'UTC' + INTERVAL '1 months') AT TIME ZONE 'UTC') GROUP BY e."customer")
SELECT c."id" AS id
FROM "customers" c
LEFT JOIN seg_1 ON seg_1.customer = c."id"
WHERE COALESCE(COALESCE(seg_1.v0, 0) >= 2, FALSE)

-- score
WITH seg_0 AS (SELECT e."customer" AS customer, COUNT(*) AS v0, SUM(CASE WHEN (CAST(EXTRACT(EPOCH FROM (TIMESTAMPTZ '2026-06-02 00:00:00.000000+00' - e."at")) * 1000000 AS float8) / 2592000000000.0::float8) < 1022 THEN power(0.5::float8, (CAST(EXTRACT(EPOCH FROM (TIMESTAMPTZ '2026-06-02 00:00:00.000000+00' - e."at")) * 1000000 AS float8) / 2592000000000.0::float8)) ELSE 0 END) AS v1 FROM "events" e WHERE e."at" < TIMESTAMPTZ '2026-06-02 00:00:00.000000+00' AND e."day" <= DATE '2026-06-01' AND e."kind" = 'visit' GROUP BY e."customer")
SELECT c."id" AS id
FROM "customers" c
LEFT JOIN seg_0 ON seg_0.customer = c."id"
WHERE COALESCE(GREATEST((GREATEST(LEAST(CASE WHEN c."active" = TRUE THEN 5.0::float8 ELSE 0.0::float8 END, 8.0::float8), 0.0::float8) + GREATEST(LEAST((0.5::float8 * COALESCE(CAST(c."employees" AS double precision), 0.0::float8)), 20.0::float8), '-20.0'::float8) + (2.0::float8 * COALESCE(seg_0.v1, 0.0::float8))), 0.0::float8) >= 10.0::float8, FALSE)

-- of others
WITH seg_0 AS (SELECT c."id" AS customer FROM "customers" c WHERE COALESCE((c."spend" / NULLIF(CAST(c."employees" AS double precision), 0.0::float8)) >= 0.5::float8 AND (c."spend" / NULLIF(CAST(c."employees" AS double precision), 0.0::float8)) < 100.0::float8, FALSE)),
seg_1 AS (SELECT e."customer" AS customer, COUNT(*) AS v0, COALESCE(SUM(e."amount"), 0.0::float8) AS v1 FROM "events" e WHERE e."at" < TIMESTAMPTZ '2026-06-02 00:00:00.000000+00' AND e."day" <= DATE '2026-06-01' AND e."kind" = 'purchase' AND e."at" >= TIMESTAMPTZ '2026-03-04 00:00:00.000000+00' AND (e."channel" = 'app') GROUP BY e."customer"),
seg_2 AS (SELECT c."id" AS customer FROM "customers" c LEFT JOIN seg_1 ON seg_1.customer = c."id" WHERE COALESCE(CASE WHEN seg_1.customer IS NULL THEN 0.0::float8 ELSE seg_1.v1 END >= 500.0::float8, FALSE))
SELECT c."id" AS id
FROM "customers" c
LEFT JOIN seg_0 ON seg_0.customer = c."id"
LEFT JOIN seg_2 ON seg_2.customer = c."id"
WHERE COALESCE(CASE WHEN CASE WHEN seg_0.customer IS NOT NULL THEN 1 ELSE 0 END + CASE WHEN seg_2.customer IS NOT NULL THEN 1 ELSE 0 END + CASE WHEN c."active" = TRUE THEN 1 ELSE 0 END >= 2 THEN TRUE WHEN CASE WHEN NOT (seg_0.customer IS NOT NULL) THEN 1 ELSE 0 END + CASE WHEN NOT (seg_2.customer IS NOT NULL) THEN 1 ELSE 0 END + CASE WHEN NOT (c."active" = TRUE) THEN 1 ELSE 0 END > 1 THEN FALSE END, FALSE)

