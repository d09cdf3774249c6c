import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { tempFolder } from '../temp-folder.ts'

const root = join(import.meta.dirname, '../..')
const vite = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin/vite.js')

/** The user interface as `npm run build` makes it from what stands here, in a folder of the test's. */
export async function builtPages(): Promise<string> {
  const outDir = await tempFolder()
  const words = [vite, 'build', 'ui', '--outDir', outDir, '--emptyOutDir', '--logLevel', 'warn']
  const env = { ...process.env, NODE_ENV: 'production' }
  await promisify(execFile)(process.execPath, words, { cwd: root, env })
  return outDir
}
