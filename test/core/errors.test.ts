import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { errors } from '../../src/core/errors.ts'

test('a code is of one subject alone', async () => {
  const folder = join(import.meta.dirname, '../../src/core/errors')
  const codes: string[] = []
  for (const file of (await readdir(folder)).filter((name) => name !== 'row.ts')) {
    const rows: Record<string, Record<string, unknown>> = await import(join(folder, file))
    for (const row of Object.values(rows)) codes.push(...Object.keys(row))
  }
  expect(codes.toSorted()).toEqual(Object.keys(errors).toSorted())
})
