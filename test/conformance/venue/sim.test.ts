import { SimHarness } from './sim-harness.ts'
import { describeVenue } from './suite.ts'

const everything = {
  scripted: true,
  stop: true,
  oco: true,
  stopLimit: true,
  takeProfit: true,
  trailing: true,
  trailingFrom: true,
  postOnly: true,
  atOnce: true,
  marketAtOnce: true,
  gtd: true,
  amend: true,
  reduceOnly: true,
  quoteSized: true,
  margin: true,
  participation: true,
  latency: true,
  owned: true,
  rejectCodes: true,
  cancelCodes: true,
}

for (const model of ['pessimistic', 'optimistic', 'path'] as const) {
  describeVenue(`simulated, ${model}`, everything, (setup) => new SimHarness({ ...setup, sim: { model } }))
}
