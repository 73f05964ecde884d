/** All mutants, by chapter of the rules. */

import type { Mutant } from './mutant.ts'
import { GATE_MUTANTS } from './mutants-gates.ts'
import { KIND_MUTANTS } from './mutants-kind.ts'
import { MONEY_MUTANTS } from './mutants-money.ts'
import { SIZING_MUTANTS } from './mutants-sizing.ts'

export const MUTANTS: readonly Mutant[] = [...SIZING_MUTANTS, ...GATE_MUTANTS, ...MONEY_MUTANTS, ...KIND_MUTANTS]
