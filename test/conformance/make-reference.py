"""Makes reference.json: what three other engines compute for one strategy on the same candles.

How to run (Python 3.11; a virtual environment outside the repository):

    python3 -m venv VENV
    VENV/bin/pip install backtesting==0.6.6 backtrader==1.9.78.123 vectorbt==1.2.0 \
        numpy==2.4.6 pandas==3.1.1 numba==0.68.1
    VENV/bin/python make-reference.py reference.json [BTCUSDT-1h.csv.gz]

The second argument is a file of real hourly candles (CSV, gzip, columns timestamp,open,high,low,close,volume);
without it the section on real data is taken over from the reference.json that is already there.

The strategy: enter long when SMA(fast) of closes crosses above SMA(slow), leave when it crosses below; the first bar
where both are defined is no cross. Decide at the close, fill at the next bar's open, fee a fraction of the notional
on each side, fractional sizes, no minimums, a position that is open at the end stays open.

Five runs a series: each engine sized at the signal's close (0.95 x equity / close, which is backtrader's natural way),
and backtesting.py and vectorbt also sized in their own percent mode (at the fill, fee included).
"""

import datetime, gzip, hashlib, importlib.metadata, json, os, platform, sys, warnings
import backtesting, backtesting.lib
import backtrader
import numba, numpy as np, pandas as pd
import vectorbt as vbt

FAST, SLOW, CASH, FRACTION, FEE = 20, 100, 10_000.0, 0.95, 0.001


def synthetic(bars=6000, seed=20274):
    """The series of synthetic-series.ts, in integers: prices in cents, volumes in thousandths."""
    state, close, rows = seed, 2_000_000, []

    def draw(limit):
        """A whole number from -limit to limit (minimal standard generator of Park and Miller, multiplier 48271)."""
        nonlocal state
        state = state * 48271 % 2147483647
        return state % (2 * limit + 1) - limit

    def part(price, millionths):
        """round(price x millionths / 1e6), halves up, as Math.round does."""
        return (2 * price * millionths + 1_000_000) // 2_000_000

    for i in range(bars):
        open_ = close + part(close, draw(3000))
        close = open_ + part(open_, draw(4000) + draw(4000) + draw(4000))
        high = max(open_, close) + part(open_, abs(draw(2500)))
        low = min(open_, close) - part(open_, abs(draw(2500)))
        rows.append((1577836800000 + i * 3600000, open_, high, low, close, 50000 + draw(49000)))
    frame = pd.DataFrame(rows, columns=["time", "open", "high", "low", "close", "volume"])
    for column in ("open", "high", "low", "close"):
        frame[column] = frame[column] / 100
    frame["volume"] = frame["volume"] / 1000
    return frame


def real(path):
    with gzip.open(path, "rt") as file:
        return pd.read_csv(file).rename(columns={"timestamp": "time"})


def signals(frame):
    """Rows of upward and downward crosses from exact sums of cents, and how close the averages ever came to a tie."""
    cents = np.rint(frame["close"].to_numpy() * 100).astype(np.int64)
    total = np.concatenate([[0], np.cumsum(cents)])
    last = np.arange(SLOW, len(cents) + 1)
    lead = (total[last] - total[last - FAST]) * SLOW - (total[last] - total[last - SLOW]) * FAST
    up = lead > 0
    rows = np.arange(SLOW, len(cents))
    gap = np.abs(lead) / (cents[SLOW - 1 :] * FAST * SLOW)
    return rows[up[1:] & ~up[:-1]], rows[~up[1:] & up[:-1]], int((lead == 0).sum()), float(gap.min())


def run_backtrader(frame):
    fills = []

    class Cross(backtrader.Strategy):
        def __init__(self):
            self.fast = backtrader.ind.SMA(self.data.close, period=FAST)
            self.slow = backtrader.ind.SMA(self.data.close, period=SLOW)
            self.up = None

        def notify_order(self, order):
            if order.status in (order.Margin, order.Rejected):
                raise SystemExit(f"backtrader refused an order for want of cash at row {len(self.data) - 1}")
            if order.status == order.Completed:
                fills.append((len(self.data) - 1, order.executed.price, order.executed.size))

        def next(self):
            up = self.fast[0] > self.slow[0]
            if self.up is not None and up != self.up:
                if up:
                    self.buy(size=FRACTION * self.broker.getvalue() / self.data.close[0])
                elif self.position.size > 0:
                    self.close()
            self.up = up

    cerebro = backtrader.Cerebro(stdstats=False)
    indexed = frame.set_index(pd.to_datetime(frame["time"], unit="ms"))
    cerebro.adddata(backtrader.feeds.PandasData(dataname=indexed))
    cerebro.broker.setcash(CASH)
    cerebro.broker.setcommission(commission=FEE)
    cerebro.addstrategy(Cross)
    cerebro.run()
    trades = [[*fills[k], *(fills[k + 1] if k + 1 < len(fills) else (None, None))][:5] for k in range(0, len(fills), 2)]
    return [(a, p, b, q, size) for a, p, size, b, q in trades], cerebro.broker.getvalue()


def run_backtesting(frame, at_close):
    unit = 1e-12 if at_close else 1e-8

    class Cross(backtesting.Strategy):
        def init(self):
            mean = lambda values, period: pd.Series(values).rolling(period).mean()
            self.fast = self.I(mean, self.data.Close, FAST)
            self.slow = self.I(mean, self.data.Close, SLOW)

        def next(self):
            up, before = self.fast[-1] > self.slow[-1], self.fast[-2] > self.slow[-2]
            if up and not before:
                self.buy(size=int(FRACTION * self.equity / self.data.Close[-1]) if at_close else FRACTION)
            elif before and not up and self.position:
                self.position.close()

    data = frame.rename(columns=str.capitalize).set_index(pd.to_datetime(frame["time"], unit="ms"))
    data = data[["Open", "High", "Low", "Close", "Volume"]]
    test = backtesting.lib.FractionalBacktest(data, Cross, cash=CASH, commission=FEE, fractional_unit=unit)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Some trades remain open")
        warnings.filterwarnings("error", message=".*Broker canceled")
        stats = test.run()
    closed = stats["_trades"]
    trades = [(int(t.EntryBar), t.EntryPrice, int(t.ExitBar), t.ExitPrice, t.Size) for t in closed.itertuples()]
    trades += [(t.entry_bar, t.entry_price / unit, None, None, t.size * unit) for t in stats["_strategy"].trades]
    return trades, stats["Equity Final [$]"]


@numba.njit
def order_at_close(c, open_, close, entries, exits):
    """vectorbt order function: the order decided at the close of the row before, sized there."""
    if c.i > 0 and entries[c.i - 1]:
        size = FRACTION * c.cash_now / close[c.i - 1]
        return vbt.portfolio.nb.order_nb(size=size, price=open_[c.i], fees=FEE)
    if c.i > 0 and exits[c.i - 1] and c.position_now > 0:
        return vbt.portfolio.nb.order_nb(size=-c.position_now, price=open_[c.i], fees=FEE)
    return vbt.portfolio.nb.order_nothing_nb()


def run_vectorbt(frame, at_close):
    close, open_ = frame["close"], frame["open"]
    fast, slow = vbt.MA.run(close, FAST), vbt.MA.run(close, SLOW)
    entries, exits = fast.ma_crossed_above(slow), fast.ma_crossed_below(slow)
    if at_close:
        columns = (open_.to_numpy(), close.to_numpy(), entries.to_numpy(), exits.to_numpy())
        portfolio = vbt.Portfolio.from_order_func(close, order_at_close, *columns, init_cash=CASH)
    else:
        late = lambda signal: signal.shift(1, fill_value=False).astype(bool)
        portfolio = vbt.Portfolio.from_signals(
            close, late(entries), late(exits), price=open_, size=FRACTION, size_type="percent",
            direction="longonly", fees=FEE, init_cash=CASH,
        )  # fmt: skip
    fills = [(int(o["idx"]), float(o["price"]), float(o["size"])) for o in portfolio.orders.values]
    trades = []
    for k in range(0, len(fills), 2):
        row, price, _ = fills[k + 1] if k + 1 < len(fills) else (None, None, None)
        trades.append((fills[k][0], fills[k][1], row, price, fills[k][2]))
    return trades, portfolio.final_value()


def digest(trades):
    """SHA-256 of one line a trade: entry time, entry price, exit time, exit price, size; 2, 2 and 6 decimals."""
    price = lambda value: "" if value is None else f"{value:.2f}"
    lines = [f"{a},{price(p)},{'' if b is None else b},{price(q)},{size:.6f}\n" for a, p, b, q, size in trades]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def section(frame, all_trades):
    up, down, ties, gap = signals(frame)
    time = [int(t) for t in frame["time"]]
    runs = {
        "backtrader": ("backtrader", "signal-close", run_backtrader(frame)),
        "backtestingAtClose": ("backtesting", "signal-close", run_backtesting(frame, True)),
        "vectorbtAtClose": ("vectorbt", "signal-close", run_vectorbt(frame, True)),
        "backtesting": ("backtesting", "fill-units", run_backtesting(frame, False)),
        "vectorbt": ("vectorbt", "fill", run_vectorbt(frame, False)),
    }
    out = {"bars": len(time), "from": time[0], "to": time[-1], "entrySignals": len(up), "exitSignals": len(down)}
    out |= {"ties": ties, "closestRelativeGap": gap, "runs": {}}
    filled = [int(row) + 1 for row in up if row + 1 < len(time)]
    for name, (engine, sizing, (rows, equity)) in runs.items():
        if [row for row, *_ in rows] != filled:
            raise SystemExit(f"{name}: the entries are not at the bars after the exact crosses")
        trades = [(time[a], float(p), None if b is None else time[b], q and float(q), float(s)) for a, p, b, q, s in rows]
        run = {"engine": engine, "sizing": sizing, "finalEquity": float(equity)}
        run |= {"closedTrades": sum(t[2] is not None for t in trades), "openTrades": sum(t[2] is None for t in trades)}
        run |= {"sumSize": float(sum(t[4] for t in trades)), "tradesSha256": digest(trades)}
        run |= {"trades": trades} if all_trades else {"firstTrades": trades[:3], "lastTrades": trades[-3:]}
        out["runs"][name] = run
    return out


def main(out, candles=None):
    packages = ("backtesting", "backtrader", "vectorbt", "numpy", "pandas", "numba")
    reference = {
        "made": datetime.date.today().isoformat(),
        "versions": {"python": platform.python_version()} | {p: importlib.metadata.version(p) for p in packages},
        "setup": {"fast": FAST, "slow": SLOW, "cash": CASH, "fraction": FRACTION, "feeRate": FEE, "unit": 1e-8},
        "synthetic": section(synthetic(), True),
        "real": None,
    }
    if candles:
        reference["real"] = {"series": "Binance BTC/USDT 1h"} | section(real(candles), False)
    elif os.path.exists(out):
        with open(out) as file:
            reference["real"] = json.load(file)["real"]
    with open(out, "w") as file:
        json.dump(reference, file, indent=2)
        file.write("\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
