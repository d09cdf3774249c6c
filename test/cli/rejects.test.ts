import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openLive } from '../../src/project/live.ts'
import { openProject } from '../../src/project/open.ts'
import { tempFolder } from '../temp-folder.ts'
import { context } from './project-folder.ts'
import { json, millrace } from './terminal.ts'

const config = `import { defineProject, stream } from 'millrace'
export default defineProject({
  name: 'shop',
  streams: { events: stream({ columns: { id: 'varchar', price: 'decimal(12,2)' }, id: 'id' }) },
})
`

/** A project whose server was killed with rejects in its log. */
async function killed(): Promise<string> {
  const dir = await tempFolder()
  writeFileSync(join(dir, 'millrace.config.ts'), config)
  await using project = await openProject(dir, { access: 'write', command: 'test' })
  const live = await openLive(project, context)
  const body = '{"id":"a","price":"1,5"}\n{"id":"b","price":"x"}\n{"id":"c","price":2}'
  await live.take('events', Buffer.from(body), { lines: true })
  return dir
}

test('rejects of a stream are listed, fixed and discarded', async () => {
  const dir = await killed()
  const run = (...words: readonly string[]) => millrace([...words, '--project', dir, '--json'])
  expect(json((await run('rejects', 'ls')).stdout)).toMatchObject([
    { code: 'type', column: 'price', state: 'open', rejects: 2 },
  ])
  const fix = ['rejects', 'fix', 'events', '--set', "price = replace(price, ',', '.')"]
  expect(json((await run(...fix, '--dry-run')).stdout)).toEqual([
    { stream: 'events', chosen: 2, to_mend: 1, refused: 1, done: false },
  ])
  const asked = await run(...fix)
  expect([asked.status, json(asked.stderr)[0]]).toMatchObject([2, { code: 'CONFIRMATION_NEEDED' }])
  expect(json((await run(...fix, '--yes')).stdout)).toMatchObject([{ mended: 1, refused: 1, done: true }])
  const again = await run(...fix, '--yes')
  expect([again.status, json(again.stdout)]).toMatchObject([1, [{ chosen: 1, to_mend: 0, done: false }]])
  const [left] = json((await run('rejects', 'show', 'events', '--state', 'open')).stdout) as {
    id: string
    raw: string
  }[]
  expect(left?.raw).toBe('{"id":"b","price":"x"}')
  const discard = await run('rejects', 'discard', 'events', '--id', String(left?.id), '--reason', 'a probe', '--yes')
  expect(json(discard.stdout)).toMatchObject([{ chosen: 1, discarded: 1, done: true }])
  const ledger = await run('ledger')
  expect(json(ledger.stdout)).toMatchObject([
    {
      received: 3,
      mended: 1,
      rejects_open: 0,
      rejects_mended: 1,
      rejects_discarded: 1,
      rows_in_table: 2,
      closes: true,
    },
  ])
})
