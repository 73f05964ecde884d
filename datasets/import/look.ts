/** The sample of an input of any shape. Tables are opened for it and read on from there. */

import type { Sample } from './formats/format.ts'
import type { Content } from './input/content.ts'
import type { Input } from './input/input.ts'
import { type Asked, tableSample, textSample } from './sample.ts'
import { openArrow } from './tables/arrow.ts'
import { openParquet } from './tables/parquet.ts'
import type { ColumnTable } from './tables/table.ts'

/** The table in an Arrow or Parquet file; null for text. */
export async function tableOf(input: Input, content: Content): Promise<ColumnTable | null> {
  if (content.shape === 'arrow') return openArrow(input.label, content.chunks())
  if (content.shape !== 'parquet') return null
  await content.close()
  return openParquet(input.label, input.path)
}

export function sampleOf(input: Input, content: Content, table: ColumnTable | null, asked: Asked): Sample {
  const { shape } = content
  if (shape === 'lines' || shape === 'json') return textSample(input, content, asked)
  return tableSample(input, shape, table!.names, asked)
}
