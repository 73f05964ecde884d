/** A journal record as a line for a human; null for records that would only repeat what others say. */

import { FactKind, REJECT_NAMES } from '../../core/fact.ts'
import { type Body, bodyOf, numberIn, textIn } from './record.ts'
import { SAFETY_CODE } from './standing.ts'

export type EventTone = 'plain' | 'good' | 'bad'

export interface EventWords {
  readonly text: string
  readonly tone: EventTone
}

const plain = (text: string): EventWords => ({ text, tone: 'plain' })
const bad = (text: string): EventWords => ({ text, tone: 'bad' })
const good = (text: string): EventWords => ({ text, tone: 'good' })

/** `booked`: what a fact did to the books, in words. */
export function eventWords(
  kind: string,
  body: Body,
  booked: string | null,
  symbols: readonly string[],
): EventWords | null {
  const id = numberIn(body, 'id')
  const order = id === null ? 'order' : `order ${id}`
  switch (kind) {
    case 'OPEN':
      return plain(openedWords(body))
    case 'TORN':
      return bad('the end of the journal had been torn off by a crash, and was cut away')
    case 'INTENT':
      return plain(intentWords(body, order, symbols))
    case 'ACK':
      return body['op'] === 'submit' ? plain(`${order} is at the venue`) : null
    case 'REJECT':
      return bad(`the venue refused ${order}: ${textIn(body, 'code') ?? 'no reason given'}`)
    case 'UNKNOWN':
      return bad(`nobody knows what became of ${order}: it is being looked up`)
    case 'FACT':
      return booked !== null ? good(booked) : factWords(bodyOf(body['fact']), numberIn(body, 'orderId'))
    case 'RISK_BLOCK':
      return bad(`a limit held back ${order}: ${textIn(body, 'code') ?? ''} ${textIn(body, 'text') ?? ''}`.trim())
    case 'RECONCILE':
      return bad(`the venue's books and ours: ${textIn(body, 'strange') ?? 'compared'}`)
    case 'ASSUMED':
      if (body['code'] === SAFETY_CODE) return safetyWords(bodyOf(body['event']))
      if (body['code'] === 'CANDLE') return candleWords(bodyOf(body['event']))
      return plain(`assumed: ${textIn(body, 'what') ?? textIn(body, 'code') ?? 'see the journal'}`)
    case 'HALT':
      return bad(`halted: ${textIn(body, 'text') ?? textIn(body, 'code') ?? ''}`)
    case 'RESUME':
      return good(`resumed by ${textIn(body, 'who') ?? 'nobody named'}`)
    case 'CLOSE':
      return plain(`closed: ${textIn(body, 'reason') ?? ''}`)
    default:
      return null
  }
}

/** Of the candles that the feed found something about; a row that came whole is no event. */
function candleWords(event: Body): EventWords | null {
  const symbol = textIn(event, 'symbol') ?? ''
  switch (event['kind']) {
    case 'row':
      return Array.isArray(event['late']) && event['late'].length > 0
        ? bad(`decided without the candle of ${event['late'].join(', ')}`)
        : null
    case 'revised':
      return plain(`the venue revised a candle of ${symbol} that was decided on`)
    case 'late':
      return plain(`a candle of ${symbol} came after its row`)
    case 'bad':
      return bad(`a candle of ${symbol} can't be right: ${textIn(event, 'why') ?? ''}`)
    default:
      return plain('assumed: CANDLE')
  }
}

/** A change of what the session may do, or a command and its answer. */
function safetyWords(event: Body): EventWords | null {
  const condition = bodyOf(event['condition'])
  const symbol = textIn(condition, 'symbol')
  const what = symbol ?? (textIn(condition, 'level') === 'HALTED' ? 'halted' : 'only reducing')
  switch (event['kind']) {
    case 'raised':
      return bad(`${what}: ${textIn(condition, 'why') ?? ''}`)
    case 'symbol-raised':
      return bad(`${what} takes no new exposure: ${textIn(condition, 'why') ?? ''}`)
    case 'cleared':
    case 'symbol-cleared':
      return good(`no longer ${what} by ${textIn(condition, 'key') ?? ''}: ${textIn(event, 'by') ?? ''}`)
    case 'warning':
      return plain(`warning: ${textIn(event, 'why') ?? ''}`)
    case 'command': {
      const answer = textIn(event, 'answer')
      return answer === null ? null : plain(`told to ${textIn(event, 'what') ?? ''}: ${answer}`)
    }
    default:
      return null
  }
}

function openedWords(body: Body): string {
  const epoch = numberIn(body, 'epoch') ?? 1
  return epoch === 1 ? 'the session began' : `the session was taken up again (${epoch - 1}. time)`
}

function intentWords(body: Body, order: string, symbols: readonly string[]): string {
  if (body['op'] === 'cancel')
    return `take back ${order}${textIn(body, 'reason') === null ? '' : ` (${textIn(body, 'reason')})`}`
  if (body['op'] === 'amend') return `change ${order}`
  if (body['op'] === 'leg') return `another part of ${order}`
  const wanted = bodyOf(body['order'])
  const side = wanted['side'] === -1 || wanted['side'] === 'sell' ? 'sell' : 'buy'
  const symbol = symbols[numberIn(wanted, 'instrument') ?? -1] ?? ''
  const why = wanted['reduceOnly'] === true ? ' to exit' : ''
  return `decided: ${side} ${symbol}${why}, ${order}`
}

function factWords(fact: Body, orderId: number | null): EventWords | null {
  const order = `order ${orderId ?? '?'}`
  switch (numberIn(fact, 'kind')) {
    case FactKind.rejected:
      return bad(`${order} was refused: ${REJECT_NAMES[numberIn(fact, 'code') ?? 0] ?? ''}`)
    case FactKind.cancelled:
      return plain(`${order} was cancelled`)
    case FactKind.expired:
      return plain(`${order} expired`)
    default:
      return null
  }
}
