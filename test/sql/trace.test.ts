import { readdirSync, readFileSync } from 'node:fs'
import { DuckDBInstance } from '@duckdb/node-api'
import { describe, expect, test } from 'vitest'
import { unsoundOver } from './trace-soundness.ts'
import { drawFrom, fillWorlds, restricted, subjectOf } from './trace-world.ts'

const folder = new URL('traces/', import.meta.url)
const corpus = (kind: string) =>
  readdirSync(new URL(`${kind}/`, folder)).map((file) => ({
    file: file.replace('.sql', ''),
    text: readFileSync(new URL(`${kind}/${file}`, folder), 'utf8'),
  }))

const refused = corpus('refused')
const accepted = corpus('accepted')
const worlds = process.env['MILLRACE_LONG'] ? 200 : 4
const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
const connection = await instance.connect()
await fillWorlds(connection, worlds)

describe('refused', () => {
  test('there are more than forty', () => expect(refused.length).toBeGreaterThan(40))

  test.each(refused)('$file', async ({ text }) => {
    const [, line, column, reason, remedy] = /^-- refused (\d+):(\d+) (.*) -> (.*)\n/.exec(text) ?? []
    const { trace } = await subjectOf(text)
    const [first] = trace.obstacles
    expect(first).toMatchObject({ place: { line: Number(line), column: Number(column) }, reason, remedy })
    expect(first?.place.excerpt).toContain('^')
  })
})

describe('accepted', () => {
  test('there are more than forty', () => expect(accepted.length).toBeGreaterThan(40))

  test.each(accepted)('$file', async ({ file, text }) => {
    const subject = await subjectOf(text)
    expect(subject.trace.obstacles).toEqual([])
    expect(subject.trace.occurrences.some(({ traced }) => traced)).toBe(true)
    if (subject.options.unbounded) return
    let rows = 0
    for (let world = 1; world <= worlds; world++) {
      await connection.run(`USE world${world}`)
      expect(await unsoundOver(connection, subject, drawFrom(world))).toBeUndefined()
      rows += (await connection.runAndReadAll(restricted(subject))).currentRowCount
    }
    expect(rows, `rows of ${file}`).toBeGreaterThan(0)
  })
})
