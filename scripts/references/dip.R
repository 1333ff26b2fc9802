# Dip statistics and p values for tests/it/evaluate/structure.rs, and the table of src/evaluate/structure/dip_table.rs.
#
# R 4.2, diptest 0.76-0
# Rscript scripts/references/dip.R golden > tests/golden/evaluate/dip.json
# Rscript scripts/references/dip.R table  > quantiles of sqrt(n) dip of uniform samples, a row for each n
library(diptest)

golden <- function() {
  set.seed(1)
  samples <- list(
    one = 3, two = c(1, 4), three = c(1, 2, 9), equal = rep(5, 6), four = c(1, 2, 8, 9),
    even = 1:20, tied = c(1, 1, 1, 2, 3, 3, 3, 3, 7, 7), far = c(-1e6, 1, 2, 3, 1e6),
    uniform = round(runif(120), 4), normal = round(rnorm(150), 4), skewed = round(rexp(130), 4),
    two_modes = round(c(rnorm(70), rnorm(60, 4)), 4), three_modes = round(c(rnorm(50), rnorm(50, 6), rnorm(40, 15)), 3),
    narrow = round(c(rnorm(60), rnorm(60, 2.5)), 3), rounded = round(rnorm(200, sd = 3)),
    heavy = round(rt(140, 2), 3), waves = round(c(runif(40), runif(40, 1.5, 2.5), runif(60, 2, 4)), 3)
  )
  for (i in 1:12) samples[[paste0("small_", i)]] <- round(runif(2 + i), 2)
  number <- function(x) format(x, digits = 17, trim = TRUE, scientific = FALSE)
  line <- function(name) {
    x <- samples[[name]]
    found <- dip(x, full.result = TRUE)
    p <- if (length(x) > 3) dip.test(x)$p.value else 1
    sprintf('{"name":"%s","rows":[%s],"dip":%s,"low":%s,"high":%s,"p":%s}', name,
      paste(format(x, digits = 15, trim = TRUE, scientific = FALSE, drop0trailing = TRUE), collapse = ","),
      sprintf("%.17g", found$dip), number(found$xl), number(found$xu), number(p))
  }
  cat("[", paste(sapply(names(samples), line), collapse = ",\n"), "]\n", sep = "")
}

chances <- c(.01, .02, .05, .1, .2, .3, .4, .5, .6, .7, .8, .9, .95, .98, .99, .995, .998, .999, .9995, .9999)

table <- function() {
  set.seed(20)
  for (n in c(4:10, 12, 15, 20, 30, 50, 100, 200, 500, 1000, 2000, 5000)) {
    times <- if (n <= 1000) 100000 else 40000
    found <- replicate(times, sqrt(n) * dip(runif(n)))
    cat(sprintf("    (%d, [%s]),\n", n, paste(sprintf("%.4f", quantile(found, chances, names = FALSE)), collapse = ", ")))
  }
}

if (commandArgs(TRUE)[1] == "golden") golden() else table()
