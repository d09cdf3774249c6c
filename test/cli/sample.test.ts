import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeShopFile } from '../../src/project/shop-data.ts'
import { tempFolder } from '../temp-folder.ts'
import { context } from './project-folder.ts'
import { json, millrace } from './terminal.ts'

test('a sample keeps the share of every value, and the same seed gives the same bytes', async () => {
  const dir = await tempFolder()
  const [file, out] = [join(dir, 'shop.csv'), join(dir, 'out.csv')]
  await writeShopFile(file, { rows: 20_000, seed: 1, endMs: Date.UTC(2026, 0, 31), days: 3 }, context)
  const sample = (...more: string[]) =>
    millrace(['sample', file, '--by', 'event_type', '--fraction', '5%', '-o', out, ...more])
  const { status, stdout } = await sample()
  expect(status).toBe(0)
  const strata = json(stdout) as { event_type: string; records: number; kept: number }[]
  expect(strata.map(({ event_type }) => event_type).toSorted()).toEqual(['cart', 'purchase', 'view'])
  for (const { records, kept } of strata) expect(kept).toBe(Math.round(records * 0.05))
  const first = readFileSync(out, 'utf8')
  expect(first.trimEnd().split('\n').length).toBe(1 + strata.reduce((sum, { kept }) => sum + kept, 0))
  await sample()
  expect(readFileSync(out, 'utf8')).toBe(first)
  await sample('--seed', '2')
  expect(readFileSync(out, 'utf8')).not.toBe(first)
})

test('an unknown column, a missing file and a missing option are told', async () => {
  const dir = await tempFolder()
  const file = join(dir, 'shop.csv')
  await writeShopFile(file, { rows: 10, seed: 1, endMs: Date.UTC(2026, 0, 31), days: 3 }, context)
  const told = async (...args: string[]) => {
    const { status, stderr } = await millrace(['sample', ...args])
    return [status, json(stderr)[0]?.['code']]
  }
  const rest = ['--fraction', '0.5', '-o', join(dir, 'x.csv')]
  expect(await told(file, '--by', 'evnt_type', ...rest)).toEqual([1, 'NAME_UNKNOWN'])
  expect(await told(join(dir, 'no.csv'), '--by', 'a', ...rest)).toEqual([1, 'FILE_NOT_FOUND'])
  expect(await told(file, ...rest)).toEqual([2, 'USAGE'])
  const before = readFileSync(file, 'utf8')
  expect(await told(file, '--by', 'brand', '--fraction', '0.5', '-o', file)).toEqual([2, 'USAGE'])
  expect(readFileSync(file, 'utf8')).toBe(before)
})
