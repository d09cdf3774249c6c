import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { readPages } from '../../src/server/pages.ts'
import { tempFolder } from '../temp-folder.ts'
import { raw, serve } from './harness.ts'

const script = 'document.title = "Millrace"'

/** A build as small as it can be, with a secret beside it. */
async function someBuild(): Promise<string> {
  const dir = await tempFolder()
  writeFileSync(join(dir, 'secret.js'), 'secret')
  const files = {
    'index.html': '<!doctype html><title>Millrace</title>',
    'icon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
    'assets/index-1a2b.js': script,
    'assets/index-1a2b.js.br': brotliCompressSync(script),
    'assets/index-1a2b.js.gz': gzipSync(script),
    '.vite/manifest.json': '{}',
  }
  for (const [name, content] of Object.entries(files)) {
    const path = join(dir, 'ui', name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
  }
  return join(dir, 'ui')
}

async function servedBuild() {
  const { server } = await serve({ pages: await readPages(await someBuild()) })
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    fetch(server.url + path, { method, headers })
  return { url: server.url, get }
}

const visit = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

test('whoever comes by a browser is shown the page at every address that is no route, under a policy that takes no script of it', async () => {
  const { get } = await servedBuild()
  for (const path of ['/', '/tables', '/tables/a.b?tab=files', '/index.html']) {
    const answer = await get(path, visit)
    expect([path, answer.status, await answer.text()]).toEqual([path, 200, '<!doctype html><title>Millrace</title>'])
    expect(answer.headers.get('cache-control')).toBe('no-cache')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    const policy = answer.headers.get('content-security-policy') ?? ''
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';.*frame-ancestors 'none'$/)
    expect(policy).not.toContain('unsafe')
  }
})

test('a program that asks for what is not there is told so as JSON; routes are answered as ever', async () => {
  const { get } = await servedBuild()
  const cases: [string, Record<string, string>, string?][] = [
    ['/tables', {}],
    ['/v1/nothing', visit],
    ['/tables', visit, 'POST'],
  ]
  for (const [path, headers, method] of cases) {
    const answer = await get(path, headers, method)
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([404, 'ROUTE_UNKNOWN'])
  }
  expect(await (await get('/healthz', visit)).json()).toEqual({ alive: true })
})

test('files are sent as the browser takes them, are known again, and those whose name holds a digest are kept for ever', async () => {
  const { get } = await servedBuild()
  const path = '/assets/index-1a2b.js'
  const tags: (string | null)[] = []
  for (const [accept, encoding] of [
    ['identity', null],
    ['gzip, deflate', 'gzip'],
    ['gzip, deflate, br', 'br'],
    ['br;q=0, gzip', 'gzip'],
  ] as const) {
    const answer = await get(path, { 'accept-encoding': accept })
    expect([answer.headers.get('content-encoding'), await answer.text()]).toEqual([encoding, script])
    expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    const etag = answer.headers.get('etag') ?? ''
    const again = await get(path, { 'accept-encoding': accept, 'if-none-match': `"other", W/${etag}` })
    expect([again.status, await again.text()]).toEqual([304, ''])
    tags.push(etag)
  }
  expect(new Set(tags).size).toBe(3)
  const head = await get(path, { 'accept-encoding': 'identity' }, 'HEAD')
  expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, `${script.length}`, ''])
  expect((await get('/icon.svg')).headers.get('cache-control')).toBe('no-cache')
  expect(brotliDecompressSync(brotliCompressSync(script)).toString()).toBe(script)
})

test.each([
  '/../secret.js',
  '/assets/../../secret.js',
  '/assets/..%2f..%2fsecret.js',
  '/%2e%2e/secret.js',
  '/assets\\..\\..\\secret.js',
  '//secret.js',
  '/.vite/manifest.json',
  '/assets/index-1a2b.js.br',
  '/assets/',
])('no path leads out of the build: %s', async (path) => {
  const { url } = await servedBuild()
  const answer = await raw(url, `GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`)
  expect(answer).toMatch(/^HTTP\/1.1 404 [\s\S]*"code":"ROUTE_UNKNOWN"/)
  expect(answer).not.toMatch(/secret$/)
})

test('pages that are not built are said to be so, and how to build them', async () => {
  const { server } = await serve({ pages: await readPages(join(await tempFolder(), 'none')) })
  const answer = await fetch(server.url, { headers: visit })
  expect(answer.status).toBe(404)
  expect(await answer.json()).toMatchObject({ code: 'UI_NOT_BUILT', hint: expect.stringContaining('npm run build') })
})
