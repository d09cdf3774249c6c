import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A new folder that is deleted when the test has ended. */
export async function tempFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'millrace-')))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Where the engines of tests spill; shared, as each names its own files and takes them away. */
export const spillFolder = join(tmpdir(), 'millrace-test-spill')
