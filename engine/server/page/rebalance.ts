/** Target weights at one leverage: the form, a preview with its scale, then execution with the result of each trade. */

import type { AccountStatus } from '../../run/venue-accounts/status.ts'
import type { Job } from '../jobs/job.ts'
import { get, post } from './api.ts'
import { type El, h } from './dom.ts'
import { type Report, rebalanceResult } from './rebalance-report.ts'
import { go } from './router.ts'
import { button, changeButton, confirmed, loaded, pageHead, panel, type View } from './view.ts'

interface Document {
  /** Of an account at a venue: by its id, user or venue. */
  readonly account?: string
  readonly accountValue?: number
  readonly leverage?: number
  readonly total?: 'keep' | 'max' | number
  readonly fee?: number
  readonly positions?: readonly { readonly symbol: string; readonly value: number; readonly leverage: number }[]
  readonly targets?: Readonly<Record<string, number>>
  readonly prices?: Readonly<Record<string, number>>
  readonly faults?: readonly unknown[]
}

const PRESETS = [2, 3, 5]
const WARNING =
  'Leverage cannot change on an open position: where it differs, the position is closed first and opened again. All closes come first; if one fails, nothing is opened.'

interface Form {
  readonly value: El
  readonly leverage: readonly El[]
  readonly other: El
  readonly total: El
  readonly amount: El
  readonly fee: El
  readonly fault: El
  readonly rows: El
  readonly result: El
  /** Fields that describe an account; a real one needs no description. */
  readonly described: El
  /** The account at a venue that is meant; null for one that is described. */
  account: string | null
  /** What the file had that the form doesn't show. */
  rest: Readonly<Record<string, unknown>>
}

export const rebalanceView: View = (place) => {
  const form = makeForm()
  const from = h('select', { 'aria-label': 'Account' }, h('option', { value: '' }, 'An account that I describe here'))
  place.append(
    pageHead('Operations', 'Rebalance'),
    h('p', { class: 'notice' }, WARNING),
    panel('Account', h('label', { class: 'field short' }, 'Described by', from), form.described),
    panel(
      'Positions and targets',
      form.rows,
      h(
        'div',
        { class: 'buttons' },
        button('Add a symbol', () => addRow(form, {})),
      ),
    ),
    panel('Leverage', leverageFields(form)),
    h(
      'div',
      { class: 'buttons' },
      button('Preview', () => preview(form), 'main'),
    ),
    form.result,
  )
  fill(form, {})
  void loaded(form.result, async () => {
    const { files } = await get<{ files: { path: string; kind: string }[] }>('/files')
    const shown = files.filter(({ kind }) => kind === 'rebalance')
    from.append(...shown.map(({ path }) => h('option', { value: path }, path)))
    from.addEventListener('change', () => void opened(form, from))
    if (shown.length > 0) from.value = shown[0]!.path
    // Venues may take their time, or not answer at all.
    void get<{ accounts: AccountStatus[] }>('/venue-accounts')
      .then(({ accounts }) => {
        from.append(
          ...accounts.map(({ account }) => h('option', { value: `${AT_VENUE}${account}` }, `${account}, at its venue`)),
        )
      })
      .catch(() => undefined)
    await opened(form, from)
  })
  return undefined
}

/** What is chosen, in the form. */
function opened(form: Form, from: El): Promise<void> {
  const wanted = from.value
  const isStill = (): boolean => from.value === wanted
  return loaded(form.result, async () => {
    if (wanted.startsWith(AT_VENUE)) {
      choose(form, wanted.slice(AT_VENUE.length))
      await openAccount(form, isStill)
    } else {
      choose(form, null)
      if (wanted === '') fill(form, {})
      else await openFile(form, wanted, isStill)
    }
  })
}

const AT_VENUE = 'account '

/** Shows what the chosen account needs: of a real one only weights are asked. */
function choose(form: Form, account: string | null): void {
  form.account = account
  form.result.replaceChildren()
  for (const one of [form.described, form.rows]) one.setAttribute('data-at-venue', String(account !== null))
}

/** What it holds and what belongs to it, each with a weight to be given. */
function openAccount(form: Form, isStill: () => boolean): Promise<void> {
  fill(form, { leverage: 3, total: 'keep' })
  form.rows.replaceChildren(h('p', { class: 'soft', role: 'status' }, 'The venue is asked …'))
  return loaded(form.rows, async () => {
    const { accounts } = await get<{ accounts: AccountStatus[] }>('/venue-accounts')
    // Another one may have been chosen meanwhile.
    if (!isStill()) return
    const { figures = null, symbols: own = [] } = accounts.find(({ account }) => account === form.account) ?? {}
    const symbols = [...new Set([...(figures?.positions ?? []).map(({ symbol }) => symbol), ...own])]
    form.rows.replaceChildren()
    for (const symbol of symbols.length === 0 ? [''] : symbols) addRow(form, { symbol })
  })
}

function makeForm(): Form {
  const number = (attributes: Readonly<Record<string, string>>): El =>
    h('input', { type: 'number', step: 'any', ...attributes })
  const form: Form = {
    described: h('div'),
    account: null,
    value: number({ id: 'account-value', min: '0' }),
    leverage: PRESETS.map((one) => h('input', { type: 'radio', name: 'leverage', value: String(one) })),
    other: number({ id: 'leverage-other', min: '1', placeholder: 'other', 'aria-label': 'Another leverage' }),
    total: h(
      'select',
      { id: 'total' },
      h('option', { value: 'keep' }, 'keep: the value of the positions now'),
      h('option', { value: 'max' }, 'max: account value × leverage'),
      h('option', { value: 'amount' }, 'an amount'),
    ),
    amount: number({ id: 'total-amount', min: '0', 'aria-label': 'Amount', hidden: '' }),
    fee: number({ id: 'fee', min: '0', max: '0.5' }),
    fault: h('select', { id: 'fault' }),
    rows: h('div', { class: 'target-rows' }),
    result: h('div', { id: 'result', 'aria-live': 'polite' }),
    rest: {},
  }
  form.described.append(accountFields(form))
  return form
}

function accountFields({ value, fee, total, amount, fault }: Form): El {
  total.addEventListener('change', () => {
    amount.hidden = total.value !== 'amount'
  })
  const field = (words: string, ...inputs: readonly El[]): El => h('label', { class: 'field short' }, words, inputs)
  return h(
    'div',
    { class: 'fields' },
    h('div', { class: 'only-described' }, field('Account value, in quote', value)),
    field('Total value of all positions', total, amount),
    h('div', { class: 'only-described' }, field("Taker's fee rate", fee)),
    h('div', { class: 'only-described' }, field('Rehearse a failure', fault)),
  )
}

function leverageFields({ leverage, other }: Form): El {
  const presets = leverage.map((radio, i) => h('label', { class: 'tick' }, radio, `${PRESETS[i]}×`))
  for (const radio of leverage) radio.addEventListener('change', () => (other.value = ''))
  other.addEventListener('input', () => {
    for (const radio of leverage) radio.checked = other.value === radio.value
  })
  return h('fieldset', { class: 'filters' }, h('legend', { class: 'unseen' }, 'Leverage'), ...presets, other)
}

interface Row {
  readonly symbol?: string
  readonly value?: number
  readonly leverage?: number
  readonly weight?: number
  readonly price?: number
}

function addRow({ rows, fault }: Form, { symbol = '', value, leverage, weight, price }: Row): void {
  const input = (name: string, words: string, given: number | string | undefined, type = 'number'): El =>
    h(
      'label',
      { class: 'field' },
      words,
      h('input', { type, step: 'any', 'data-field': name, value: given === undefined ? '' : String(given) }),
    )
  const row = h(
    'div',
    { class: 'target-row' },
    input('symbol', 'Symbol', symbol, 'text'),
    h('div', { class: 'only-described' }, input('price', 'Price', price)),
    h('div', { class: 'only-described' }, input('value', 'Held, in quote', value)),
    h('div', { class: 'only-described' }, input('leverage', 'at leverage', leverage)),
    input('weight', 'Target weight', weight),
  )
  row.append(
    h(
      'button',
      { type: 'button', class: 'quiet', 'aria-label': 'Leave this symbol out', click: () => row.remove() },
      '×',
    ),
  )
  rows.append(row)
  if (symbol !== '') fault.append(h('option', { value: symbol }, `the close of ${symbol} fails`))
}

function fill(form: Form, document: Document): void {
  const {
    accountValue,
    leverage = 3,
    total = 'keep',
    fee = 0,
    positions = [],
    targets = {},
    prices = {},
    account: _account,
    ...rest
  } = document
  const { faults: _, ...others } = rest
  form.rest = others
  form.value.value = accountValue === undefined ? '' : String(accountValue)
  form.fee.value = String(fee)
  form.total.value = typeof total === 'number' ? 'amount' : total
  form.amount.value = typeof total === 'number' ? String(total) : ''
  form.amount.hidden = typeof total !== 'number'
  for (const radio of form.leverage) radio.checked = radio.value === String(leverage)
  form.other.value = PRESETS.includes(leverage) ? '' : String(leverage)
  form.rows.replaceChildren()
  form.fault.replaceChildren(h('option', { value: '' }, 'none'))
  form.result.replaceChildren()
  const symbols = [...new Set([...positions.map(({ symbol }) => symbol), ...Object.keys(targets)])]
  for (const symbol of symbols.length === 0 ? [''] : symbols) {
    const held = positions.find((one) => one.symbol === symbol)
    addRow(form, { symbol, ...(held ?? {}), ...pick('weight', targets[symbol]), ...pick('price', prices[symbol]) })
  }
}

const pick = (key: string, value: number | undefined): Row => (value === undefined ? {} : { [key]: value })

async function openFile(form: Form, path: string, isStill: () => boolean): Promise<void> {
  const { text } = await get<{ text: string }>(`/files/content?path=${encodeURIComponent(path)}`)
  const { document, fault } = await post<{ document: Document | null; fault: string | null }>('/files/check', {
    path,
    text,
  })
  if (!isStill()) return
  if (document === null) throw new Error(fault ?? 'this is no rebalancing')
  choose(form, document.account ?? null)
  fill(form, document)
}

function documentOf(form: Form): Record<string, unknown> {
  const numberIn = (input: El): number | null => (input.value.trim() === '' ? null : Number(input.value))
  const leverage = numberIn(form.other) ?? Number(form.leverage.find(({ checked }) => checked)?.value ?? 3)
  const rows = [...form.rows.querySelectorAll('.target-row')].map((row) => {
    const of = (name: string): El => row.querySelector(`[data-field=${name}]`)!
    return {
      symbol: of('symbol').value.trim(),
      price: numberIn(of('price')),
      value: numberIn(of('value')),
      leverage: numberIn(of('leverage')),
      weight: numberIn(of('weight')),
    }
  })
  const named = rows.filter(({ symbol }) => symbol !== '')
  if (form.account !== null) {
    return {
      ...form.rest,
      account: form.account,
      leverage,
      total: form.total.value === 'amount' ? (numberIn(form.amount) ?? 0) : form.total.value,
      targets: Object.fromEntries(named.map(({ symbol, weight }) => [symbol, weight ?? 0])),
    }
  }
  const held = named.filter(({ value }) => value !== null && value !== 0)
  return {
    ...form.rest,
    accountValue: numberIn(form.value) ?? 0,
    leverage,
    total: form.total.value === 'amount' ? (numberIn(form.amount) ?? 0) : form.total.value,
    fee: numberIn(form.fee) ?? 0,
    targets: Object.fromEntries(
      named.filter(({ weight }) => weight !== null).map(({ symbol, weight }) => [symbol, weight]),
    ),
    prices: Object.fromEntries(named.filter(({ price }) => price !== null).map(({ symbol, price }) => [symbol, price])),
    positions: held.map(({ symbol, value, leverage: at }) => ({ symbol, value, leverage: at ?? leverage })),
    ...(form.fault.value === ''
      ? {}
      : { faults: [{ symbol: form.fault.value, action: 'close', reason: 'rehearsed: the connection was lost' }] }),
  }
}

async function preview(form: Form): Promise<void> {
  const document = documentOf(form)
  const report = await post<Report>('/rebalance/preview', { document })
  const execute = changeButton('Execute …', () => carryOut(document, report), 'stop')
  form.result.replaceChildren(rebalanceResult(report), h('div', { class: 'buttons' }, execute))
}

async function carryOut(document: Record<string, unknown>, report: Report): Promise<void> {
  const job = { kind: 'rebalance', document }
  const looked = await post<{ confirmation: string; command: string }>('/confirmations', { job })
  const lines = report.steps.map(({ action, side, quantity, symbol }) =>
    h('li', {}, `${action === 'open' ? side : action} ${quantity} ${symbol}`),
  )
  const { account } = document as { account?: string }
  const where = account === undefined ? 'at the simulated venue' : `with real orders, on ${account}`
  const content = h('div', {}, h('p', {}, `${report.steps.length} steps, ${where}:`), h('ol', {}, ...lines))
  if (!(await confirmed('Carry this out?', content, 'Execute'))) return
  const started = await post<Job>('/jobs', { job, confirmation: looked.confirmation })
  go(`/jobs/${started.id}`)
}
