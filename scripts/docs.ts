/** `npm run docs`: writes docs/reference from the code. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { referencePages } from './reference/pages.ts'

const folder = join(import.meta.dirname, '../docs/reference')
mkdirSync(folder, { recursive: true })
for (const { file, text } of await referencePages()) writeFileSync(join(folder, file), text)
