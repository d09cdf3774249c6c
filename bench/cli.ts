import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bench, type Figure, median } from './harness/figure.ts'

const bin = join(import.meta.dirname, '../bin/millrace.js')
const rounds = 15

export const bench: Bench = {
  about: 'Whole processes from start to exit, medians; the built package, as users get it.',
  async run(say) {
    if (!existsSync(join(import.meta.dirname, '../dist'))) throw new Error('run `npm run build` first')
    const cwd = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
    const cases: Readonly<Record<string, { readonly args: readonly string[]; readonly bar?: number }>> = {
      'node -e 0': { args: ['-e', '0'] },
      '--version': { args: [bin, '--version'], bar: 150 },
      '--help': { args: [bin, '--help'] },
      'table ls': { args: [bin, 'table', 'ls'], bar: 300 },
    }
    const times = new Map(Object.keys(cases).map((name): [string, number[]] => [name, []]))
    try {
      for (const args of [['init'], ['load']]) spawnSync(process.execPath, [bin, ...args], { cwd })
      // one of each in turn, so that a busy moment meets all of them
      for (let round = 0; round <= rounds; round++)
        for (const [name, { args }] of Object.entries(cases)) {
          const started = performance.now()
          const { status, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' })
          if (status !== 0) throw new Error(`${name}: ${stderr}`)
          if (round > 0) times.get(name)?.push(performance.now() - started)
        }
    } finally {
      rmSync(cwd, { recursive: true, force: true })
    }
    const peer = { name: 'node -e 0', value: median(times.get('node -e 0') ?? []) }
    return Object.entries(cases).map(([name, { bar }]): Figure => {
      const value = median(times.get(name) ?? [])
      say(`${name.padEnd(12)} ${value.toFixed(0)} ms`)
      return { name, value, unit: 'ms', peer, ...(bar && { bar }) }
    })
  },
}
