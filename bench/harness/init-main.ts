/** `init-main.ts FILE PROJECT`: looks at a file, then makes a project of it as `millrace init --from` does. */
import { PassThrough } from 'node:stream'
import { runProgram } from '../../src/cli/program.ts'
import { inferFile } from '../../src/project/infer-project.ts'
import { stopwatch } from './run.ts'

const [file = '', project = ''] = process.argv.slice(2)
const { step, end } = stopwatch()
await step('inference', () => inferFile(file, { signal: new AbortController().signal, emit: () => {}, now: Date.now }))
const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
let said = ''
stdout.on('data', (piece: Buffer) => {
  said += piece.toString('utf8')
})
const surroundings = { stdin, stdout, stderr, now: Date.now }
const status = await step('project', () => runProgram(['init', project, '--from', file], surroundings))
if (status !== 0) throw new Error(String(stderr.read()))
const { tables } = JSON.parse(said) as { readonly tables: readonly { readonly rows: number }[] }
end(String(tables[0]?.rows))
