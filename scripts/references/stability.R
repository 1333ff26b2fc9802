# Writes tests/golden/evaluate/stability.json: cluster-wise stability as R's fpc has it.
#
# R 4.2.2, fpc 2.2-10, on iris, which comes with R. Run from the root of the crate:
#   Rscript scripts/references/stability.R
# With multipleboot = TRUE, bscompare = FALSE fpc answers 0 and 1 only, which cannot be: that case is not taken.
# Figures are means over 300 replicates: they agree with another generator's within what the draw leaves open.

suppressMessages(library(fpc))
x <- as.matrix(iris[, 1:4])
numbers <- function(v) paste0("[", paste(format(v, digits = 6, trim = TRUE), collapse = ", "), "]")
run <- function(name, k, method, ...) {
  r <- clusterboot(x, B = 300, bootmethod = method, clustermethod = kmeansCBI, krange = k, runs = 10, seed = 1,
                   count = FALSE, ...)
  result <- r[[paste0(method, "result")]]
  sizes <- as.vector(table(r$partition))
  order <- order(-sizes)
  stopifnot(all(rowSums(result > .75) == r[[paste0(method, "recover")]]))
  stopifnot(all(rowSums(result <= .5) == r[[paste0(method, "brd")]]))
  sprintf('    {"scheme": "%s", "k": %d, "sizes": %s, "mean": %s, "dissolved": %s, "recovered": %s}', name, k,
          numbers(sizes[order]), numbers(r[[paste0(method, "mean")]][order]),
          numbers(r[[paste0(method, "brd")]][order]), numbers(r[[paste0(method, "recover")]][order]))
}
cases <- unlist(lapply(c(3, 4), function(k) c(
  run("bootstrap", k, "boot", multipleboot = TRUE, bscompare = TRUE),
  run("distinct", k, "boot"),
  run("subset", k, "subset"),
  run("noise", k, "noise"))))
rows <- apply(x, 1, numbers)
cat(sprintf('{\n  "made_by": "R %s, fpc %s, 300 replicates, kmeansCBI with 10 runs",\n', getRversion(), packageVersion("fpc")),
    '  "cases": [\n', paste(cases, collapse = ",\n"), '\n  ],\n  "rows": [\n    ', paste(rows, collapse = ",\n    "),
    '\n  ]\n}\n', file = "tests/golden/evaluate/stability.json", sep = "")
