import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** What one process reports of its work. */
export interface Run {
  readonly seconds: number
  /** Of these: what each step took. */
  readonly parts: Readonly<Record<string, number>>
  readonly peakMB: number
  /** Of all threads: it tells on a busy machine what the clock cannot. */
  readonly cpuSeconds: number
  /** What the tables hold in the end. Whoever did the same work says the same. */
  readonly answer: string
}

/** Times the steps of a process; `end` prints the report that `runOf` reads. */
export function stopwatch() {
  const parts: Record<string, number> = {}
  return {
    async step<T>(name: string, work: () => Promise<T>): Promise<T> {
      const started = performance.now()
      const result = await work()
      parts[name] = (performance.now() - started) / 1000
      return result
    },
    end(answer: string): void {
      const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
      const seconds = Object.values(parts).reduce((sum, each) => sum + each, 0)
      const cpuSeconds = (userCPUTime + systemCPUTime) / 1e6
      const run: Run = { seconds, parts, cpuSeconds, peakMB: maxRSS / 1024, answer }
      console.log(JSON.stringify(run))
    },
  }
}

/** Runs a script of this folder in a process of its own; its last line is the report. */
export function runOf(script: string, args: readonly string[], program: string = process.execPath): Run {
  const given = [join(import.meta.dirname, script), ...args]
  const { status, stdout, stderr } = spawnSync(program, given, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${script}: ${stderr}`)
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Run
}

/** One line about a run, for people. */
export function runText(name: string, { seconds, parts, cpuSeconds, peakMB }: Run): string {
  const steps = Object.entries(parts).map(([part, took]) => `${part} ${took.toFixed(2)}`)
  return `${name.padEnd(18)} ${seconds.toFixed(2)} s (${steps.join(', ')}), cpu ${cpuSeconds.toFixed(2)} s, ${peakMB.toFixed(0)} MB`
}
