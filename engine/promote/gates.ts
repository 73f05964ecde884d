/**
 * The gates: evidence against the policy. Each passes, fails or is not applicable, and says from which inputs, by which
 * formula and why. What should be known and isn't fails: doubt is no pass.
 */

import { deflatedSharpe } from '../stats/deflated-sharpe.ts'
import type { Figure } from '../stats/figure.ts'
import { probabilisticSharpe } from '../stats/probabilistic-sharpe.ts'
import { minimumBacktestYears } from '../stats/track-record.ts'
import type { Evidence, Known } from './evidence.ts'
import type { GateName, Policy } from './policy.ts'

export interface GateResult {
  readonly name: GateName
  readonly label: string
  readonly status: 'passed' | 'failed' | 'not applicable'
  /** What was compared and with what; null where there is nothing. */
  readonly value: number | null
  readonly limit: number | null
  readonly relation: 'at least' | 'at most'
  /** Formula and its version, to be told apart when one is ever corrected. */
  readonly formula: string
  readonly inputs: Readonly<Record<string, number | string | null>>
  readonly reason: string
}

interface Asked {
  readonly value: number | null
  readonly limit: number
  readonly inputs: GateResult['inputs']
  /** Why the value is null. */
  readonly reason?: string
}

interface Gate<N extends GateName> {
  readonly name: N
  readonly label: string
  readonly relation: GateResult['relation']
  readonly formula: string
  ask(evidence: Evidence, limits: Exclude<Policy['gates'][N], 'off'>): Known<Asked>
}

function gate<N extends GateName>(definition: Gate<N>): Gate<GateName> {
  return definition as unknown as Gate<GateName>
}

/** From knowledge to what is asked; missing knowledge passes through. */
function ask<T>(known: Known<T>, make: (value: T) => Asked): Known<Asked> {
  return 'reason' in known ? known : { value: make(known.value) }
}

function fromFigure(figure: Figure, limit: number, inputs: GateResult['inputs']): Asked {
  return { value: figure.value, limit, inputs, ...(figure.value === null ? { reason: figure.reason } : {}) }
}

const GATES: readonly Gate<GateName>[] = [
  gate({
    name: 'lookAhead',
    label: 'No look-ahead',
    relation: 'at least',
    formula: 'prefix-and-poison/1',
    ask: ({ lookAhead }) =>
      ask(lookAhead, ({ passed, detail, cuts }) => ({
        value: passed ? 1 : 0,
        limit: 1,
        inputs: { cuts, detail },
        ...(passed ? {} : { reason: detail }),
      })),
  }),
  gate({
    name: 'backtestLength',
    label: 'Data long enough for the trials',
    relation: 'at least',
    formula: 'minbtl/1: (E[max of N]/SR)² years',
    ask: ({ years, trials }, { annualSharpe }) => {
      const needed = minimumBacktestYears(trials, annualSharpe)
      return { value: { value: years, limit: needed.value ?? 0, inputs: { trials, annualSharpe } } }
    },
  }),
  gate({
    name: 'trades',
    label: 'Closed trades',
    relation: 'at least',
    formula: 'count/1',
    ask: ({ closedTrades }, { atLeast }) => ({ value: { value: closedTrades, limit: atLeast, inputs: {} } }),
  }),
  gate({
    name: 'deflatedSharpe',
    label: 'Deflated Sharpe ratio',
    relation: 'at least',
    formula: 'dsr/1: PSR(√V·E[max of N]), V with ddof 1',
    ask: ({ sharpe, sharpeVariance, trials, effectiveTrials }, { atLeast }) => {
      if (sharpe.value === null) return sharpe
      if (sharpeVariance.value === null && trials > 1) return sharpeVariance
      const variance = sharpeVariance.value ?? 0
      const { benchmark, probability } = deflatedSharpe(sharpe.value, { trials, variance })
      const inputs = { ...sharpe.value, trials, effectiveTrials, variance, benchmark }
      return { value: fromFigure(probability, atLeast, inputs) }
    },
  }),
  gate({
    name: 'overfitting',
    label: 'Probability of overfitting',
    relation: 'at most',
    formula: 'pbo-cscv/1: share of logits ≤ 0, rank/(N+1)',
    ask: ({ overfitting }, { atMost }) =>
      ask(overfitting, ({ probability, ...inputs }) => ({ value: probability, limit: atMost, inputs })),
  }),
  gate({
    name: 'walkForward',
    label: 'Walk-forward out of sample',
    relation: 'at least',
    formula: 'psr/1: PSR(0) of the stitched UTC-day returns',
    ask: ({ walkForward }, { atLeast }) =>
      ask(walkForward, ({ evidence, ...rest }) =>
        fromFigure(probabilisticSharpe({ ...evidence, benchmark: 0 }), atLeast, { ...evidence, ...rest }),
      ),
  }),
  gate({
    name: 'superiorAbility',
    label: 'Better than cash and holding',
    relation: 'at most',
    formula: 'spa/1: consistent p, the larger of both',
    ask: ({ superiorAbility }, { atMost }) =>
      ask(superiorAbility, (inputs) => ({ value: Math.max(inputs.cash, inputs.hold), limit: atMost, inputs })),
  }),
  gate({
    name: 'holm',
    label: 'p-value after all tests',
    relation: 'at most',
    formula: 'holm/1: two-sided t of the Sharpe ratio',
    ask: ({ holm }, { atMost }) => ask(holm, ({ adjusted, ...inputs }) => ({ value: adjusted, limit: atMost, inputs })),
  }),
  gate({
    name: 'neighbourhood',
    label: 'Grid neighbours hold up',
    relation: 'at least',
    formula: 'neighbours/1: median Sharpe ratio ±1 step over the chosen',
    ask: ({ neighbourhood }, { atLeast }) =>
      ask(neighbourhood, (inputs) => ({
        value: inputs.chosen > 0 ? inputs.median / inputs.chosen : null,
        limit: atLeast,
        inputs,
        ...(inputs.chosen > 0 ? {} : { reason: 'the chosen configuration has no positive Sharpe ratio' }),
      })),
  }),
  gate({
    name: 'costs',
    label: 'Still earns at higher costs',
    relation: 'at least',
    formula: 'stress/1: total return with all costs times the factor',
    ask: ({ costs }) => ask(costs, ({ totalReturn, ...inputs }) => ({ value: totalReturn, limit: 0, inputs })),
  }),
  gate({
    name: 'noEdge',
    label: 'Earns nothing where nothing is',
    relation: 'at most',
    formula: 'no-edge/1: share of random walks with PSR(0) ≥ 0.95',
    ask: ({ noEdge }, { atMost }) => ask(noEdge, ({ share, ...inputs }) => ({ value: share, limit: atMost, inputs })),
  }),
  gate({
    name: 'drawdown',
    label: 'Drawdown within the limit',
    relation: 'at most',
    formula: 'permutation/1: 5 % quantile of the reshuffled trades’ drawdown',
    ask: ({ drawdown }, { atMost }) =>
      ask(drawdown, ({ worst, ...inputs }) => ({ value: Math.abs(worst), limit: atMost, inputs })),
  }),
  gate({
    name: 'holdout',
    label: 'Sealed holdout',
    relation: 'at least',
    formula: 'holdout/1: total return of the one run over it',
    ask: ({ holdout }, { atLeast }) =>
      ask(holdout, ({ totalReturn, ...inputs }) =>
        inputs.openings > 1
          ? {
              value: null,
              limit: atLeast,
              inputs: { ...inputs, totalReturn },
              reason: `it was opened ${inputs.openings} times: it is no longer unseen`,
            }
          : { value: totalReturn, limit: atLeast, inputs },
      ),
  }),
  gate({
    name: 'parity',
    label: 'Paper equals backtest',
    relation: 'at least',
    formula: 'parity/1: share of equal decisions',
    ask: ({ parity }, { atLeast }) => ask(parity, ({ share, ...inputs }) => ({ value: share, limit: atLeast, inputs })),
  }),
]

/** Every gate's result, in a fixed order. A gate that the policy turns off is not applicable, and says so. */
export function evaluateGates(evidence: Evidence, policy: Policy): readonly GateResult[] {
  return GATES.map((one) => evaluate(one, evidence, policy))
}

/** The names of those that failed. */
export function failedGates(results: readonly GateResult[]): readonly GateName[] {
  return results.filter(({ status }) => status === 'failed').map(({ name }) => name)
}

function evaluate(one: Gate<GateName>, evidence: Evidence, policy: Policy): GateResult {
  const { name, label, relation, formula } = one
  const empty = { name, label, relation, formula, value: null, limit: null, inputs: {} }
  const limits = policy.gates[name]
  if (limits === 'off') return { ...empty, status: 'not applicable', reason: `turned off by the policy ${policy.name}` }
  const asked = one.ask(evidence, limits)
  if (asked.value === null) {
    return { ...empty, status: asked.notApplicable ? 'not applicable' : 'failed', reason: asked.reason }
  }
  const { value, limit, inputs, reason } = asked.value
  const known = { ...empty, value, limit, inputs }
  if (value === null) return { ...known, status: 'failed', reason: reason ?? 'it is undefined here' }
  const passed = relation === 'at least' ? value >= limit : value <= limit
  const words = `${brief(value)} is ${passed ? '' : 'not '}${relation} ${brief(limit)}`
  return { ...known, status: passed ? 'passed' : 'failed', reason: passed ? words : (reason ?? words) }
}

function brief(value: number): string {
  return String(Number(value.toPrecision(4)))
}
