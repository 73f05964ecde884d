"""The reference sweep in vectorbt, to be run beside the bench's: 1000 SMA pairs on 100,000 bars of a random walk.

    python -m venv vbt && vbt/bin/pip install "vectorbt==0.28.5" "plotly<6"
    vbt/bin/python test/bench/vectorbt-sweep.py [FAST-COUNT SLOW-COUNT]

The walk isn't the bench's to the digit: only times are compared. Printed are seconds for the whole table of metrics
(total return, maximum drawdown, Sharpe, trades) after one warm-up that compiles, processor time, and peak memory.
"""

import resource
import sys
import time

import numpy as np
import pandas as pd
import vectorbt as vbt

BARS = 100_000


def walk():
    random = np.random.default_rng(7)
    close = 10_000 * np.exp(np.cumsum(random.normal(0, 6e-4, BARS)))
    index = pd.date_range("2020-01-01", periods=BARS, freq="1min")
    open_ = np.concatenate([[10_000], close[:-1]])
    return pd.Series(open_, index), pd.Series(close, index)


def sweep(open_, close, fasts, slows):
    pairs = [(fast, slow) for fast in fasts for slow in slows]
    fast = vbt.MA.run(close, [pair[0] for pair in pairs], short_name="fast")
    slow = vbt.MA.run(close, [pair[1] for pair in pairs], short_name="slow")
    # Decided at the close, filled at the next open.
    entries = fast.ma_crossed_above(slow).vbt.signals.fshift(1)
    exits = fast.ma_crossed_below(slow).vbt.signals.fshift(1)
    portfolio = vbt.Portfolio.from_signals(close, entries, exits, price=open_, fees=0.001, init_cash=1e6, freq="1min")
    return pd.DataFrame(
        {
            "return": portfolio.total_return(),
            "drawdown": portfolio.max_drawdown(),
            "sharpe": portfolio.sharpe_ratio(),
            "trades": portfolio.trades.count(),
        }
    )


if __name__ == "__main__":
    fast_count, slow_count = (int(text) for text in (sys.argv[1:] or ["20", "50"]))
    fasts, slows = range(5, 5 + 2 * fast_count, 2), range(50, 50 + 3 * slow_count, 3)
    open_, close = walk()
    sweep(open_, close, [5, 7], [50, 53])
    began, processor = time.perf_counter(), time.process_time()
    table = sweep(open_, close, fasts, slows)
    seconds, processor = time.perf_counter() - began, time.process_time() - processor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rate = len(table) * BARS / seconds / 1e6
    print(f"{len(table)} pairs, {seconds:.2f} s ({processor:.2f} s CPU), {rate:.1f} M bars/s, peak {peak:.0f} MB")
