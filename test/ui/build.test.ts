import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { builtPages } from './built.ts'

interface Chunk {
  readonly file: string
  readonly isEntry?: boolean
  readonly imports?: readonly string[]
  readonly css?: readonly string[]
}

const limit = 250_000

test('what a browser loads before the first page is at most 250 kB of gzipped JavaScript, and no script stands in the page', async () => {
  const folder = await builtPages()
  const manifest = JSON.parse(readFileSync(join(folder, '.vite/manifest.json'), 'utf8')) as Record<string, Chunk>
  const first = new Set<string>()
  const follow = (chunk: Chunk | undefined): void => {
    if (!chunk || first.has(chunk.file)) return
    first.add(chunk.file)
    for (const name of chunk.imports ?? []) follow(manifest[name])
  }
  follow(Object.values(manifest).find(({ isEntry }) => isEntry))
  const sizes = [...first].map((file) => statSync(join(folder, `${file}.gz`)).size)
  expect(sizes.length).toBeGreaterThan(0)
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(limit)

  const page = readFileSync(join(folder, 'index.html'), 'utf8')
  expect(page.match(/<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=/g)).toBe(null)
  for (const [, file] of page.matchAll(/(?:src|href)="([^"]+)"/g)) statSync(join(folder, file as string))
})
