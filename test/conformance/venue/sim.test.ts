import { SimHarness } from './sim-harness.ts'
import { describeVenue } from './suite.ts'

const everything = {
  scripted: true,
  stop: true,
  oco: true,
  stopLimit: true,
  takeProfit: true,
  trailing: true,
  postOnly: true,
  atOnce: true,
  gtd: true,
  amend: true,
  reduceOnly: true,
  quoteSized: true,
  margin: true,
  participation: true,
  latency: true,
  rejectCodes: true,
}

for (const model of ['pessimistic', 'optimistic', 'path'] as const) {
  describeVenue(`simulated, ${model}`, everything, (setup) => new SimHarness({ ...setup, sim: { model } }))
}
