import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { referencePages } from '../../scripts/reference/pages.ts'

const folder = join(import.meta.dirname, '../../docs/reference')

test.each(await referencePages())('docs/reference/$file is what the code says; else run `npm run docs`', (page) => {
  expect(readFileSync(join(folder, page.file), 'utf8')).toBe(page.text)
})
