import { describe, expect, it } from 'vitest'
import { isOwn, parseShard } from '../../engine/sweep/shard.ts'

describe('a shard', () => {
  it.each([
    ['1/3', {}, [0, 3]],
    ['3/3', {}, [2, 3]],
    ['auto/4', { JOB_COMPLETION_INDEX: '2' }, [2, 4]],
    ['auto', { AWS_BATCH_JOB_ARRAY_INDEX: '0', AWS_BATCH_JOB_ARRAY_SIZE: '5' }, [0, 5]],
    ['auto', { SLURM_ARRAY_TASK_ID: '1', SLURM_ARRAY_TASK_COUNT: '2' }, [1, 2]],
    ['auto', { JOB_COMPLETION_INDEX: '1', TANDEM_SHARDS: '2' }, [1, 2]],
    ['2', { TANDEM_SHARDS: '2' }, [1, 2]],
  ])('%s with %j', (text, env, [index, count]) => {
    expect(parseShard(text, env)).toEqual({ index, count })
  })

  it.each([
    ['0/3', {}, 'there is no shard 0 of 3'],
    ['4/3', {}, 'there is no shard 4 of 3'],
    ['half', {}, 'expected i/n'],
    ['auto/3', {}, 'is set'],
    ['auto', { JOB_COMPLETION_INDEX: '0' }, "how many shards there are isn't said"],
    ['1/0', {}, 'there is no shard 1 of 0'],
  ])('%s with %j is refused', (text, env, message) => {
    expect(() => parseShard(text, env)).toThrow(message)
  })

  it('has every batch in exactly one of all', () => {
    for (let batch = 0; batch < 20; batch++) {
      const owners = [0, 1, 2].filter((index) => isOwn({ index, count: 3 }, batch))
      expect(owners).toEqual([batch % 3])
    }
  })
})
