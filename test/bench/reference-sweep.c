/* The reference job for every pair of averages, on threads: what a sweep is measured against.
 *
 *     gcc -O3 -march=native -ffp-contract=off -pthread reference-sweep.c -o reference-sweep
 *     ./reference-sweep FILE.bin THREADS FAST-FROM FAST-STEP FAST-COUNT SLOW-FROM SLOW-STEP SLOW-COUNT
 *
 * Threads take pair after pair; both averages are computed in the loop. Prints one JSON line: seconds of all pairs,
 * and of processor time, entries and the sum of final ratios in the order of the pairs. */
#define main reference_job_main
#include "reference-job.c"
#undef main
#include <pthread.h>
#include <stdatomic.h>

typedef struct { const double *open, *close; long bars; int fastFrom, fastStep, slowFrom, slowStep, slows; long pairs; Result *results; } Sweep;
static Sweep sweep;
static atomic_long next;

static void *work(void *unused) {
  (void)unused;
  for (long pair; (pair = atomic_fetch_add(&next, 1)) < sweep.pairs;) {
    const int fast = sweep.fastFrom + sweep.fastStep * (int)(pair / sweep.slows);
    const int slow = sweep.slowFrom + sweep.slowStep * (int)(pair % sweep.slows);
    const Job job = {sweep.open, sweep.close, NULL, NULL, sweep.bars, fast, slow, 1};
    sweep.results[pair] = rolling(&job);
  }
  return NULL;
}

int main(int count, char **args) {
  if (count != 9) return fail("usage: reference-sweep FILE.bin THREADS FROM STEP COUNT FROM STEP COUNT", "");
  int numbers[7];
  for (int i = 0; i < 7; i++) if ((numbers[i] = atoi(args[i + 2])) < 1) return fail("not a number above 0: ", args[i + 2]);
  const int threads = numbers[0];
  if (threads > 64) return fail("at most 64 threads", "");
  FILE *file = fopen(args[1], "rb");
  if (!file) return fail("can't open ", args[1]);
  fseek(file, 0, SEEK_END);
  const long bars = ftell(file) / (6 * (long)sizeof(double));
  rewind(file);
  double *columns = malloc(6 * sizeof(double) * bars);
  if (fread(columns, 6 * sizeof(double), bars, file) != (size_t)bars) return fail("not six float64 columns: ", args[1]);
  fclose(file);
  const long pairs = (long)numbers[3] * numbers[6];
  sweep = (Sweep){columns + bars, columns + 4 * bars, bars, numbers[1], numbers[2], numbers[4], numbers[5], numbers[6],
                  pairs, malloc(sizeof(Result) * pairs)};
  struct timespec start, end, used;
  pthread_t handles[64];
  clock_gettime(CLOCK_MONOTONIC, &start);
  for (int i = 0; i < threads; i++) pthread_create(&handles[i], NULL, work, NULL);
  for (int i = 0; i < threads; i++) pthread_join(handles[i], NULL);
  clock_gettime(CLOCK_MONOTONIC, &end);
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  long entries = 0;
  double ratios = 0;
  for (long i = 0; i < pairs; i++) {
    entries += sweep.results[i].entries;
    ratios += sweep.results[i].equity / INITIAL;
  }
  printf("{\"seconds\":%.6f,\"cpuSeconds\":%.6f,\"pairs\":%ld,\"entries\":%ld,\"ratios\":%.17g}\n",
         (end.tv_sec - start.tv_sec) + (end.tv_nsec - start.tv_nsec) / 1e9,
         used.tv_sec + used.tv_nsec / 1e9, pairs, entries, ratios);
  return 0;
}
