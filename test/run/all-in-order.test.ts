import { expect, it } from 'vitest'
import { allInOrder } from '../../engine/run/all-in-order.ts'

it('throws the first failure in order, even where a later one fails sooner', async () => {
  let failFirst = (_: Error): void => {}
  const first = new Promise<number>((_, reject) => {
    failFirst = reject
  })
  const second = Promise.reject<number>(new Error('second'))
  const both = allInOrder([first, second])
  await second.catch(() => failFirst(new Error('first')))
  await expect(both).rejects.toThrow('first')
})

it('gives the values in order', async () => {
  expect(await allInOrder([Promise.resolve(1), Promise.resolve(2)])).toEqual([1, 2])
})
