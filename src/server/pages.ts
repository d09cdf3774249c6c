import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import { MillraceError } from '../core/errors.ts'

/** What a browser asks with, as far as files are concerned. */
export interface PageAsked {
  /** Of the URL, without what follows a `?`. */
  readonly path: string
  readonly acceptEncoding: string | undefined
  readonly ifNoneMatch: string | undefined
}

export interface PageAnswer {
  readonly status: 200 | 304
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** The built user interface. Its files are read once: what is not among them is not there, whatever a path says. */
export interface Pages {
  /** A file of the build; undefined where it has none of that name. */
  file(asked: PageAsked): PageAnswer | undefined
  /** The page that all addresses of the user interface have in common. UI_NOT_BUILT. */
  page(asked: PageAsked): PageAnswer
}

type Encoding = 'br' | 'gzip' | 'plain'

interface Form {
  readonly body: Buffer
  readonly etag: string
}

interface PageFile {
  readonly type: string
  readonly hashed: boolean
  readonly forms: ReadonlyMap<Encoding, Form>
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

/** What is compressed while it is built lies beside its file. */
const endings: readonly (readonly [Encoding, string])[] = [
  ['br', '.br'],
  ['gzip', '.gz'],
]

/** Nothing but what this server gives; no script and no style that stands in the page itself; in no one’s frame. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

const pageHeaders = {
  'content-security-policy': policy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'same-origin',
  'x-frame-options': 'DENY',
}

/** Reads a build; one that is not there yet answers files of none, and pages with UI_NOT_BUILT. */
export async function readPages(folder: string): Promise<Pages> {
  const files = await readFiles(folder)
  const index = files.get('/index.html')
  return {
    file({ path, ...asked }) {
      const found = path === '/index.html' ? undefined : files.get(path)
      return found && answerOf(found, asked)
    },
    page(asked) {
      if (!index) throw new MillraceError('UI_NOT_BUILT', { folder })
      return answerOf(index, asked)
    },
  }
}

/** Whether a browser wants to go there, rather than a program ask: pages are then answered, and not JSON. */
export function isVisit(method: string, accept: string | undefined): boolean {
  return (method === 'GET' || method === 'HEAD') && /\btext\/html\b/.test(accept ?? '')
}

async function readFiles(folder: string): Promise<ReadonlyMap<string, PageFile>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  })
  const paths = new Set(entries.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name)))
  const found = new Map<string, PageFile>()
  for (const path of paths) {
    const type = types[extname(path)]
    if (type === undefined) continue
    const forms = new Map<Encoding, Form>([['plain', await formOf(path)]])
    for (const [encoding, ending] of endings)
      if (paths.has(path + ending)) forms.set(encoding, await formOf(path + ending))
    const url = path.slice(folder.length).replaceAll(sep, '/')
    found.set(url, { type, forms, hashed: url.startsWith('/assets/') })
  }
  return found
}

async function formOf(path: string): Promise<Form> {
  const body = await readFile(path)
  return { body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` }
}

function answerOf({ type, hashed, forms }: PageFile, asked: Omit<PageAsked, 'path'>): PageAnswer {
  const encoding = encodingOf(forms, asked.acceptEncoding ?? '')
  const { body, etag } = forms.get(encoding) as Form
  const headers = {
    ...pageHeaders,
    'content-type': type,
    // a name with a digest in it never means anything else
    'cache-control': hashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    etag,
    vary: 'accept-encoding',
    ...(encoding !== 'plain' && { 'content-encoding': encoding }),
  }
  const isKnown = asked.ifNoneMatch?.split(',').some((each) => each.trim().replace(/^W\//, '') === etag)
  return isKnown ? { status: 304, headers, body: Buffer.alloc(0) } : { status: 200, headers, body }
}

function encodingOf(forms: PageFile['forms'], accept: string): Encoding {
  const accepted = accept.split(',').flatMap((each) => {
    const [name = '', ...rest] = each.split(';').map((part) => part.trim().toLowerCase())
    return rest.some((part) => /^q=0(\.0*)?$/.test(part)) ? [] : [name]
  })
  return endings.map(([encoding]) => encoding).find((each) => forms.has(each) && accepted.includes(each)) ?? 'plain'
}
