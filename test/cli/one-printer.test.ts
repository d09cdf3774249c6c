import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')

test('nothing but the command line’s door touches stdout, stderr or the console', () => {
  const printing = globSync('src/**/*.ts', { cwd: root }).filter((file) =>
    /\bconsole\.|process\.std(out|err)|\bstd(out|err) } = process/.test(
      readFileSync(join(root, file), 'utf8').replace(/^\s*\*.*$/gm, ''),
    ),
  )
  expect(printing).toEqual(['src/cli/main.ts'])
})
