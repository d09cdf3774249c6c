import { readFileSync } from 'node:fs'

/** Runs one command line of this process; resolves to the exit status. */
export async function main(args: readonly string[]): Promise<number> {
  const [first] = args
  if (first === '--version' || first === '-V') {
    // answered before anything is imported
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string
    }
    process.stdout.write(`${version}\n`)
    return 0
  }
  const { runProgram } = await import('./program.ts')
  const { stdin, stdout, stderr } = process
  return runProgram(args.length === 0 ? ['--help'] : args, { stdin, stdout, stderr, now: Date.now })
}
