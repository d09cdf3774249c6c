import { spawnSync } from 'node:child_process'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../temp-folder.ts'

const root = join(import.meta.dirname, '../..')

/** TypeScript blocks that import from `millrace`: of doc comments, the README and docs. */
function examples(): { readonly name: string; readonly text: string }[] {
  const files = globSync(['src/**/*.ts', '*.md', 'docs/**/*.md', 'examples/**/*.md'], { cwd: root })
  return files.flatMap((file) => {
    const source = readFileSync(join(root, file), 'utf8')
    const text = file.endsWith('.ts') ? source.replace(/^\s*\* ?/gm, '') : source
    const blocks = [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, block = '']) => block)
    return blocks
      .filter((block) => block.includes("from 'millrace'"))
      .map((block, index) => ({ name: `${file.replace(/\W+/g, '-')}-${index}.ts`, text: block }))
  })
}

test('every example that imports millrace compiles', async () => {
  const found = examples()
  expect(found.length).toBeGreaterThan(0)
  const dir = await tempFolder()
  const compilerOptions = {
    paths: { millrace: [join(root, 'src/index.ts')] },
    typeRoots: [join(root, 'node_modules/@types')],
  }
  const config = { extends: join(root, 'tsconfig.json'), compilerOptions, include: ['*.ts'] }
  writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify(config))
  writeFileSync(join(dir, 'package.json'), '{"type":"module"}')
  for (const { name, text } of found) writeFileSync(join(dir, name), text)
  const { stdout } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', dir], { encoding: 'utf8' })
  expect(stdout).toBe('')
})
