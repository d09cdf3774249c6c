import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { RunReport } from '../../src/project/run-report.ts'
import { runBook } from '../../src/project/runs.ts'
import { context } from '../cli/project-folder.ts'
import { tempFolder } from '../temp-folder.ts'

const begun = { kind: 'build', subject: 'all models', by: 'a test' } as const
const none = { files: 0, rows: 0, bytes: 0 }
const step = { kind: 'table', action: 'rebuild', full: true, reasons: [], after: [], version: 3 } as const
const steps = ['first', 'second'].map((model) => ({ ...step, model, reads: none, rewrites: none }))
const built = { kind: 'fact', type: 'model.built', model: 'first', version: 4, rowsAdded: 2, rowsRemoved: 1 } as const

test('whoever comes after a kill finds what was planned, and what of it was told as done', async () => {
  const folder = await tempFolder()
  const report = new RunReport(begun, runBook(folder), context)
  report.planned({ steps })
  // before anything is done
  expect(runBook(folder).get(report.view.id)?.models).toMatchObject([{ outcome: 'waiting' }, { outcome: 'waiting' }])
  report.note(built)
  report.note({ kind: 'pulse', type: 'task.progress', task: 'second', done: 1, total: 2, unit: 'steps' })
  const next = runBook(folder)
  next.settle()
  expect(next.get(report.view.id)).toMatchObject({
    outcome: 'lost',
    doing: null,
    models: [
      { model: 'first', outcome: 'built', version: 4, rows_added: 2, rows_removed: 1 },
      { model: 'second', outcome: 'lost', action: 'rebuild', version: 3, share: null },
    ],
  })
})

test('a run goes on where how far it is cannot be written down', async () => {
  const folder = await tempFolder()
  const report = new RunReport(begun, runBook(folder), context)
  for (const ending of ['-wal', '-shm']) rmSync(join(folder, `state.db${ending}`), { force: true })
  writeFileSync(join(folder, 'state.db'), 'no database at all')
  report.planned({ steps })
  report.note(built)
  expect(report.view.models).toMatchObject([{ outcome: 'built' }, { outcome: 'waiting' }])
  expect(() => report.done({ summary: '1 built' })).toThrow(expect.objectContaining({ code: 'STATE_CORRUPT' }))
})
