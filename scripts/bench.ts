/** `npm run bench -- NAME [arguments]`: runs bench/NAME.ts; the last line is its figures as JSON. */
import { existsSync, globSync } from 'node:fs'
import { cpus } from 'node:os'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Bench, holds } from '../bench/harness/figure.ts'

const folder = join(import.meta.dirname, '../bench')
const [name = '', ...args] = process.argv.slice(2)
const file = join(folder, `${name}.ts`)

if (name === '' || !existsSync(file)) {
  const names = globSync('*.ts', { cwd: folder }).map((path) => basename(path, '.ts'))
  console.error(`usage: npm run bench -- NAME, where NAME is one of ${names.join(', ')}`)
  process.exitCode = 2
} else {
  const { bench } = (await import(pathToFileURL(file).href)) as { readonly bench: Bench }
  console.log(bench.about)
  const measured = await bench.run((line) => console.log(line), args)
  const figures = measured.map((figure) => ({
    ...figure,
    ...(figure.peer && { ratio: Number((figure.value / figure.peer.value).toFixed(3)) }),
    holds: holds(figure),
  }))
  console.log(
    JSON.stringify({ bench: name, holds: figures.every((figure) => figure.holds), cores: cpus().length, figures }),
  )
}
