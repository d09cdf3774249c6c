import { expect, test } from 'vitest'
import { parseSql } from '../../src/sql/parse.ts'
import { trace } from '../../src/sql/trace.ts'

test('what is not understood is an obstacle', async () => {
  const found = await trace(await parseSql('SELECT day FROM t'), ['day'], () => undefined, {
    by: 'time',
    unbounded: false,
  })
  expect(found.obstacles).toHaveLength(1)
})
