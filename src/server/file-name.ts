import { MillraceError } from '../core/errors.ts'

const endings = /^(.*?)\.(csv|tsv|txt|json|ndjson|jsonl|parquet)(\.gz|\.zst)?$/i

/**
 * The name under which a file that comes from elsewhere is kept: letters, digits, `-` and `_`, and its ending. No folder, no
 * pattern, and nothing that begins with a dot. UPLOAD_REFUSED for endings that no loader reads.
 */
export function fileNameOf(given: string): string {
  const base = given.normalize('NFC').split(/[/\\]/).at(-1) ?? ''
  const [, stem = '', ending = '', packed = ''] = endings.exec(base) ?? []
  if (ending === '') {
    const named = /\.[a-z0-9]{1,10}$/i.exec(base)?.[0]
    const reason = named ? `files that end in ${named} are not read` : 'its name has no ending that tells its format'
    throw new MillraceError('UPLOAD_REFUSED', { name: base.slice(0, 100), reason })
  }
  const plain = stem
    .replaceAll(/[^\p{L}\p{N}_-]+/gu, '_')
    .replaceAll(/^[_-]+|[_-]+$/g, '')
    .slice(0, 80)
  return `${plain === '' ? 'file' : plain}.${ending.toLowerCase()}${packed.toLowerCase()}`
}
