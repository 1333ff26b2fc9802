-- numbers
SELECT c.`id` AS id
FROM `customers` c
WHERE COALESCE(NULLIF(NULLIF((c.`spend` / NULLIF(CAST(c.`employees` AS DOUBLE), 0e0D)), double('Infinity')), -double('Infinity')) >= 5e-1D AND NULLIF(NULLIF((c.`spend` / NULLIF(CAST(c.`employees` AS DOUBLE), 0e0D)), double('Infinity')), -double('Infinity')) < 1e2D, FALSE)

-- texts
SELECT c.`id` AS id
FROM `customers` c
WHERE COALESCE(translate(c.`country`, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') = 'de' OR CASE WHEN c.`plan` IN ('a', 'pro') THEN TRUE WHEN c.`plan` IN ('free') THEN FALSE END, FALSE)

-- pattern
SELECT c.`id` AS id
FROM `customers` c
WHERE COALESCE(c.`country` RLIKE '^[A-Z]{2}[^\\n](?:a|b)\\z', FALSE)

-- days
SELECT c.`id` AS id
FROM `customers` c
WHERE COALESCE((2026 - EXTRACT(YEAR FROM c.`birthday`) - CASE WHEN (EXTRACT(MONTH FROM c.`birthday`) * 100 + EXTRACT(DAY FROM c.`birthday`)) > 601 THEN 1 ELSE 0 END) >= 18 AND (EXTRACT(MONTH FROM c.`signup`) * 100 + EXTRACT(DAY FROM c.`signup`)) BETWEEN 601 AND 608, FALSE)

-- instants
SELECT c.`id` AS id
FROM `customers` c
WHERE COALESCE(datediff(DATE '2026-06-01', date_add(DATE '1970-01-01', CAST(floor(unix_micros(c.`seen`) / 86400000000) AS INT))) <= 30, FALSE)

-- sets
SELECT c.`id` AS id
FROM `customers` c
WHERE COALESCE(CASE WHEN c.`tags` IS NOT NULL THEN size(array_intersect(array('vip', 'b2b'), c.`tags`)) = 2 AND size(array_distinct(c.`tags`)) = 2 END, FALSE)

-- states
SELECT c.`id` AS id
FROM `customers` c
WHERE COALESCE(COALESCE(CASE WHEN NOT (c.`spend` IS NOT NULL) THEN COALESCE(c.`spend__state`, 'missing') END = 'null', FALSE) OR COALESCE(c.`country` = '', FALSE), FALSE)

-- events
WITH seg_0 AS (SELECT e.`customer` AS customer, COUNT(*) AS v0, COALESCE(SUM(e.`amount`), 0e0D) AS v1 FROM `events` e WHERE e.`at` < TIMESTAMP '2026-06-02 00:00:00.000000Z' AND e.`day` <= DATE '2026-06-01' AND e.`kind` = 'purchase' AND e.`at` >= TIMESTAMP '2026-03-04 00:00:00.000000Z' AND (e.`channel` = 'app') GROUP BY e.`customer`)
SELECT c.`id` AS id
FROM `customers` c
LEFT JOIN seg_0 ON seg_0.customer = c.`id`
WHERE COALESCE(CASE WHEN seg_0.customer IS NULL THEN 0e0D ELSE NULLIF(NULLIF(seg_0.v1, double('Infinity')), -double('Infinity')) END >= 5e2D, FALSE)

-- around
WITH seg_0 AS (SELECT e.`customer` AS customer, COUNT(*) AS v0, MIN(e.`at`) AS v1 FROM `events` e WHERE e.`at` < TIMESTAMP '2026-06-02 00:00:00.000000Z' AND e.`day` <= DATE '2026-06-01' AND e.`kind` = 'visit' GROUP BY e.`customer`),
seg_1 AS (SELECT e.`customer` AS customer, COUNT(*) AS v0 FROM `events` e JOIN seg_0 ON seg_0.customer = e.`customer` WHERE e.`at` < TIMESTAMP '2026-06-02 00:00:00.000000Z' AND e.`day` <= DATE '2026-06-01' AND e.`kind` = 'purchase' AND e.`at` >= seg_0.v1 AND e.`at` < timestampadd(SECOND, 1209600, seg_0.v1) GROUP BY e.`customer`)
SELECT c.`id` AS id
FROM `customers` c
LEFT JOIN seg_1 ON seg_1.customer = c.`id`
WHERE COALESCE(COALESCE(seg_1.v0, 0) >= 2, FALSE)

-- restarted
WITH seg_0 AS (SELECT e.`customer` AS customer, COUNT(*) AS v0 FROM `events` e WHERE e.`at` < TIMESTAMP '2026-06-02 00:00:00.000000Z' AND e.`day` <= DATE '2026-06-01' AND e.`kind` = 'purchase' AND e.`at` >= TIMESTAMP '2026-05-03 00:00:00.000000Z' GROUP BY e.`customer`),
seg_1 AS (SELECT e.`customer` AS customer, COUNT(*) AS v0 FROM `events` e WHERE e.`at` < TIMESTAMP '2026-06-02 00:00:00.000000Z' AND e.`day` <= DATE '2026-06-01' AND e.`kind` = 'purchase' AND e.`at` >= TIMESTAMP '2025-11-03 00:00:00.000000Z' AND e.`at` < TIMESTAMP '2026-05-03 00:00:00.000000Z' GROUP BY e.`customer`),
seg_2 AS (SELECT e.`customer` AS customer, COUNT(*) AS v0 FROM `events` e WHERE e.`at` < TIMESTAMP '2026-06-02 00:00:00.000000Z' AND e.`day` <= DATE '2026-06-01' AND e.`kind` = 'purchase' AND e.`at` < TIMESTAMP '2025-11-03 00:00:00.000000Z' GROUP BY e.`customer`)
SELECT c.`id` AS id
FROM `customers` c
LEFT JOIN seg_0 ON seg_0.customer = c.`id`
LEFT JOIN seg_1 ON seg_1.customer = c.`id`
LEFT JOIN seg_2 ON seg_2.customer = c.`id`
WHERE COALESCE(COALESCE(seg_0.v0, 0) > 0 AND COALESCE(seg_1.v0, 0) = 0 AND COALESCE(seg_2.v0, 0) > 0, FALSE)

-- sequence
WITH seg_0 AS (SELECT DISTINCT s0.`customer` AS customer FROM `events` s0 JOIN `events` s2 ON s2.`customer` = s0.`customer` WHERE s0.`at` < TIMESTAMP '2026-06-02 00:00:00.000000Z' AND s0.`day` <= DATE '2026-06-01' AND s0.`kind` = 'visit' AND (s0.`channel` = 'app') AND s2.`at` < TIMESTAMP '2026-06-02 00:00:00.000000Z' AND s2.`day` <= DATE '2026-06-01' AND s2.`kind` = 'purchase' AND (s2.`item` = s0.`item`) AND (s2.`at` > s0.`at` OR (s2.`at` = s0.`at` AND s2.`position` > s0.`position`)) AND s2.`at` <= timestampadd(SECOND, 259200, s0.`at`) AND NOT EXISTS (SELECT 1 FROM `events` x1 WHERE x1.`customer` = s0.`customer` AND x1.`at` < TIMESTAMP '2026-06-02 00:00:00.000000Z' AND x1.`day` <= DATE '2026-06-01' AND x1.`kind` = 'return' AND (x1.`at` > s0.`at` OR (x1.`at` = s0.`at` AND x1.`position` > s0.`position`)) AND (s2.`at` > x1.`at` OR (s2.`at` = x1.`at` AND s2.`position` > x1.`position`))))
SELECT c.`id` AS id
FROM `customers` c
LEFT JOIN seg_0 ON seg_0.customer = c.`id`
WHERE COALESCE(seg_0.customer IS NOT NULL, FALSE)

-- place
SELECT c.`id` AS id
FROM `customers` c
WHERE COALESCE(CASE WHEN c.`home__latitude` IS NOT NULL AND c.`home__longitude` IS NOT NULL THEN asin(LEAST(sqrt(sin((9.166469231474219e-1D - c.`home__latitude` * 1.7453292519943295e-2D) / 2e0D) * sin((9.166469231474219e-1D - c.`home__latitude` * 1.7453292519943295e-2D) / 2e0D) + 6.084844593680822e-1D * cos(c.`home__latitude` * 1.7453292519943295e-2D) * sin((1.3405e1D - c.`home__longitude`) * 1.7453292519943295e-2D / 2e0D) * sin((1.3405e1D - c.`home__longitude`) * 1.7453292519943295e-2D / 2e0D)), 1e0D)) * 1.27420176e4D <= 1e1D END, FALSE)

-- version
-- refused: key `audiences.version.dynamic`: Spark cannot say how versions compare: versions do not compare as texts or numbers do, and it has no arrays that compare part by part

-- network
-- refused: key `audiences.network.dynamic`: Spark cannot say whether an address is in a network: it has no type for addresses

-- bucket
SELECT c.`id` AS id
FROM `customers` c
WHERE COALESCE((CAST(conv(substr(md5(concat('exp-1:', CAST(c.`id` AS STRING))), 1, 8), 16, 10) AS BIGINT) % 10000) < 5000, FALSE)

-- items
WITH seg_0 AS (SELECT i.`customer` AS customer, MAX(CASE WHEN i.`plan` = 'pro' AND i.`seats` >= 10 THEN 2 WHEN NOT (i.`plan` = 'pro' AND i.`seats` >= 10) THEN 0 ELSE 1 END) AS v0 FROM `subscriptions` i GROUP BY i.`customer`)
SELECT c.`id` AS id
FROM `customers` c
LEFT JOIN seg_0 ON seg_0.customer = c.`id`
WHERE COALESCE(CASE WHEN seg_0.v0 = 2 THEN TRUE WHEN seg_0.v0 = 1 THEN NULL ELSE FALSE END, FALSE)

-- folding
-- refused: key `audiences.folding.dynamic`: Spark cannot say simple case folding: its letters fold in a way of its own

-- months
-- refused: key `audiences.months.dynamic.left.window`: Spark cannot say months after an instant that is not in the definition: it would count them in the zone of its session

-- score
WITH seg_0 AS (SELECT e.`customer` AS customer, COUNT(*) AS v0, SUM(power(5e-1D, (CAST((unix_micros(TIMESTAMP '2026-06-02 00:00:00.000000Z') - unix_micros(e.`at`)) AS DOUBLE) / 2.592e12D))) AS v1 FROM `events` e WHERE e.`at` < TIMESTAMP '2026-06-02 00:00:00.000000Z' AND e.`day` <= DATE '2026-06-01' AND e.`kind` = 'visit' GROUP BY e.`customer`)
SELECT c.`id` AS id
FROM `customers` c
LEFT JOIN seg_0 ON seg_0.customer = c.`id`
WHERE COALESCE(NULLIF(NULLIF(GREATEST((GREATEST(LEAST(CASE WHEN c.`active` = TRUE THEN 5e0D ELSE 0e0D END, 8e0D), 0e0D) + GREATEST(LEAST((5e-1D * COALESCE(CAST(c.`employees` AS DOUBLE), 0e0D)), 2e1D), (-2e1D)) + (2e0D * COALESCE(seg_0.v1, 0e0D))), 0e0D), double('Infinity')), -double('Infinity')) >= 1e1D, FALSE)

-- of others
WITH seg_0 AS (SELECT c.`id` AS customer FROM `customers` c WHERE COALESCE(NULLIF(NULLIF((c.`spend` / NULLIF(CAST(c.`employees` AS DOUBLE), 0e0D)), double('Infinity')), -double('Infinity')) >= 5e-1D AND NULLIF(NULLIF((c.`spend` / NULLIF(CAST(c.`employees` AS DOUBLE), 0e0D)), double('Infinity')), -double('Infinity')) < 1e2D, FALSE)),
seg_1 AS (SELECT e.`customer` AS customer, COUNT(*) AS v0, COALESCE(SUM(e.`amount`), 0e0D) AS v1 FROM `events` e WHERE e.`at` < TIMESTAMP '2026-06-02 00:00:00.000000Z' AND e.`day` <= DATE '2026-06-01' AND e.`kind` = 'purchase' AND e.`at` >= TIMESTAMP '2026-03-04 00:00:00.000000Z' AND (e.`channel` = 'app') GROUP BY e.`customer`),
seg_2 AS (SELECT c.`id` AS customer FROM `customers` c LEFT JOIN seg_1 ON seg_1.customer = c.`id` WHERE COALESCE(CASE WHEN seg_1.customer IS NULL THEN 0e0D ELSE NULLIF(NULLIF(seg_1.v1, double('Infinity')), -double('Infinity')) END >= 5e2D, FALSE))
SELECT c.`id` AS id
FROM `customers` c
LEFT JOIN seg_0 ON seg_0.customer = c.`id`
LEFT JOIN seg_2 ON seg_2.customer = c.`id`
WHERE COALESCE(CASE WHEN CASE WHEN seg_0.customer IS NOT NULL THEN 1 ELSE 0 END + CASE WHEN seg_2.customer IS NOT NULL THEN 1 ELSE 0 END + CASE WHEN c.`active` = TRUE THEN 1 ELSE 0 END >= 2 THEN TRUE WHEN CASE WHEN NOT (seg_0.customer IS NOT NULL) THEN 1 ELSE 0 END + CASE WHEN NOT (seg_2.customer IS NOT NULL) THEN 1 ELSE 0 END + CASE WHEN NOT (c.`active` = TRUE) THEN 1 ELSE 0 END > 1 THEN FALSE END, FALSE)

