import { expect, test } from 'vitest'
import { checkRules } from '../../src/project/rules.ts'
import { columnOf, contractOf } from '../contract/harness.ts'
import { engine as openEngine } from '../engines/harness.ts'
import { context } from '../lake/log-lake.ts'
import { targetOf } from './contract-lake.ts'

const engine = await openEngine()

function check(sql: string): Promise<void> {
  const contract = contractOf(
    [
      columnOf('price', 'decimal(12,2)'),
      columnOf('at', 'timestamptz'),
      columnOf('tags', 'varchar[]'),
      columnOf('s', 'struct(x bigint)'),
    ],
    { rules: [{ name: 'rule', sql }] },
  )
  const place = (path: readonly string[]) => `millrace.config.ts: ${path.join('.')}`
  return checkRules({ place }, targetOf(contract), engine, context)
}

test.each([
  'price >= 0',
  'PRICE >= 0 -- as agreed',
  `"at" < TIMESTAMPTZ '2030-01-01' OR s.x > 1`,
  `len(list_filter(tags, lambda t: t = 'x')) = 0`,
  '1 / price > 0',
])('%s can be asked', async (sql) => {
  await check(sql)
})

test.each([
  ['price >=', 'RULE_INVALID', 'syntax error'],
  ['price > 0), (1 = 1', 'RULE_INVALID', ''],
  ['price > 0) OR (1 = 1', 'RULE_INVALID', 'syntax error'],
  ['current_localtimestamp() IS NOT NULL', 'RULE_INVALID', 'does not say the same'],
  ['price > 0) FROM events --', 'RULE_INVALID', ''],
  ['price > 0) UNION SELECT (true', 'RULE_INVALID', ''],
  ['price > 0) WHERE (true', 'RULE_INVALID', ''],
  ['prize > 0', 'CONFIG_UNKNOWN_NAME', 'there is no column `prize`'],
  ['price > (SELECT 1)', 'RULE_INVALID', 'no subqueries'],
  ['price > random()', 'RULE_INVALID', 'random() does not say the same'],
  ['"at" < now()', 'RULE_INVALID', 'does not say the same'],
  ['"at" < current_timestamp', 'RULE_INVALID', 'does not say the same'],
  ['sum(price) > 0', 'RULE_INVALID', 'aggregate'],
  ['row_number() OVER () > 1', 'RULE_INVALID', 'window'],
  ['pricy(price) > 0', 'RULE_INVALID', 'pricy'],
  ['tags', 'RULE_INVALID', ''],
  ['COLUMNS(*) > 0', 'RULE_INVALID', ''],
])('%s is refused', async (sql, code, reason) => {
  await expect(check(sql)).rejects.toMatchObject({ code, message: expect.stringContaining(reason) })
  await expect(check(sql)).rejects.toMatchObject({ message: expect.stringContaining('streams.t.rules.rule') })
})
