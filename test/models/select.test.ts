import { expect, test } from 'vitest'
import { selectModels, selectsChanged } from '../../src/models/select.ts'
import { models } from '../project/model-folder.ts'

// events → a → b → d, customers → c → d
const files = {
  'models/a.sql': 'SELECT type FROM events',
  'models/b.sql': 'SELECT type FROM a',
  'models/c.sql': 'SELECT name AS type FROM customers',
  'models/d.sql': 'SELECT * FROM b UNION ALL SELECT * FROM c',
}

const selections: readonly (readonly [readonly string[], string])[] = [
  [[], 'abcd'],
  [['b,', ''], 'b'],
  [['b'], 'b'],
  [['d', 'a'], 'ad'],
  [['d,a', ' c'], 'acd'],
  [['+b'], 'ab'],
  [['b+'], 'bd'],
  [['+b+'], 'abd'],
  [['+d'], 'abcd'],
  [['c+', 'a'], 'acd'],
  [['customers+'], 'cd'],
  [['changed'], 'bc'],
  [['changed+'], 'bcd'],
  [['+changed'], 'abc'],
]

test('a selection is names, with what they read and what reads them', async () => {
  const graph = await models(files)
  const of = (words: readonly string[]) =>
    selectModels({ graph, changed: new Set(['b', 'c']) }, words)
      .map(({ name }) => name)
      .join('')
  expect(selections.map(([words]) => [words, of(words)])).toEqual(selections)
  expect(selectsChanged(['a', 'b,+changed'])).toBe(true)
  expect(selectsChanged(['a', 'b'])).toBe(false)
})

test('what is no model cannot be selected', async () => {
  const graph = await models({ ...files, 'models/daily.sql': 'SELECT 1 AS a' })
  const failing = (word: string) => () => selectModels({ graph }, [word])
  expect(failing('daly')).toThrow(expect.objectContaining({ code: 'NAME_UNKNOWN', hint: 'did you mean `daily`?' }))
  for (const word of ['', ' , ', '+', '++'])
    expect(failing(word)).toThrow(expect.objectContaining({ code: 'USAGE', hint: expect.stringContaining('for all') }))
  expect(failing('events')).toThrow(
    expect.objectContaining({ code: 'USAGE', hint: expect.stringContaining('`events+`') }),
  )
  expect(failing('changed')).toThrow(expect.objectContaining({ code: 'USAGE' }))
})
