-- numbers
SELECT c.`id` AS id
FROM `customers` c
WHERE COALESCE(NULLIF(NULLIF((c.`spend` / NULLIF(toFloat64(c.`employees`), 0e0)), inf), -inf) >= 5e-1 AND NULLIF(NULLIF((c.`spend` / NULLIF(toFloat64(c.`employees`), 0e0)), inf), -inf) < 1e2, FALSE)

-- texts
SELECT c.`id` AS id
FROM `customers` c
WHERE COALESCE(lower(c.`country`) = 'de' OR CASE WHEN c.`plan` IN ('a', 'pro') THEN TRUE WHEN c.`plan` IN ('free') THEN FALSE END, FALSE)

-- pattern
SELECT c.`id` AS id
FROM `customers` c
WHERE COALESCE(match(c.`country`, '^[A-Z]{2}[^\\n](?:a|b)$'), FALSE)

-- days
SELECT c.`id` AS id
FROM `customers` c
WHERE COALESCE((2026 - toYear(c.`birthday`) - CASE WHEN (toMonth(c.`birthday`) * 100 + toDayOfMonth(c.`birthday`)) > 601 THEN 1 ELSE 0 END) >= 18 AND (toMonth(c.`signup`) * 100 + toDayOfMonth(c.`signup`)) BETWEEN 601 AND 608, FALSE)

-- instants
SELECT c.`id` AS id
FROM `customers` c
WHERE COALESCE(dateDiff('day', toDate32(c.`seen`, 'UTC'), toDate32('2026-06-01')) <= 30, FALSE)

-- sets
SELECT c.`id` AS id
FROM `customers` c
WHERE COALESCE(CASE WHEN c.`tags__state` IS NULL THEN length(arrayDistinct(arrayIntersect(['vip', 'b2b'], c.`tags`))) = 2 AND length(arrayDistinct(c.`tags`)) = 2 END, FALSE)

-- states
SELECT c.`id` AS id
FROM `customers` c
WHERE COALESCE(COALESCE(CASE WHEN NOT (c.`spend` IS NOT NULL) THEN COALESCE(c.`spend__state`, 'missing') END = 'null', FALSE) OR COALESCE(c.`country` = '', FALSE), FALSE)

-- events
WITH seg_0 AS (SELECT e.`customer` AS customer, COUNT(*) AS v0, COALESCE(SUM(e.`amount`), 0e0) AS v1 FROM `events` e WHERE e.`at` < toDateTime64('2026-06-02 00:00:00.000000', 6, 'UTC') AND e.`day` <= toDate32('2026-06-01') AND e.`kind` = 'purchase' AND e.`at` >= toDateTime64('2026-03-04 00:00:00.000000', 6, 'UTC') AND (e.`channel` = 'app') GROUP BY e.`customer`)
SELECT c.`id` AS id
FROM `customers` c
LEFT JOIN seg_0 ON seg_0.customer = c.`id`
WHERE COALESCE(CASE WHEN seg_0.customer IS NULL THEN 0e0 ELSE NULLIF(NULLIF(seg_0.v1, inf), -inf) END >= 5e2, FALSE)
SETTINGS join_use_nulls = 1

-- around
WITH seg_0 AS (SELECT e.`customer` AS customer, COUNT(*) AS v0, MIN(e.`at`) AS v1 FROM `events` e WHERE e.`at` < toDateTime64('2026-06-02 00:00:00.000000', 6, 'UTC') AND e.`day` <= toDate32('2026-06-01') AND e.`kind` = 'visit' GROUP BY e.`customer`),
seg_1 AS (SELECT e.`customer` AS customer, COUNT(*) AS v0 FROM `events` e JOIN seg_0 ON seg_0.customer = e.`customer` WHERE e.`at` < toDateTime64('2026-06-02 00:00:00.000000', 6, 'UTC') AND e.`day` <= toDate32('2026-06-01') AND e.`kind` = 'purchase' AND e.`at` >= seg_0.v1 AND e.`at` < addSeconds(seg_0.v1, 1209600) GROUP BY e.`customer`)
SELECT c.`id` AS id
FROM `customers` c
LEFT JOIN seg_1 ON seg_1.customer = c.`id`
WHERE COALESCE(COALESCE(seg_1.v0, 0) >= 2, FALSE)
SETTINGS join_use_nulls = 1

-- restarted
WITH seg_0 AS (SELECT e.`customer` AS customer, COUNT(*) AS v0 FROM `events` e WHERE e.`at` < toDateTime64('2026-06-02 00:00:00.000000', 6, 'UTC') AND e.`day` <= toDate32('2026-06-01') AND e.`kind` = 'purchase' AND e.`at` >= toDateTime64('2026-05-03 00:00:00.000000', 6, 'UTC') GROUP BY e.`customer`),
seg_1 AS (SELECT e.`customer` AS customer, COUNT(*) AS v0 FROM `events` e WHERE e.`at` < toDateTime64('2026-06-02 00:00:00.000000', 6, 'UTC') AND e.`day` <= toDate32('2026-06-01') AND e.`kind` = 'purchase' AND e.`at` >= toDateTime64('2025-11-03 00:00:00.000000', 6, 'UTC') AND e.`at` < toDateTime64('2026-05-03 00:00:00.000000', 6, 'UTC') GROUP BY e.`customer`),
seg_2 AS (SELECT e.`customer` AS customer, COUNT(*) AS v0 FROM `events` e WHERE e.`at` < toDateTime64('2026-06-02 00:00:00.000000', 6, 'UTC') AND e.`day` <= toDate32('2026-06-01') AND e.`kind` = 'purchase' AND e.`at` < toDateTime64('2025-11-03 00:00:00.000000', 6, 'UTC') GROUP BY e.`customer`)
SELECT c.`id` AS id
FROM `customers` c
LEFT JOIN seg_0 ON seg_0.customer = c.`id`
LEFT JOIN seg_1 ON seg_1.customer = c.`id`
LEFT JOIN seg_2 ON seg_2.customer = c.`id`
WHERE COALESCE(COALESCE(seg_0.v0, 0) > 0 AND COALESCE(seg_1.v0, 0) = 0 AND COALESCE(seg_2.v0, 0) > 0, FALSE)
SETTINGS join_use_nulls = 1

-- sequence
WITH seg_0 AS (SELECT DISTINCT s0.`customer` AS customer FROM `events` s0 JOIN `events` s2 ON s2.`customer` = s0.`customer` WHERE s0.`at` < toDateTime64('2026-06-02 00:00:00.000000', 6, 'UTC') AND s0.`day` <= toDate32('2026-06-01') AND s0.`kind` = 'visit' AND (s0.`channel` = 'app') AND s2.`at` < toDateTime64('2026-06-02 00:00:00.000000', 6, 'UTC') AND s2.`day` <= toDate32('2026-06-01') AND s2.`kind` = 'purchase' AND (s2.`item` = s0.`item`) AND (s2.`at` > s0.`at` OR (s2.`at` = s0.`at` AND s2.`position` > s0.`position`)) AND s2.`at` <= addSeconds(s0.`at`, 259200) AND NOT EXISTS (SELECT 1 FROM `events` x1 WHERE x1.`customer` = s0.`customer` AND x1.`at` < toDateTime64('2026-06-02 00:00:00.000000', 6, 'UTC') AND x1.`day` <= toDate32('2026-06-01') AND x1.`kind` = 'return' AND (x1.`at` > s0.`at` OR (x1.`at` = s0.`at` AND x1.`position` > s0.`position`)) AND (s2.`at` > x1.`at` OR (s2.`at` = x1.`at` AND s2.`position` > x1.`position`))))
SELECT c.`id` AS id
FROM `customers` c
LEFT JOIN seg_0 ON seg_0.customer = c.`id`
WHERE COALESCE(seg_0.customer IS NOT NULL, FALSE)
SETTINGS join_use_nulls = 1

-- place
SELECT c.`id` AS id
FROM `customers` c
WHERE COALESCE(CASE WHEN c.`home__latitude` IS NOT NULL AND c.`home__longitude` IS NOT NULL THEN asin(LEAST(sqrt(sin((9.166469231474219e-1 - c.`home__latitude` * 1.7453292519943295e-2) / 2e0) * sin((9.166469231474219e-1 - c.`home__latitude` * 1.7453292519943295e-2) / 2e0) + 6.084844593680822e-1 * cos(c.`home__latitude` * 1.7453292519943295e-2) * sin((1.3405e1 - c.`home__longitude`) * 1.7453292519943295e-2 / 2e0) * sin((1.3405e1 - c.`home__longitude`) * 1.7453292519943295e-2 / 2e0)), 1e0)) * 1.27420176e4 <= 1e1 END, FALSE)

-- version
-- refused: key `audiences.version.dynamic`: ClickHouse cannot say how versions compare: versions do not compare as texts or numbers do, and it has no arrays that compare part by part

-- network
-- refused: key `audiences.network.dynamic`: ClickHouse cannot say whether an address is in a network: it has no type for addresses

-- bucket
SELECT c.`id` AS id
FROM `customers` c
WHERE COALESCE((toInt64(reinterpretAsUInt32(reverse(substring(MD5(concat('exp-1:', toString(c.`id`))), 1, 4)))) % 10000) < 5000, FALSE)

-- items
WITH seg_0 AS (SELECT i.`customer` AS customer, MAX(CASE WHEN i.`plan` = 'pro' AND i.`seats` >= 10 THEN 2 WHEN NOT (i.`plan` = 'pro' AND i.`seats` >= 10) THEN 0 ELSE 1 END) AS v0 FROM `subscriptions` i GROUP BY i.`customer`)
SELECT c.`id` AS id
FROM `customers` c
LEFT JOIN seg_0 ON seg_0.customer = c.`id`
WHERE COALESCE(CASE WHEN seg_0.v0 = 2 THEN TRUE WHEN seg_0.v0 = 1 THEN NULL ELSE FALSE END, FALSE)
SETTINGS join_use_nulls = 1

-- folding
-- refused: key `audiences.folding.dynamic`: ClickHouse cannot say simple case folding: its letters fold in a way of its own

-- months
-- refused: key `audiences.months.dynamic.left.window`: ClickHouse cannot say months after an instant that is not in the definition: nobody has tried what they do at the end of a month

-- score
WITH seg_0 AS (SELECT e.`customer` AS customer, COUNT(*) AS v0, SUM(pow(5e-1, (toFloat64((toUnixTimestamp64Micro(toDateTime64('2026-06-02 00:00:00.000000', 6, 'UTC')) - toUnixTimestamp64Micro(e.`at`))) / 2.592e12))) AS v1 FROM `events` e WHERE e.`at` < toDateTime64('2026-06-02 00:00:00.000000', 6, 'UTC') AND e.`day` <= toDate32('2026-06-01') AND e.`kind` = 'visit' GROUP BY e.`customer`)
SELECT c.`id` AS id
FROM `customers` c
LEFT JOIN seg_0 ON seg_0.customer = c.`id`
WHERE COALESCE(NULLIF(NULLIF(GREATEST((GREATEST(LEAST(CASE WHEN c.`active` = TRUE THEN 5e0 ELSE 0e0 END, 8e0), 0e0) + GREATEST(LEAST((5e-1 * COALESCE(toFloat64(c.`employees`), 0e0)), 2e1), (-2e1)) + (2e0 * COALESCE(seg_0.v1, 0e0))), 0e0), inf), -inf) >= 1e1, FALSE)
SETTINGS join_use_nulls = 1

-- of others
WITH seg_0 AS (SELECT c.`id` AS customer FROM `customers` c WHERE COALESCE(NULLIF(NULLIF((c.`spend` / NULLIF(toFloat64(c.`employees`), 0e0)), inf), -inf) >= 5e-1 AND NULLIF(NULLIF((c.`spend` / NULLIF(toFloat64(c.`employees`), 0e0)), inf), -inf) < 1e2, FALSE)),
seg_1 AS (SELECT e.`customer` AS customer, COUNT(*) AS v0, COALESCE(SUM(e.`amount`), 0e0) AS v1 FROM `events` e WHERE e.`at` < toDateTime64('2026-06-02 00:00:00.000000', 6, 'UTC') AND e.`day` <= toDate32('2026-06-01') AND e.`kind` = 'purchase' AND e.`at` >= toDateTime64('2026-03-04 00:00:00.000000', 6, 'UTC') AND (e.`channel` = 'app') GROUP BY e.`customer`),
seg_2 AS (SELECT c.`id` AS customer FROM `customers` c LEFT JOIN seg_1 ON seg_1.customer = c.`id` WHERE COALESCE(CASE WHEN seg_1.customer IS NULL THEN 0e0 ELSE NULLIF(NULLIF(seg_1.v1, inf), -inf) END >= 5e2, FALSE))
SELECT c.`id` AS id
FROM `customers` c
LEFT JOIN seg_0 ON seg_0.customer = c.`id`
LEFT JOIN seg_2 ON seg_2.customer = c.`id`
WHERE COALESCE(CASE WHEN CASE WHEN seg_0.customer IS NOT NULL THEN 1 ELSE 0 END + CASE WHEN seg_2.customer IS NOT NULL THEN 1 ELSE 0 END + CASE WHEN c.`active` = TRUE THEN 1 ELSE 0 END >= 2 THEN TRUE WHEN CASE WHEN NOT (seg_0.customer IS NOT NULL) THEN 1 ELSE 0 END + CASE WHEN NOT (seg_2.customer IS NOT NULL) THEN 1 ELSE 0 END + CASE WHEN NOT (c.`active` = TRUE) THEN 1 ELSE 0 END > 1 THEN FALSE END, FALSE)
SETTINGS join_use_nulls = 1

