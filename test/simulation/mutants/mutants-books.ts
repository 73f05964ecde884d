/** Mutants of the books, the journal and the candles. */

import type { LiveMutant } from './bundle.ts'

const WATCHER = 'engine/live/watcher.ts'
const BOOKING = 'engine/live/booking.ts'
const JOURNAL = 'engine/live/journal.ts'
const SESSION = 'engine/live/session.ts'
const COMPARISON = 'engine/live/comparison.ts'
const PAIRS = 'engine/live/pairs.ts'
const RECOVERY = 'engine/live/recovery.ts'

export const BOOK_MUTANTS: readonly LiveMutant[] = [
  {
    name: 'a trade is booked twice',
    harm: 'what the list repeats is booked again',
    file: WATCHER,
    from: '      if (table.trades.has(trade.tradeId)) continue\n',
    to: '',
  },
  {
    name: 'trades are asked for from the newest on',
    harm: 'a trade that shows late is never seen',
    file: WATCHER,
    from: 'const OVERLAP_MS = 60_000',
    to: 'const OVERLAP_MS = -1',
  },
  {
    name: 'fills from the order’s status',
    harm: 'what an order says it filled is booked beside its trades',
    file: WATCHER,
    from: '    const atMs = venueOrder.changedMs ?? context.environment.nowMs()\n    const { status } = venueOrder\n',
    to: '    const atMs = venueOrder.changedMs ?? context.environment.nowMs()\n    const { status } = venueOrder\n    if (exact(venueOrder.filled) > 0n) context.decider.hear({ ...endFact(FactKind.adjusted, order, atMs), quantity: unitsOf(exact(venueOrder.filled), 8) })\n',
  },
  {
    name: 'a late fee is never booked',
    harm: 'the estimate stays, and the books drift away',
    file: WATCHER,
    from: 'if (trade.fee !== null && table.feeless.has(trade.tradeId)) this.correct(trade)',
    to: 'if (trade.fee !== null && table.feeless.has(trade.tradeId)) table.feeless.delete(trade.tradeId)',
  },
  {
    name: 'what the venue closed by force is a stranger’s',
    harm: 'a liquidated session asks whose trade that was, and goes on with a position that is gone',
    faults: ['liquidation', 'deleveraged'],
    file: WATCHER,
    from: "const forced = found === null ? bookForced(this.context, trade) : 'foreign'",
    to: "const forced: string = 'foreign'",
  },
  {
    name: 'the late fee of a liquidation is never booked',
    harm: 'the estimate stays',
    faults: ['liquidation', 'deleveraged', 'feeUnknown'],
    file: WATCHER,
    from: '      correctForced(context, trade)\n      return\n',
    to: '      return\n',
  },
  {
    name: 'the other of a pair stays',
    harm: 'stop and target both sell',
    faults: ['cancelledByVenue'],
    file: PAIRS,
    from: "    const reason = order.done ? 'group' : 'resize'\n",
    to: "    if (order.done) continue\n    const reason = 'resize'\n",
  },
  {
    name: 'a fee in base is booked as quote',
    harm: 'the books hold more than the account',
    file: BOOKING,
    from: '(trade.feeAsset === null || trade.feeAsset === quote)) fee = charged',
    to: '(trade.feeAsset !== null)) fee = charged',
  },
  {
    name: 'value and fee are rounded apart',
    harm: 'money drifts by a unit an order',
    faults: ['partialFills'],
    file: BOOKING,
    from: '    const fee = toDec(isBuy ? moved - value : value - moved)',
    to: '    const fee = unitsOf(this.fee, quoteDec)\n    void moved',
  },
  {
    name: 'each trade is rounded by itself',
    harm: 'many small fills lose what their sum has',
    file: BOOKING,
    from: '    this.bookedQuantity = quantity\n    this.bookedValue = value\n    this.bookedFee = fee\n',
    to: '    this.bookedQuantity = quantity\n    this.bookedValue = value\n    this.bookedFee = 0\n',
  },
  {
    name: 'a failed sync is tried again',
    harm: 'pages that the system has dropped are believed to be kept',
    faults: ['syncFails'],
    file: JOURNAL,
    from: "    } catch (cause) {\n      this.fail('synced', cause)\n    }",
    to: '    } catch {\n      this.file.sync()\n    }',
  },
  {
    name: 'a failed write is passed over',
    harm: 'the journal has a hole',
    faults: ['diskFull'],
    file: JOURNAL,
    from: "    } catch (cause) {\n      this.fail('written', cause)\n    }",
    to: '    } catch {\n      void bytes\n    }',
  },
  {
    name: 'a torn tail stays',
    harm: 'the next record is written behind half of one',
    faults: ['crash'],
    file: JOURNAL,
    from: '    if (tornBytes > 0) files.truncate(path, goodBytes)\n',
    to: '',
  },
  {
    name: 'a restart drops what was decided',
    harm: 'an exit that was decided just before a crash is never sent',
    faults: ['crash'],
    file: RECOVERY,
    from: '  if (undecided || leftover.length > 0) session.recovered(leftover, true)',
    to: '  if (undecided) session.recovered([], true)',
  },
  {
    name: 'books are compared while trades aren’t told',
    harm: 'an outage of one call halts a healthy session',
    faults: ['partOutage', 'responseLost'],
    file: COMPARISON,
    from: 'isLooked = context.looks > looks',
    to: 'isLooked = context.looks >= looks',
  },
  {
    name: 'a difference is believed at once',
    harm: 'balances that lag halt a healthy session',
    faults: ['balancesLag'],
    file: COMPARISON,
    from: 'const READINGS = 4',
    to: 'const READINGS = 1',
  },
  {
    name: 'a row twice',
    harm: 'the strategy sees a candle again',
    file: SESSION,
    from: '    if (row.openMs < this.decider.nextOpenMs) return\n',
    to: '    this.decider.step({ ...row, openMs: Math.max(row.openMs, this.decider.nextOpenMs) })\n',
  },
]
