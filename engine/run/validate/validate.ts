/**
 * A validation in memory: all trials over the data outside the sealed stretch, the search repeated out of sample, the
 * statistics, the stress, the gates. The same input gives the same document.
 */

import type { ResolvedConfig, ValidateSection } from '../config/index.ts'
import type { Market } from '../market.ts'
import type { ValidationDocument } from './document.ts'
import { evidenceFrom } from './evidence-of.ts'
import { findingsOf } from './findings.ts'
import { documentOf } from './make-document.ts'
import { settingOf, type ValidationInput } from './setting.ts'
import type { TimeWindow } from './window-run.ts'

export interface Validated {
  readonly document: ValidationDocument
  /** The chosen configuration over the data outside the sealed stretch. */
  readonly config: ResolvedConfig
}

/** Validates. */
export async function validate(input: ValidationInput): Promise<Validated> {
  const setting = await settingOf(input)
  const findings = await findingsOf(input, setting)
  const evidence = evidenceFrom(input, setting, findings)
  const { trial, sealed } = setting
  return {
    config: untilSealed(trial.config, input.market, sealed, input.section),
    document: documentOf(input, setting, findings, evidence),
  }
}

/** The configuration with its data ending where the sealed stretch begins. */
function untilSealed(
  config: ResolvedConfig,
  { grid }: Market,
  sealed: TimeWindow | null,
  section: ValidateSection,
): ResolvedConfig {
  if (sealed === null || sealed.fromMs > grid.time[grid.rows - 1]!) return { ...config, validate: section }
  const to = new Date(sealed.fromMs).toISOString()
  return { ...config, data: { ...config.data, to }, validate: { ...section, holdout: 'off' } }
}
