/** Mutants of what an operator, a switch, a clock and a key are relied on for. */

import type { LiveMutant } from './bundle.ts'

const NONCE = 'engine/live/ccxt/nonce.ts'
const RECOVERY = 'engine/live/recovery.ts'

export const SAFETY_MUTANTS: readonly LiveMutant[] = [
  {
    name: 'the switch is armed while stops rest',
    harm: 'a venue that hears nothing for a minute takes the stops away',
    file: 'engine/live/safety/dead-man.ts',
    from: 'this.wanted = entries > 0 && (protective === 0 || this.config.stopsAttached)',
    to: 'this.wanted = entries > 0',
  },
  {
    name: 'the switch hears of a stop at the next look',
    harm: 'while the line is slow a stop rests under an armed switch',
    file: 'engine/live/session.ts',
    from: "    if (kind === 'SEND') this.tellResting()\n",
    to: '',
  },
  {
    name: 'nonces by the clock alone',
    harm: 'a clock that is set back makes every call refused',
    file: NONCE,
    from: 'max(used + 1n, this.#now(), least)',
    to: 'max(this.#now(), least)',
  },
  {
    name: 'a restart forgets the nonces',
    harm: 'the same, where the clock was set back while the process was down',
    file: NONCE,
    from: '(state?.reserved ?? 0n)',
    to: '0n',
  },
  {
    name: 'the journal repeats what a venue repeats',
    harm: 'a key lies on the disk for good',
    file: 'engine/live/journal-record.ts',
    from: 'processRedactor.redact(canonicalJson(body))',
    to: 'canonicalJson(body)',
  },
  {
    name: 'alerts repeat what a venue repeats',
    harm: 'a key goes out by mail',
    file: 'engine/live/alerts/dispatcher.ts',
    from: 'const clean = redactor.redact(text)',
    to: 'const clean = text',
  },
  {
    name: 'a halt ends with its process',
    harm: 'a restart trades on, though nobody has looked',
    file: 'engine/live/safety/recall.ts',
    from: 'return { conditions: latched(held.values())',
    to: 'return { conditions: latched([] as Condition[])',
  },
  {
    name: 'a halt is answered before it is kept',
    harm: 'a crash right after it, and the session trades on',
    file: 'engine/live/session.ts',
    from: '      if (kept) this.journal.sync()\n',
    to: '      void kept\n',
  },
  {
    name: 'a halt by hand is answered, and not carried out',
    harm: 'an operator believes that it has stopped',
    file: 'engine/live/commands/apply.ts',
    from: "    raise(targets, 'tandem halt')\n",
    to: '',
  },
  {
    name: 'a stranger’s trade is news at every start',
    harm: 'what an operator has settled halts again, for ever',
    file: 'engine/live/order-table.ts',
    from: "    if (strange === 'trade' && trade !== undefined) this.trades.add(trade.tradeId)\n",
    to: '    void [strange, trade]\n',
  },
  {
    name: 'adopted money is left out',
    harm: 'the books stay wrong by what somebody took',
    file: 'engine/live/adoption.ts',
    from: 'value: isMoney ? unitsOf(amount, quoteDec) : ZERO',
    to: 'value: ZERO',
  },
  {
    name: 'ignored for one life',
    harm: 'the next start halts for what an operator has settled',
    file: RECOVERY,
    from: "    if (kind === 'RESUME') baseline = (body as { baseline?: Baseline }).baseline ?? baseline\n",
    to: '',
  },
  {
    name: 'a position’s difference can’t be ignored',
    harm: 'on margin an operator can’t settle anything',
    file: 'engine/live/reconcile.ts',
    from: "ours + exact(baseline[symbol] ?? '0'), exact(position",
    to: 'ours, exact(position',
  },
  {
    name: 'fundings are looked for while something is held',
    harm: 'what a position paid that was closed since is never booked',
    file: 'engine/live/charges.ts',
    from: 'if (holds || table.lastTradeMs > this.lookedMs) this.carried = true',
    to: 'if (now >= this.nextMs) this.carried ||= holds',
  },
  {
    name: 'leverage is set without a bound',
    harm: 'a socket that hangs keeps the session from ever beginning',
    file: 'engine/live/leverages.ts',
    from: 'await within(environment, ANSWER_MS, () => exchange.setLeverage(symbol, leverage))',
    to: 'await exchange.setLeverage(symbol, leverage)\n    void [environment, ANSWER_MS, within]',
  },
  {
    name: 'what lies unread counts as heard',
    harm: 'after a stall a candle is decided on before its last trades were read',
    file: 'engine/live/feed/stream.ts',
    from: 'if (monotonicMs - this.heardMonotonicMs > PILED_MS)',
    to: 'if (monotonicMs < 0)',
  },
]
