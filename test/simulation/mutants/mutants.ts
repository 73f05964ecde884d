/** Faults put into live code on purpose: the simulation must notice each. */

import type { LiveMutant } from './bundle.ts'
import { BOOK_MUTANTS } from './mutants-books.ts'
import { SAFETY_MUTANTS } from './mutants-safety.ts'
import { SEND_MUTANTS } from './mutants-sending.ts'

export const LIVE_MUTANTS: readonly LiveMutant[] = [...SEND_MUTANTS, ...BOOK_MUTANTS, ...SAFETY_MUTANTS]
