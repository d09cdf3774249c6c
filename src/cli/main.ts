import { readFileSync } from 'node:fs'

/** Runs one command line; resolves to the exit status. */
export async function main(args: readonly string[]): Promise<number> {
  if (args[0] === '--version') {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string
    }
    process.stdout.write(`${version}\n`)
    return 0
  }
  process.stderr.write('usage: millrace --version\n')
  return 2
}
