import { expect, test } from 'vitest'
import { dialect } from '../../ui/src/pages/query/sql-language.ts'

/** The words of a text with the kinds that the editor colours them by. */
function kindsIn(text: string): string[] {
  const kinds: string[] = []
  dialect.language.parser.parse(text).iterate({
    enter: ({ name, from, to, node }) => {
      if (!node.firstChild) kinds.push(`${text.slice(from, to)} ${name}`)
    },
  })
  return kinds
}

test('a column whose name begins with an underscore is a name', () => {
  expect(kindsIn("SELECT _file, _day FROM orders WHERE _file = 'a'")).toEqual([
    'SELECT Keyword',
    '_file SpecialVar',
    ', Punctuation',
    '_day SpecialVar',
    'FROM Keyword',
    'orders Identifier',
    'WHERE Keyword',
    '_file SpecialVar',
    '= Operator',
    "'a' String",
  ])
})
