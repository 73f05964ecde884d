/** Puts the redactor between this process and its standard output and error. */

import { StringDecoder } from 'node:string_decoder'
import { RedactedStream, type Redactor } from './redactor.ts'

type Write = NodeJS.WriteStream['write']

/** From now on nothing is written to the streams unredacted. Returns what takes it back. */
export function guardOutput(redactor: Redactor, streams: readonly NodeJS.WriteStream[]): () => void {
  const undo = streams.map((stream) => guardStream(redactor, stream))
  return () => {
    for (const one of undo) one()
  }
}

function guardStream(redactor: Redactor, stream: NodeJS.WriteStream): () => void {
  const write = stream.write.bind(stream) as (text: string, done?: (error?: Error | null) => void) => boolean
  const text = new RedactedStream(redactor)
  const decoder = new StringDecoder('utf8')
  const guarded = (chunk: string | Uint8Array, encoding?: unknown, done?: unknown): boolean => {
    const after = typeof encoding === 'function' ? encoding : done
    const words = typeof chunk === 'string' ? chunk : decoder.write(Buffer.from(chunk))
    return write(text.take(words), after as (error?: Error | null) => void)
  }
  const flush = (): void => {
    const rest = text.rest()
    if (rest !== '') write(rest)
  }
  stream.write = guarded as Write
  process.on('exit', flush)
  return () => {
    flush()
    process.off('exit', flush)
    stream.write = write as Write
  }
}
