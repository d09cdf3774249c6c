import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, onTestFinished } from 'vitest'
import { type Columns, parseColumn } from '../../src/core/columns.ts'
import type { Context } from '../../src/core/context.ts'
import type { MillEvent } from '../../src/core/events.ts'
import { openDuckdb } from '../../src/engines/duckdb.ts'
import type { Engine } from '../../src/engines/engine.ts'

/** Done after the test that asks for it, or after all of the file when none does. */
function atEnd(work: () => void | Promise<void>): void {
  if (expect.getState().currentTestName === undefined) afterAll(work)
  else onTestFinished(work)
}

/** A folder that is gone after the test, or after the file's tests. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'millrace-engine-'))
  atEnd(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** A context whose signal may be given and whose events are kept. */
export function contextOf(signal: AbortSignal = new AbortController().signal, events: MillEvent[] = []): Context {
  return { signal, emit: (event) => events.push(event), now: () => 1_700_000_000_000 }
}

/** A DuckDB that is closed after the test, or after the file's tests. */
export async function engine(memoryBytes = 1_000_000_000): Promise<Engine> {
  const opened = await openDuckdb({ memoryBytes, threads: 2, tempFolder: join(folder(), 'spill') })
  atEnd(() => opened.close())
  return opened
}

/** Columns from what people write: `{ id: 'bigint' }`. */
export function columns(texts: Readonly<Record<string, string>>): Columns {
  return Object.entries(texts).map(([name, text]) => parseColumn(name, text))
}
