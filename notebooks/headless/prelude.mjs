/** Stands before a notebook's cells when there is no Jupyter: counts them and collects what they show. */

import { writeFileSync } from 'node:fs'

const outputs = []
let begun = 0

function collected() {
  outputs[begun - 1] ??= []
  return outputs[begun - 1]
}

globalThis.tandemCell = (cell) => {
  begun = cell + 1
  writeFileSync(process.env.TANDEM_CELLS, JSON.stringify({ begun, outputs }))
}

globalThis.tandemOutput = (bundle) => {
  collected().push(bundle)
}

const print = console.log
console.log = (...what) => {
  const list = collected()
  const text = `${what.map((one) => (typeof one === 'string' ? one : Deno.inspect(one))).join(' ')}\n`
  if (typeof list.at(-1) === 'string') list[list.length - 1] += text
  else list.push(text)
  print(...what)
}
