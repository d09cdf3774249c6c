import { expect, test } from 'vitest'
import { models } from './model-folder.ts'

function model(checks: string, sql: string): string {
  return `/*\nkind: table\nchecks:\n  ${checks}\n*/\n${sql}`
}

const sql = 'SELECT user_id, price, type FROM events'

test.each([
  ['expr: { fine: prize > 0 }', 'CONFIG_UNKNOWN_NAME', 'there is no column `prize`'],
  ['expr: { fine: price }', 'CHECK_INVALID', 'it is no condition'],
  ['accepted: { price: [1.005] }', 'CHECK_INVALID', '`1.005` is no decimal(12,2)'],
  ['references: { user_id: customer.id }', 'CONFIG_UNKNOWN_NAME', 'there is no table `customer`'],
  ['references: { user_id: customers.ids }', 'CONFIG_UNKNOWN_NAME', 'there is no column `ids`'],
  ['references: { type: customers.id }', 'CHECK_INVALID', 'type is varchar, and customers.id is bigint'],
])('%s is refused at its line', async (checks, code, reason) => {
  const refused = models({ 'models/m.sql': model(checks, sql) })
  await expect(refused).rejects.toMatchObject({ code, message: expect.stringContaining(`models/m.sql:4: `) })
  await expect(refused).rejects.toMatchObject({ message: expect.stringContaining(reason) })
})

test('a check may refer to a table that no model reads', async () => {
  await models({ 'models/m.sql': model('references: { user_id: customers.id }', sql) })
})

test('a model comes after those that its checks refer to, where that makes no circle', async () => {
  const { order } = await models({
    'models/a_fact.sql': model('references: { user_id: users.user_id }', sql),
    'models/users.sql': model('references: { user_id: last.user_id }', 'SELECT DISTINCT user_id FROM events'),
    'models/last.sql': model('references: { user_id: a_fact.user_id }', 'SELECT user_id FROM mid'),
    'models/mid.sql': model('references: { user_id: mid.user_id }', 'SELECT user_id FROM a_fact'),
  })
  const names = order.map(({ name }) => name)
  expect(names).toEqual(['users', 'a_fact', 'mid', 'last'])
})

test('what personal columns flow into is personal, from model to model', async () => {
  const config = `import { column, defineProject, table } from 'millrace'
export default defineProject({ name: 'p', tables: { users: table({ columns: { id: 'bigint', email: column('varchar', { pii: true }) } }) } })`
  const { byName } = await models({
    'millrace.config.ts': config,
    'models/contacts.sql': 'SELECT id, lower(email) AS contact FROM users',
    'models/domains.sql': "SELECT id, split_part(contact, '@', 2) AS domain FROM contacts",
  })
  expect([...(byName.get('contacts')?.personal ?? [])]).toEqual(['contact'])
  expect([...(byName.get('domains')?.personal ?? [])]).toEqual(['domain'])
})
