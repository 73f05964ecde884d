/* The reference job in C: the fastest that an event-by-event loop gets on this machine, to measure the engine against.
 *
 *     gcc -O3 -march=native -ffp-contract=off reference-job.c -o reference-job
 *     ./reference-job FILE.bin FAST SLOW REPEATS [--sized-at-close FRACTION]
 *
 * FILE.bin: float64 columns one after the other: time, open, high, low, close, volume. Long while SMA(FAST) of closes
 * is above SMA(SLOW), decided at the close, filled at the next open, fee 0.1 % a side; the first bar where both are
 * defined is no cross. Each bar marks equity and adds to drawdown, sum of returns r, and sum of r squared.
 * All-in: quantity = cash / (open * (1 + fee)), priced at the fill. With --sized-at-close: FRACTION * equity / close,
 * both of the signal's bar; a fill that cash can't pay is refused and counted.
 * Prints one JSON line; times are medians and the fastest in ns a bar, with the averages computed inside the loop and
 * given to it. */
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FEE 0.001
#define INITIAL 1e6

typedef struct { double equity, maxDrawdown, sumR, sumR2; long entries, refused; } Result;
typedef struct { const double *open, *close, *fastMean, *slowMean; long bars; int fast, slow; double fraction; } Job;

/* One run. `given`: read the averages from columns instead of computing them; `atClose`: see above. Both are constants
 * at every call, so that the compiler makes a loop of its own for each case. */
static inline __attribute__((always_inline)) Result run(const Job *job, int given, int atClose) {
  const double *open = job->open, *close = job->close, *fastMean = job->fastMean, *slowMean = job->slowMean;
  const long fast = job->fast, slow = job->slow;
  const double perFast = 1.0 / fast, perSlow = 1.0 / slow;
  double cash = INITIAL, quantity = 0, wanted = 0, peak = INITIAL, last = INITIAL, fastSum = 0, slowSum = 0;
  int order = 0, wasUp = -1; /* order: 1 buy, -1 sell at the next open */
  Result out = {0, 0, 0, 0, 0, 0};
  for (long i = 0; i < job->bars; i++) {
    if (order) {
      const double price = open[i];
      if (order < 0) {
        cash += quantity * price * (1 - FEE);
        quantity = 0;
      } else {
        const double size = atClose ? wanted : cash / (price * (1 + FEE));
        const double left = atClose ? cash - size * price * (1 + FEE) : 0;
        if (left < 0) out.refused++;
        else { quantity = size; cash = left; out.entries++; }
      }
      order = 0;
    }
    const double price = close[i], equity = cash + quantity * price;
    if (!given) {
      fastSum += price;
      slowSum += price;
      if (i >= fast) fastSum -= close[i - fast];
      if (i >= slow) slowSum -= close[i - slow];
    }
    if (i >= slow - 1) {
      const int up = given ? fastMean[i] > slowMean[i] : fastSum * perFast > slowSum * perSlow;
      if (wasUp >= 0 && up != wasUp) {
        order = up ? 1 : quantity > 0 ? -1 : 0;
        if (atClose) wanted = job->fraction * equity / price;
      }
      wasUp = up;
    }
    if (equity > peak) peak = equity;
    const double drawdown = (peak - equity) / peak, r = equity / last - 1;
    if (drawdown > out.maxDrawdown) out.maxDrawdown = drawdown;
    out.sumR += r;
    out.sumR2 += r * r;
    last = equity;
  }
  out.equity = last;
  return out;
}

static __attribute__((noinline)) Result rolling(const Job *job) { return run(job, 0, 0); }
static __attribute__((noinline)) Result meansGiven(const Job *job) { return run(job, 1, 0); }
static __attribute__((noinline)) Result rollingAtClose(const Job *job) { return run(job, 0, 1); }
static __attribute__((noinline)) Result meansGivenAtClose(const Job *job) { return run(job, 1, 1); }

static double *mean(const double *close, long bars, int window) {
  double *out = malloc(sizeof(double) * bars), sum = 0;
  for (long i = 0; i < bars; i++) {
    sum += close[i];
    if (i >= window) sum -= close[i - window];
    out[i] = i >= window - 1 ? sum * (1.0 / window) : NAN;
  }
  return out;
}

static int ascending(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Median time of one run in ns a bar, after one run to warm up, and the fastest's; `result` receives the last run's numbers. */
static double measure(Result (*job)(const Job *), const Job *input, int repeats, Result *result, double *fastest) {
  double *times = malloc(sizeof(double) * repeats);
  *result = job(input);
  for (int k = 0; k < repeats; k++) {
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    *result = job(input);
    clock_gettime(CLOCK_MONOTONIC, &end);
    times[k] = ((end.tv_sec - start.tv_sec) * 1e9 + (end.tv_nsec - start.tv_nsec)) / input->bars;
  }
  qsort(times, repeats, sizeof(double), ascending);
  const double median = (times[(repeats - 1) / 2] + times[repeats / 2]) / 2;
  *fastest = times[0];
  free(times);
  return median;
}

static int fail(const char *message, const char *detail) {
  fprintf(stderr, "reference-job: %s%s\n", message, detail);
  return 2;
}

int main(int count, char **args) {
  const int atClose = count == 7 && strcmp(args[5], "--sized-at-close") == 0;
  if (count != 5 && !atClose)
    return fail("usage: reference-job FILE.bin FAST SLOW REPEATS [--sized-at-close FRACTION]", "");
  const int fast = atoi(args[2]), slow = atoi(args[3]), repeats = atoi(args[4]);
  if (fast < 1 || slow <= fast || repeats < 1) return fail("want 1 <= FAST < SLOW and REPEATS >= 1", "");
  FILE *file = fopen(args[1], "rb");
  if (!file) return fail("can't open ", args[1]);
  fseek(file, 0, SEEK_END);
  const long bars = ftell(file) / (6 * (long)sizeof(double));
  rewind(file);
  double *columns = malloc(6 * sizeof(double) * bars);
  if (bars < slow || fread(columns, 6 * sizeof(double), bars, file) != (size_t)bars)
    return fail("not six float64 columns longer than SLOW: ", args[1]);
  fclose(file);
  const double *open = columns + bars, *close = columns + 4 * bars;
  const Job job = {open, close, mean(close, bars, fast), mean(close, bars, slow), bars, fast, slow,
                   atClose ? atof(args[6]) : 1};
  Result own, given;
  double fastestOwn, fastestGiven;
  const double nsOwn = measure(atClose ? rollingAtClose : rolling, &job, repeats, &own, &fastestOwn);
  const double nsGiven = measure(atClose ? meansGivenAtClose : meansGiven, &job, repeats, &given, &fastestGiven);
  if (memcmp(&own, &given, sizeof own) != 0) return fail("the two loops disagree", "");
  printf("{\"bars\":%ld,\"entries\":%ld,\"refused\":%ld,\"finalRatio\":%.17g,\"maxDrawdown\":%.17g,\"sumR\":%.17g,"
         "\"sumR2\":%.17g,\"nsPerBarRolling\":%.4f,\"nsPerBarGiven\":%.4f,\"fastestRolling\":%.4f,\"fastestGiven\":%.4f}\n",
         bars, own.entries, own.refused, own.equity / INITIAL, own.maxDrawdown, own.sumR, own.sumR2, nsOwn, nsGiven, fastestOwn,
         fastestGiven);
  return 0;
}
