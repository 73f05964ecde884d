/** Two runs or more beside each other: the comparison's own page, in its cell. */

import { get } from './api.ts'
import { h } from './dom.ts'
import { link, loaded, pageHead, reportFrame, type View } from './view.ts'

interface Compared {
  readonly runs: readonly { readonly runId: string; readonly name: string }[]
}

export const compareView: View = (place, params) => {
  const ids = (params['runs'] ?? '').split(',').filter((id) => id !== '')
  const body = h('div')
  place.append(pageHead('Workbench', 'Compare', link('/', 'Choose others', { class: 'button plain' })), body)
  if (ids.length < 2) {
    body.append(h('p', { class: 'notice' }, 'Tick two or more runs in the list, then press Compare.'))
    return undefined
  }
  const query = `?runs=${ids.map(encodeURIComponent).join(',')}`
  void loaded(body, async () => {
    const { runs } = await get<Compared>(`/compare${query}`)
    const links = runs.map(({ name }, i) =>
      h('li', {}, link(`/runs/${encodeURIComponent(ids[i]!)}`, name), h('span', { class: 'id' }, ids[i]!)),
    )
    body.replaceChildren(
      h('ul', { class: 'links' }, ...links),
      reportFrame(`/api/v1/compare/report${query}`, 'Comparison'),
    )
  })
  return undefined
}
