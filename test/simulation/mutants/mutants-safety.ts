/** Mutants of what an operator, a switch, a clock and a key are relied on for. */

import type { LiveMutant } from './bundle.ts'

const NONCE = 'engine/live/ccxt/nonce.ts'
const RECOVERY = 'engine/live/recovery.ts'

export const SAFETY_MUTANTS: readonly LiveMutant[] = [
  {
    name: 'the switch is armed while stops rest',
    harm: 'a venue that hears nothing for a minute takes the stops away',
    faults: ['partialFills'],
    file: 'engine/live/safety/dead-man.ts',
    from: 'this.wanted = entries > 0 && (protective === 0 || this.config.stopsAttached)',
    to: 'this.wanted = entries > 0',
  },
  {
    name: 'the switch hears of a stop at the next look',
    harm: 'while the line is slow a stop rests under an armed switch',
    faults: ['responseSlow', 'responseLate', 'requestLost', 'partialFills'],
    file: 'engine/live/session.ts',
    from: "    if (kind === 'SEND') this.tellResting()\n",
    to: '',
  },
  {
    name: 'nonces by the clock alone',
    harm: 'a clock that is set back makes every call refused',
    faults: ['clockJump'],
    file: NONCE,
    from: 'max(used + 1n, this.#now(), least)',
    to: 'max(this.#now(), least)',
  },
  {
    name: 'a restart forgets the nonces',
    harm: 'the same, where the clock was set back while the process was down',
    faults: ['clockJump', 'crash'],
    file: NONCE,
    from: '(state?.reserved ?? 0n)',
    to: '0n',
  },
  {
    name: 'the journal repeats what a venue repeats',
    harm: 'a key lies on the disk for good',
    faults: ['secretEchoed', 'serverErrorBefore'],
    file: 'engine/live/journal-record.ts',
    from: 'processRedactor.redact(canonicalJson(body))',
    to: 'canonicalJson(body)',
  },
  {
    name: 'alerts repeat what a venue repeats',
    harm: 'a key goes out by mail',
    faults: ['secretEchoed', 'serverErrorBefore'],
    file: 'engine/live/alerts/dispatcher.ts',
    from: 'const clean = redactor.redact(text)',
    to: 'const clean = text',
  },
  {
    name: 'a halt ends with its process',
    harm: 'a restart trades on, though nobody has looked',
    faults: ['halted', 'crash'],
    file: 'engine/live/safety/recall.ts',
    from: 'return { conditions: latched(held.values())',
    to: 'return { conditions: latched([] as Condition[])',
  },
  {
    name: 'a halt by hand is answered, and not carried out',
    harm: 'an operator believes that it has stopped',
    faults: ['halted'],
    file: 'engine/live/commands/apply.ts',
    from: "    raise(targets, 'tandem halt')\n",
    to: '',
  },
  {
    name: 'a stranger’s trade is news at every start',
    harm: 'what an operator has settled halts again, for ever',
    faults: ['manualTrade', 'deleveraged', 'crash'],
    file: 'engine/live/order-table.ts',
    from: "    if (strange === 'trade' && trade !== undefined) this.trades.add(trade.tradeId)\n",
    to: '    void [strange, trade]\n',
  },
  {
    name: 'adopted money is left out',
    harm: 'the books stay wrong by what somebody took',
    faults: ['withdrawal'],
    file: 'engine/live/adoption.ts',
    from: 'value: isMoney ? unitsOf(amount, quoteDec) : ZERO',
    to: 'value: ZERO',
  },
  {
    name: 'ignored for one life',
    harm: 'the next start halts for what an operator has settled',
    faults: ['withdrawal', 'crash'],
    file: RECOVERY,
    from: "    if (kind === 'RESUME') baseline = (body as { baseline?: Baseline }).baseline ?? baseline\n",
    to: '',
  },
  {
    name: 'a position’s difference can’t be ignored',
    harm: 'on margin an operator can’t settle anything',
    faults: ['deleveraged'],
    file: 'engine/live/reconcile.ts',
    from: "ours + exact(baseline[symbol] ?? '0'), exact(position",
    to: 'ours, exact(position',
  },
  {
    name: 'what lies unread counts as heard',
    harm: 'after a stall a candle is decided on before its last trades were read',
    faults: ['stall'],
    file: 'engine/live/feed/stream.ts',
    from: 'if (monotonicMs - this.heardMonotonicMs > PILED_MS)',
    to: 'if (monotonicMs < 0)',
  },
]
